"""Anchors: each day's checkpoint, kept outside the log: in a file, at an address, in a mailbox, under a time-stamp."""
