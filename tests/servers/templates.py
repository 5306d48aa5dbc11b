"""Databases at their newest shape to copy: migrating takes longer than most tests, so each is migrated once."""

from pathlib import Path

import psycopg

from chassis.migrations import upgrade
from tests.servers.postgres_server import PostgresServer


class Templates:
    """One SQLite file and one PostgreSQL database a service, made when first asked for."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._on_postgres: set[str] = set()

    def sqlite(self, package: str) -> Path:
        """Return the file of a service."""
        path = self._directory / f"{package}.db"
        if not path.exists():
            upgrade(package, f"sqlite:///{path}")
        return path

    def postgres(self, package: str, server: PostgresServer) -> str:
        """Return the name of a service's database on the server."""
        name = f"template_{package}"
        if name not in self._on_postgres:
            with psycopg.connect(server.dsn, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            upgrade(package, server.url(name))
            self._on_postgres.add(name)
        return name
