"""Settings: frozen dataclasses read from the environment, each field with its variable, default and meaning.

`docs/settings.md` is written from these fields, so a setting cannot be undocumented.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, NamedTuple, TypeVar

from chassis import proxies
from chassis.limits import quota
from chassis.limits.quota import Quota
from chassis.proxies import Proxies


class SettingError(Exception):
    """A variable whose text is not what its setting expects; the message names both."""


class Documented(NamedTuple):
    """One line of the list of settings."""

    env: str
    default: str
    doc: str


def setting(env: str, default: Any, doc: str, parse: Callable[[str], Any] = str) -> Any:
    """Declare a dataclass field that is read from `env`.

    Args:
        env: the environment variable.
        default: the text used where the variable is absent or empty; None where the owner fills it in.
        doc: what it means, with its unit.
        parse: text to value; a ValueError's message is the expectation told to the operator.
    """
    metadata = {"env": env, "doc": doc, "parse": parse, "default": default}
    return field(default=None if default is None else parse(default), metadata=metadata)


def integer(least: int = 0) -> Callable[[str], int]:
    """Parse a whole number not below `least`."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise ValueError("a whole number") from None
        if number < least:
            raise ValueError(f"a whole number of at least {least}")
        return number

    return parse


def words(text: str) -> tuple[str, ...]:
    """Parse a comma-separated list; spaces around the commas do not matter."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def choice(*allowed: str) -> Callable[[str], str]:
    """Parse one of `allowed`."""

    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError("one of " + ", ".join(allowed))
        return text

    return parse


def address(text: str) -> str:
    """Parse an absolute http(s) address; a slash at its end is dropped."""
    if not text.startswith(("http://", "https://")):
        raise ValueError("an address that starts with http:// or https://")
    return text.rstrip("/")


@dataclass(frozen=True)
class ServiceSettings:
    """What every process reads."""

    redis_url: str = setting(
        "REDIS_URL", "redis://127.0.0.1:6379/0", "The Redis of every role that has none of its own."
    )
    redis_durable_url: str = setting(
        "REDIS_DURABLE_URL", None, "Redis for choices: append-only, fsync always, no eviction. Default: `REDIS_URL`."
    )
    redis_broker_url: str = setting("REDIS_BROKER_URL", None, "Redis for Celery's messages. Default: `REDIS_URL`.")
    redis_cache_url: str = setting(
        "REDIS_CACHE_URL", None, "Redis for pages, trends and counts of displays. Default: `REDIS_URL`."
    )
    log_level: str = setting(
        "LOG_LEVEL", "info", "debug, info, warning or error.", choice("debug", "info", "warning", "error")
    )
    trusted_proxies: Proxies = setting(
        "TRUSTED_PROXIES",
        "",
        "The networks and addresses of your own proxies, comma-separated (`unix`: who comes by a Unix socket): their "
        "X-Forwarded-For, -Proto and -Host are believed, and nobody else's.",
        proxies.parse,
    )
    limit_token_failures: Quota | None = setting(
        "LIMIT_TOKEN_FAILURES",
        "60/60",
        "Wrong bearer tokens from one address, as `number/seconds` or `none`; a right one is not refused for them.",
        quota.parse,
    )
    limit_sign_ins: int = setting(
        "LIMIT_SIGN_INS",
        "10",
        "Attempts at a sign-in that one address, or one token, has before it must wait, twice as long each time, up to "
        "a quarter of an hour; the right token ends that. Refused while the cache's Redis is away.",
        integer(1),
    )
    reauthentication_minutes: int = setting(
        "REAUTHENTICATION_MINUTES",
        "15",
        "Minutes after which who is signed in must show the token again, or authenticate at the OpenID provider again, "
        "before what is grave: erasures, legal holds, exports, tokens, a notice's fault, a kill.",
        integer(1),
    )

    def __post_init__(self) -> None:
        for role in ("redis_durable_url", "redis_broker_url", "redis_cache_url"):
            if getattr(self, role) is None:
                object.__setattr__(self, role, self.redis_url)


Settings = TypeVar("Settings", bound=ServiceSettings)


def read(cls: type[Settings], environ: Mapping[str, str]) -> Settings:
    """Read `cls` from `environ`; an empty variable counts as absent.

    Raises:
        SettingError: a variable's text is not what its setting expects, or a required one is missing.
    """
    return cls(**dict(_values(fields(cls), environ)))


def _values(declared: tuple[Field[Any], ...], environ: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for each in declared:
        env, parse = each.metadata["env"], each.metadata["parse"]
        text = environ.get(env, "")
        if text:
            try:
                yield each.name, parse(text)
            except ValueError as error:
                raise SettingError(f"{env}: expected {error}, got {text!r}") from None
        elif each.default is MISSING:
            raise SettingError(f"{env}: missing; {each.metadata['doc']}")


def documented(*classes: type[ServiceSettings]) -> list[Documented]:
    """List the settings of `classes`, each variable once, in order of declaration."""
    seen: dict[str, Documented] = {}
    for cls in classes:
        for each in fields(cls):
            env, default = each.metadata["env"], each.metadata["default"]
            seen.setdefault(env, Documented(env, "" if default is None else default, each.metadata["doc"]))
    return list(seen.values())
