"""Settings of the publisher, read by its service, its command line and the worker."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chassis.limits import quota
from chassis.limits.quota import Quota
from chassis.openid import settings as openid
from chassis.openid.roles import Rule
from chassis.settings import ServiceSettings, address, integer, setting, words


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (OSError, ValueError):
        raise ValueError(f"expected a time zone as in Europe/Madrid, got {text!r}") from None


def _address_or_none(text: str) -> str:
    return address(text) if text else ""


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """What publishing reads from the environment."""

    database_url: str = setting(
        "PUBLISHER_DATABASE_URL",
        "sqlite:///var/publisher.db",
        "SQL database of articles: sqlite or postgresql+psycopg.",
    )
    public_url: str = setting(
        "PUBLISHER_PUBLIC_URL", "http://127.0.0.1:8000", "Address at which readers reach the pages.", address
    )
    site_name: str = setting(
        "PUBLISHER_NAME", "The Imprimatur", "Name of the newsroom, as readers see it, where no site file says it."
    )
    site_file: str = setting(
        "PUBLISHER_SITE", "", "The site file: name, mark, colours, navigation, principles (docs/site.md). Empty: none."
    )
    templates_dir: str = setting(
        "PUBLISHER_TEMPLATES", "", "Directory of templates that go before the pages' own (docs/site.md). Empty: none."
    )
    languages: tuple[str, ...] = setting(
        "PUBLISHER_LANGUAGES",
        "en,es,ca,en-XA",
        "Languages offered, comma-separated; each needs a file in publisher/wording. en-XA is the pseudo-locale.",
        words,
    )
    time_zone: ZoneInfo = setting(
        "PUBLISHER_TIME_ZONE", "UTC", "Time zone of the newsroom, in which the desk shows and reads times.", _zone
    )
    media_dir: str = setting("MEDIA_DIR", "var/media", "Directory of pictures and their renditions.")
    consent_public_url: str = setting(
        "CONSENT_PUBLIC_URL",
        "",
        "Address of the consent service as browsers reach it; empty: no banner.",
        _address_or_none,
    )
    consent_site: str = setting("CONSENT_SITE", "newsroom", "The site's name in the consent service.")
    translation_deadline_s: int = setting(
        "TRANSLATION_DEADLINE_S", "600", "Seconds after which a pending translation counts as failed.", integer(1)
    )
    webhook_private: bool = setting(
        "WEBHOOK_PRIVATE",
        "false",
        "`true`: webhooks may lead to private addresses and to http. For receivers of your own.",
        lambda text: text.lower() in ("1", "true", "yes"),
    )
    ingest_dir: str = setting(
        "INGEST_DIR", "", "Directory whose files `publisher watch` takes in; empty: none is watched."
    )
    ingest_private: bool = setting(
        "INGEST_PRIVATE",
        "false",
        "`true`: feeds and pictures of received items may be fetched from private addresses. For sources of your own.",
        lambda text: text.lower() in ("1", "true", "yes"),
    )
    trends_min_readers: int = setting(
        "TRENDS_MIN_READERS",
        "20",
        "Distinct readers who must search for a term before it shows as a trend.",
        integer(1),
    )
    trends_sustain_s: int = setting(
        "TRENDS_SUSTAIN_S",
        "120",
        "Seconds for which a term must have been searched for more than usual before it shows as a trend.",
        integer(0),
    )
    trends_blocked: tuple[str, ...] = setting(
        "TRENDS_BLOCKED", "", "Words and phrases that no trending search may contain, comma-separated.", words
    )
    oidc_issuer: str = openid.issuer("PUBLISHER")
    oidc_client_id: str = openid.client_id("PUBLISHER")
    oidc_client_secret: str = openid.client_secret("PUBLISHER")
    oidc_scopes: tuple[str, ...] = openid.scopes("PUBLISHER")
    oidc_label: str = openid.label("PUBLISHER")
    oidc_claim: str = openid.claim("PUBLISHER")
    oidc_roles: tuple[Rule, ...] = openid.rules("PUBLISHER", with_sites=False)
    oidc_rights_minutes: int = openid.rights_minutes("PUBLISHER")
    limit_searches: Quota | None = setting(
        "LIMIT_SEARCHES",
        "120/60",
        "Searches from one address (IPv6: one /64; its /48 has ten times as much), as `number/seconds` or `none`; "
        "of suggestions, ten times as many.",
        quota.parse,
    )
    event_streams: int = setting(
        "EVENT_STREAMS", "16", "Event streams one process keeps open at once; each holds a thread.", integer(1)
    )
