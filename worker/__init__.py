"""The worker: translation, rendering, the ledger drain and the clock."""
