"""The consent service's settings."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from chassis.limits import quota
from chassis.limits.quota import Quota
from chassis.openid import settings as openid
from chassis.openid.roles import Rule
from chassis.settings import ServiceSettings, address, integer, setting, words
from consent.ledger import policy
from consent.ledger.policy import Policy

PATIENCE_MS = 10_000  # how long a checkpoint waits for its witnesses before it is handed out without


def _policy(path: str) -> Policy:
    if not path:
        return Policy()
    try:
        return policy.parse(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"a file as in c2sp.org/tlog-policy ({error})") from None


def switch(text: str) -> bool:
    """Parse a switch that is on or off."""
    return text.lower() in ("1", "true", "yes")


def _twelve_bits(text: str) -> int:
    number = integer()(text)
    if number > 4095:
        raise ValueError("a whole number of at most 4095")
    return number


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
    witnesses: Policy = setting(
        "CONSENT_WITNESSES",
        "",
        "A file that names the log's witnesses and their quorum (c2sp.org/tlog-policy). Empty: nobody cosigns.",
        _policy,
    )
    anchor_dir: Path | None = setting(
        "ANCHOR_DIR",
        "",
        "A directory that gets each day's checkpoint as a file; had better be somebody else's. Empty: none.",
        lambda text: Path(text) if text else None,
    )
    anchor_url: str = setting("ANCHOR_URL", "", "An address that each day's checkpoint is posted to. Empty: none.")
    anchor_mail: tuple[str, ...] = setting(
        "ANCHOR_MAIL", "", "Who gets each day's checkpoint by mail, comma-separated. Empty: nobody.", words
    )
    anchor_sender: str = setting("ANCHOR_SENDER", "consent@localhost", "The sender of that mail.")
    smtp_url: str = setting(
        "SMTP_URL",
        "smtp://localhost:25",
        "The mail server: `smtp://[user:password@]host[:port]`, encrypted where the server offers it, or `smtps://…`. "
        "A password goes over an encrypted line only.",
    )
    anchor_tsa_url: str = setting(
        "ANCHOR_TSA_URL", "", "A time-stamping authority (RFC 3161) for each day's checkpoint. Empty: none."
    )
    anchor_tsa_roots: Path | None = setting(
        "ANCHOR_TSA_ROOTS",
        "",
        "A PEM file of the certificates that the authority is trusted by; without it no time-stamp is asked for.",
        lambda text: Path(text) if text else None,
    )
    region_header: str = setting(
        "CONSENT_REGION_HEADER",
        "",
        "The header in which the edge says where a reader is (ISO 3166, as FR or US-CA); it must overwrite what "
        "readers send. Empty: no header is believed.",
    )
    limit_choices: Quota | None = setting(
        "LIMIT_CHOICES",
        "600/60",
        "Choices from one address (IPv6: one /64; its /48 has ten times as much) for one site, as `number/seconds` or "
        "`none`. A withdrawal is never limited, here or below.",
        quota.parse,
    )
    limit_notices: Quota | None = setting(
        "LIMIT_NOTICES", "3000/60", "The same for notices, and for the pages of those without scripts.", quota.parse
    )
    limit_site: Quota | None = setting(
        "LIMIT_SITE", "60000/60", "The same for all readers of one site together: choices, and notices.", quota.parse
    )
    limit_reads: Quota | None = setting(
        "LIMIT_READS", "600/60", "Receipts from one address; and a reader's own records, for each site.", quota.parse
    )
    limit_exports: Quota | None = setting(
        "LIMIT_EXPORTS",
        "60/3600",
        "Exports with one token, or by one address in the console; refused while the cache's Redis is away.",
        quota.parse,
    )
    erasure_approval: bool = setting(
        "CONSENT_ERASURE_APPROVAL",
        "false",
        "`true`: an officer's erasure waits until a second token approves it.",
        switch,
    )
    context_days: int = setting(
        "CONSENT_CONTEXT_DAYS", "183", "Days after which the page and traces of a choice are erased.", integer(1)
    )
    evidence_days: int = setting(
        "CONSENT_EVIDENCE_DAYS",
        "1095",
        "Days after the end of its validity when a choice is erased, and whose it was.",
        integer(1),
    )
    cmp_id: int = setting(
        "CONSENT_CMP_ID",
        "0",
        "The operator's CMP id, as IAB Europe registered it. 0: none, and with it no TCF and no GPP.",
        _twelve_bits,
    )
    cmp_version: int = setting(
        "CONSENT_CMP_VERSION", "1", "The operator's own version of its CMP, as TC strings name it.", _twelve_bits
    )
    vendor_list: str = setting(
        "CONSENT_VENDOR_LIST",
        "",
        "The IAB's vendor list (`vendor-list.json`, specification version 3): a path or an http(s) address, read once "
        "a day. Translations, `purposes-de.json` and the like, are sought beside it.",
    )
    demo: bool = setting(
        "CONSENT_DEMO",
        "false",
        "`true`: `/demo` shows a site's banner, and takes real choices from the service's own origin. For development.",
        switch,
    )

    oidc_issuer: str = openid.issuer("CONSENT")
    oidc_client_id: str = openid.client_id("CONSENT")
    oidc_client_secret: str = openid.client_secret("CONSENT")
    oidc_scopes: tuple[str, ...] = openid.scopes("CONSENT")
    oidc_label: str = openid.label("CONSENT")
    oidc_claim: str = openid.claim("CONSENT")
    oidc_roles: tuple[Rule, ...] = openid.rules("CONSENT", with_sites=True)
    oidc_rights_minutes: int = openid.rights_minutes("CONSENT")

    @property
    def host(self) -> str:
        """Return the host that browsers know the service by."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def patience_ms(self) -> int:
        """Tell how long a checkpoint waits for witnesses before it is handed out; 0 where there are none to ask."""
        return PATIENCE_MS if any(witness.url for witness in self.witnesses.witnesses.values()) else 0

    @property
    def secure(self) -> bool:
        """Tell whether browsers come over https, so that cookies may say so."""
        return self.public_url.startswith("https://")
