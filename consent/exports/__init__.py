"""Exports: many records as one file, made as it is read, the same bytes again after a cut."""
