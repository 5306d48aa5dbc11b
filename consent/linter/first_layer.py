"""The first layer: refusing stands beside agreeing, weighs the same, and nothing is decided beforehand."""

from collections.abc import Iterator, Mapping
from typing import Any

from consent.linter.findings import Finding, listed, members, purposes
from consent.regulations import kind

REFUSAL = "CNIL 2020-091 and 2020-092; EDPB cookie banner taskforce 2023, type A"
WEIGHT = "CNIL 2020-092; EDPB cookie banner taskforce 2023, types D and E; 11 CCR § 7004"
TICKS = "GDPR Art. 4(11); CJEU C-673/17 Planet49; EDPB cookie banner taskforce 2023, type B"

OF_WEIGHT = ("weight", "primary", "emphas", "size", "style", "colo", "hid", "variant", "link", "font", "promin")
OF_TICKS = (
    "default",
    "checked",
    "preselected",
    "pre_ticked",
    "preticked",
    "ticked",
    "selected",
    "enabled",
    "given",
    "on",
)
ASKED = ("statistics", "analytics", "marketing", "media")


def refusal(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse a first layer without refusal."""
    layout = members(notice.get("layout"))
    if "refuse" not in [_button(each) for each in listed(layout.get("buttons"))]:
        yield Finding("layout.buttons", "refuse beside agree", "", "refusal-on-first-layer", REFUSAL)


def weight(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse whatever would make one button weigh more than another."""
    layout = members(notice.get("layout"))
    for name in layout:
        if any(part in name.lower() for part in OF_WEIGHT):
            yield _unequal(f"layout.{name}")
    for at, button in enumerate(listed(layout.get("buttons"))):
        if members(button).keys() - {"id", "action"}:
            yield _unequal(f"layout.buttons.{at}")
    for scheme, colours in members(notice.get("theme")).items():
        for name in {scheme, *members(colours)}:
            if any(button in name.lower() for button in ("agree", "accept", "refuse", "button")):
                yield _unequal(f"theme.{scheme}" if name == scheme else f"theme.{scheme}.{name}")


def ticks(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse purposes that are on before the reader says so, ticked or declared necessary."""
    for at, purpose in enumerate(purposes(notice)):
        for name in OF_TICKS:
            if purpose.get("required") is not True and purpose.get(name) not in (None, False, "", 0, "false", "off"):
                yield Finding(f"purposes.{at}.{name}", "no purpose on before the reader's act", "", "pre-ticked", TICKS)
        if purpose.get("required") is True and kind(str(purpose.get("id")), purpose.get("kind")) in ASKED:
            told = f"{purpose.get('id')} is not needed to deliver the page"
            yield Finding(f"purposes.{at}.required", "false: the reader is asked", told, "pre-ticked", TICKS)


def _button(value: Any) -> Any:
    return members(value).get("id", members(value).get("action")) if isinstance(value, Mapping) else value


def _unequal(field: str) -> Finding:
    return Finding(field, "nothing that sets one button off from another", "", "equal-weight", WEIGHT)
