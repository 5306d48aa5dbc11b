"""What `make run` and `make test` need on a developer's machine; nothing here is part of a deployment."""
