"""What publisher keeps in SQL: tables and their queries, shared with the worker."""
