"""The ledger's fixtures, for those who look at it from outside."""

from tests.consent.ledger.conftest import drain, keys, ledger, make_entry, redis

__all__ = ["drain", "keys", "ledger", "make_entry", "redis"]
