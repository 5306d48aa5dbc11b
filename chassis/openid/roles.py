"""Which role somebody has, from a claim of theirs (`groups`) and the operator's rules (`legal=officer@paper`)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Rule(NamedTuple):
    """Who has this value in the claim has this role; `site` None: on every site."""

    value: str
    role: str
    site: str | None


class Granted(NamedTuple):
    """The roles that somebody has, on one site or, with None, on all."""

    roles: frozenset[str]
    site: str | None


def parse(text: str) -> tuple[Rule, ...]:
    """Read rules, `value=role` or `value=role@site`, with semicolons between them; a value may hold `=` and commas.

    Raises:
        ValueError: the message says what was expected.
    """
    return tuple(_rule(each.strip()) for each in text.split(";") if each.strip())


def _rule(text: str) -> Rule:
    value, _, grant = text.rpartition("=")
    role, _, site = grant.strip().partition("@")
    if not value.strip() or not role:
        raise ValueError("value=role or value=role@site, with semicolons between them")
    return Rule(value.strip(), role.strip(), site.strip() or None)


def values(claims: Mapping[str, Any], name: str) -> list[str]:
    """Return a claim's values, none where it is absent: of that very name, or with its dots leading into objects."""
    found: Any = claims.get(name)
    if found is None:
        found = claims
        for step in name.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    listed = found if isinstance(found, list) else [found]
    return [each for each in listed if isinstance(each, str)]


def granted(rules: Sequence[Rule], held: Sequence[str]) -> Granted | None:
    """Return what the values of a claim grant, None for nothing.

    The first rule that fits decides the site; roles of further rules join it where they are for that site too, so that
    a role for one site never reaches another by way of a role for all.
    """
    fitting = [rule for rule in rules if rule.value in held]
    if not fitting:
        return None
    site = fitting[0].site
    return Granted(frozenset(rule.role for rule in fitting if rule.site == site), site)
