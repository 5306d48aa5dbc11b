"""A server that speaks Azure Translator's wire contract, for tests and for trying things by hand.

``python -m tests.azure_server --port N`` starts it; point AZURE_TRANSLATOR_ENDPOINT at it. Sources: the REST references
of v3.0 and 2026-06-06, their service limits and status codes, and the SDK's recorded exchanges.
"""
