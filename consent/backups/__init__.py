"""Backups: the ledger's database, its newest checkpoint and, where wanted, the keys; and the way back."""
