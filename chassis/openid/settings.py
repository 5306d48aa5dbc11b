"""The settings of a sign-in by OpenID Connect, each service's under its own prefix."""

from collections.abc import Collection
from typing import Any, Protocol

from chassis.openid import roles
from chassis.openid.client import Client, is_safe
from chassis.openid.roles import Rule
from chassis.settings import SettingError, integer, setting


class OpenIDSettings(Protocol):
    """The part of a service's settings that is meant here."""

    @property
    def oidc_issuer(self) -> str: ...  # noqa: D102
    @property
    def oidc_client_id(self) -> str: ...  # noqa: D102
    @property
    def oidc_client_secret(self) -> str: ...  # noqa: D102
    @property
    def oidc_scopes(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def oidc_label(self) -> str: ...  # noqa: D102
    @property
    def oidc_claim(self) -> str: ...  # noqa: D102
    @property
    def oidc_roles(self) -> tuple[Rule, ...]: ...  # noqa: D102


def _issuer(text: str) -> str:
    if text and not is_safe(text):
        raise ValueError("an https address (http on this machine alone), to the letter as its tokens name it")
    return text


def issuer(prefix: str) -> Any:
    """Declare who the provider is."""
    doc = (
        "The OpenID provider that people may sign in with beside tokens, to the letter as its tokens name it (`iss`). "
    )
    return setting(f"{prefix}_OIDC_ISSUER", "", doc + "Empty: tokens only.", _issuer)


def client_id(prefix: str) -> Any:
    """Declare our name there."""
    return setting(f"{prefix}_OIDC_CLIENT_ID", "", "The client's id, as the provider registered it.")


def client_secret(prefix: str) -> Any:
    """Declare what proves that name."""
    doc = "Its secret. Empty: a public client, whose codes PKCE alone protects, as it does in any case."
    return setting(f"{prefix}_OIDC_CLIENT_SECRET", "", doc)


def scopes(prefix: str) -> Any:
    """Declare what is asked for."""
    doc = "What the provider is asked for, with spaces between; `openid` is asked for in any case."
    return setting(
        f"{prefix}_OIDC_SCOPES",
        "openid profile email",
        doc,
        lambda text: tuple(dict.fromkeys(["openid", *text.split()])),
    )


def label(prefix: str) -> Any:
    """Declare what people call it."""
    return setting(f"{prefix}_OIDC_LABEL", "your organisation", "What people call the provider: “Sign in with …”.")


def claim(prefix: str) -> Any:
    """Declare where roles come from."""
    doc = "The claim that roles follow from, in the ID token or else at the userinfo endpoint; dots lead into objects."
    return setting(f"{prefix}_OIDC_CLAIM", "groups", doc)


def rights_minutes(prefix: str) -> Any:
    """Declare how long rights last before the provider is asked for them again."""
    doc = (
        "Minutes that roles which the provider gave last before it is asked again, with `prompt=none`: who is signed "
        "in there sees nothing of it. Forms that are open have as long again. A session ends after 480 in any case."
    )
    return setting(f"{prefix}_OIDC_RIGHTS_MINUTES", "60", doc, integer(1))


def rules(prefix: str, with_sites: bool) -> Any:
    """Declare which values are which roles; `with_sites`: whether a role can be for one site."""
    form = "`value=role`, or `value=role@site`" if with_sites else "`value=role`"
    site = " The first that fits decides the site; further roles for that site join it." if with_sites else ""
    doc = f"Which values of that claim are which roles: {form}, with semicolons between.{site} Others are not let in."
    return setting(f"{prefix}_OIDC_ROLES", "", doc, roles.parse)


def client(settings: OpenIDSettings, prefix: str, known: Collection[str], with_sites: bool) -> Client | None:
    """Return the client that is set up, None where none is.

    Args:
        settings: the service's.
        prefix: that of its variables.
        known: the roles that the service has.
        with_sites: whether a role can be for one site.

    Raises:
        SettingError: an issuer without a client, or without rules, or a rule for a role or a site that there cannot be.
    """
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id:
        raise SettingError(f"{prefix}_OIDC_CLIENT_ID: missing; {prefix}_OIDC_ISSUER needs it")
    if not settings.oidc_roles:
        raise SettingError(f"{prefix}_OIDC_ROLES: missing; without it nobody is let in with {prefix}_OIDC_ISSUER")
    for rule in settings.oidc_roles:
        if rule.role not in known:
            raise SettingError(f"{prefix}_OIDC_ROLES: expected one of {', '.join(known)}, got {rule.role!r}")
        if rule.site is not None and not with_sites:
            raise SettingError(f"{prefix}_OIDC_ROLES: expected a role without a site, got {rule.role}@{rule.site}")
    return Client(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        settings.oidc_scopes,
        settings.oidc_label,
        settings.oidc_claim,
        settings.oidc_roles,
    )
