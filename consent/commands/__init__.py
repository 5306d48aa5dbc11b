"""The subcommands of `consent`, by what they are about."""

import os
import time

from chassis import settings, sql
from consent.configuring import Configuring
from consent.settings import Settings

#: Who acts, where a command does.
BY = {"command": "consent"}


def configured() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingError: a variable is not what its setting expects.
    """
    return settings.read(Settings, os.environ)


def configuring() -> Configuring:
    """Return the way of changes to the configuration."""
    return Configuring(sql.connect(configured().database_url), now_ms)


def now_ms() -> int:
    """Return the time in unix milliseconds."""
    return time.time_ns() // 1_000_000
