"""The environment of everything that `make run` starts; what the developer has set already stays."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from chassis.settings import documented
from dev.settings_page import SECTIONS

SITE = "newsroom"
SITE_FILE = Path(__file__).parents[1] / "sample" / "site" / "site.yaml"
#: What a command in another terminal must be told as well; keys of engines and providers are no command's business.
TOLD = {row.env for row in documented(*SECTIONS.values()) if not row.env.endswith(("_KEY", "_SECRET"))}


class Ports(NamedTuple):
    """Where things listen on the loopback interface; `redis` is None where REDIS_URL names one elsewhere."""

    publisher: int
    consent: int
    redis: int | None


def compose(given: Mapping[str, str], var: Path, ports: Ports) -> dict[str, str]:
    """Return the settings that differ from their defaults, keys and secrets left out.

    Args:
        given: the developer's own environment, which wins.
        var: where data is.
        ports: who listens where.
    """
    settings = {
        # One host name for both services: the browser then counts them as one site and keeps the cookies.
        "PUBLISHER_PUBLIC_URL": f"http://localhost:{ports.publisher}",
        "CONSENT_PUBLIC_URL": f"http://localhost:{ports.consent}",
        "CONSENT_SITE": SITE,
        "CONSENT_DEMO": "true",
        "PUBLISHER_SITE": str(SITE_FILE),
        "TRENDS_MIN_READERS": "3",  # the sample's readers are few
        "CONSENT_DATABASE_URL": f"sqlite:///{var / 'consent.db'}",
        "PUBLISHER_DATABASE_URL": f"sqlite:///{var / 'publisher.db'}",
        "KEYS_DIR": str(var / "keys"),
        "MEDIA_DIR": str(var / "media"),
        "WORKER_DIR": str(var / "worker"),
    }
    if ports.redis is not None:
        settings["REDIS_URL"] = f"redis://127.0.0.1:{ports.redis}/0"
    return settings | {name: text for name, text in given.items() if name in TOLD | settings.keys() and text}


def write(settings: Mapping[str, str], path: Path) -> None:
    """Leave the settings as a file that a shell can read: `. var/environment`, and the command lines fit this run."""
    path.touch(mode=0o600)
    path.write_text("".join(f"export {name}={shlex.quote(text)}\n" for name, text in settings.items()))


def whole(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the process's environment with the settings in it."""
    # Bytes that a child prints reach its log at once, so that the last line before a crash is there.
    return {**os.environ, **settings, "PYTHONUNBUFFERED": "1"}
