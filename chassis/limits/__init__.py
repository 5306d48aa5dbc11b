"""Limits: how many requests of one kind a caller may make, counted in Redis for all processes at once."""
