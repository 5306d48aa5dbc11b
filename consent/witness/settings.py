"""A witness's settings."""

from dataclasses import dataclass
from pathlib import Path

from chassis.settings import ServiceSettings, setting


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """What a witness reads."""

    directory: Path = setting(
        "WITNESS_DIR", "var/witness", "The directory with the witness's key and what it has cosigned.", Path
    )
