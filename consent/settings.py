"""The consent service's settings."""

from dataclasses import dataclass
from pathlib import Path

from chassis.settings import ServiceSettings, address, setting


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """What the consent service and its command line read beside what every process reads."""

    database_url: str = setting(
        "CONSENT_DATABASE_URL",
        "sqlite:///var/consent.db",
        "The consent database: `sqlite:///…` or `postgresql+psycopg://…`.",
    )
    public_url: str = setting(
        "CONSENT_PUBLIC_URL", "http://localhost:8001", "Where browsers reach the service; receipts carry it.", address
    )
    keys_dir: Path = setting("KEYS_DIR", "var/keys", "The directory of the key files.", Path)
    log_origin: str = setting(
        "LOG_ORIGIN", "localhost/consent", "The log's name (C2SP origin): a host and a path, without scheme, for ever."
    )
    region_header: str = setting(
        "CONSENT_REGION_HEADER",
        "",
        "The header in which the edge says where a reader is (ISO 3166, as FR or US-CA); it must overwrite what "
        "readers send. Empty: no header is believed.",
    )

    demo: bool = setting(
        "CONSENT_DEMO",
        "false",
        "`true`: `/demo` shows a site's banner, and takes real choices from the service's own origin. For development.",
        lambda text: text.lower() in ("1", "true", "yes"),
    )

    @property
    def secure(self) -> bool:
        """Tell whether browsers come over https, so that cookies may say so."""
        return self.public_url.startswith("https://")
