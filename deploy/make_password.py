"""Make the database's password on the first start: a file for PostgreSQL, and one for libpq in the services.

Runs as root in a container of its own, since it hands each file to the one user that reads it.
"""

import os
import secrets
from pathlib import Path

DIRECTORY = Path("/run/database")
SERVICE_USER = 10001


def main() -> None:
    """Write both files, unless they are there."""
    password = DIRECTORY / "password"
    if not password.exists():
        _write(password, secrets.token_urlsafe(32), 0)
    _write(DIRECTORY / "pgpass", f"*:*:*:imprimatur:{password.read_text()}\n", SERVICE_USER)


def _write(path: Path, text: str, owner: int) -> None:
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(text)
    os.chown(draft, owner, owner)
    draft.replace(path)  # a reader sees the whole file or none


if __name__ == "__main__":
    main()
