"""What a service needs whatever it is about: settings, problems, tokens, health, logs, SQL and Redis."""
