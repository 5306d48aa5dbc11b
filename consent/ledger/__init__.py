"""The consent ledger: tree, notes, entries and the stream they arrive by."""
