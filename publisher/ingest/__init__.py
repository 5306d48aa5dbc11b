"""What other newsrooms send: a module for each format makes ``received.Received`` items of it, ``taking`` takes them.

Contract: docs/contracts/ingest.md.
"""
