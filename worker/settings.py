"""Settings of the worker: the publisher's, and its own for engines, jobs and the clock."""

from dataclasses import dataclass
from pathlib import Path

from chassis.settings import SettingError, choice, integer, setting, words
from publisher.settings import Settings as PublisherSettings
from worker.engines.azure_wire import VERSIONS

ENGINES = ("azure", "libretranslate", "apertium", "pseudo")


def seconds(text: str) -> float:
    """Parse a number of seconds above 0."""
    try:
        number = float(text)
    except ValueError:
        raise ValueError("a number of seconds") from None
    if not 0 < number < float("inf"):
        raise ValueError("a number of seconds above 0")
    return number


def engine_names(text: str) -> tuple[str, ...]:
    """Parse a comma-separated list of engines."""
    names = words(text)
    if not names or not set(names) <= set(ENGINES):
        raise ValueError(f"some of {', '.join(ENGINES)}, comma-separated")
    return names


@dataclass(frozen=True)
class Settings(PublisherSettings):
    """What the worker reads beside what publishing reads."""

    translation_engines: tuple[str, ...] = setting(
        "TRANSLATION_ENGINES",
        ",".join(ENGINES),
        "Engines in the order in which they are tried; one that is not set up is passed over.",
        engine_names,
    )
    azure_key: str = setting(
        "AZURE_TRANSLATOR_KEY", "", "Key of an Azure Translator resource; empty: Azure is not used."
    )
    azure_region: str = setting("AZURE_TRANSLATOR_REGION", "", "Its region, where it is a regional resource.")
    azure_endpoint: str = setting(
        "AZURE_TRANSLATOR_ENDPOINT",
        "",
        "Its address, where it has one of its own; one that ends in /translate is used as it stands.",
    )
    azure_api_version: str = setting(
        "AZURE_TRANSLATOR_API_VERSION",
        "3.0",
        f"Wire dialect: {' or '.join(VERSIONS)}.",
        choice(*VERSIONS),
    )
    libretranslate_url: str = setting(
        "LIBRETRANSLATE_URL", "", "Address of a LibreTranslate server; empty: it is not used."
    )
    libretranslate_key: str = setting("LIBRETRANSLATE_API_KEY", "", "Its key, where it asks for one.")
    job_lease_s: float = setting(
        "JOB_LEASE_S", "30", "Seconds after its last sign of life when a job is taken from a worker.", seconds
    )
    job_heartbeat_s: float = setting(
        "JOB_HEARTBEAT_S", "8", "Seconds between a running job's signs of life; well below JOB_LEASE_S.", seconds
    )
    job_retry_s: float = setting(
        "JOB_RETRY_S",
        "5",
        "Seconds until a job's second attempt; doubled for each further one, up to a minute.",
        seconds,
    )
    relay_s: float = setting(
        "RELAY_S", "10", "Seconds between two looks for unsent messages and lapsed or overdue jobs.", seconds
    )
    due_s: float = setting(
        "DUE_S", "2", "Seconds between two looks for articles whose time has come: schedule, embargo, expiry.", seconds
    )
    resend_s: float = setting("RESEND_S", "30", "Seconds until a waiting job's message is sent once more.", seconds)
    trends_s: float = setting("TRENDS_S", "30", "Seconds between two computations of the trends.", seconds)
    worker_processes: int = setting("WORKER_PROCESSES", "2", "Processes of each of the worker's two nodes.", integer(1))
    worker_dir: Path = setting(
        "WORKER_DIR", "var/worker", "Directory of signs of life and of the schedule; each machine its own.", Path
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.job_heartbeat_s > self.job_lease_s / 2:
            got = f"{self.job_heartbeat_s} of {self.job_lease_s}"
            raise SettingError(f"JOB_HEARTBEAT_S: expected at most half of JOB_LEASE_S, got {got}")
