"""A witness: it cosigns logs that only ever grew, with a key and a state of its own (c2sp.org/tlog-witness)."""
