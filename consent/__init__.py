"""The consent service: banner, choices, notices, ledger, audit."""
