"""Real servers for the tests: Redis and PostgreSQL on free loopback ports, ended with the run."""
