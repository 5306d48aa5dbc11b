"""What editors, the clock and the worker do to articles: each one transaction, and what follows from it."""
