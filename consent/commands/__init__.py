"""The subcommands of `consent`, by what they are about."""

import os
import time

from chassis import settings
from consent.settings import Settings


def configured() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingError: a variable is not what its setting expects.
    """
    return settings.read(Settings, os.environ)


def now_ms() -> int:
    """Return the time in unix milliseconds."""
    return time.time_ns() // 1_000_000
