"""A choice that was sent as JSON becomes the answer that it is on disk: the same with Flask, and before it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson

from chassis.limits.answers import RateLimited
from chassis.limits.limiter import Limit
from consent import instants
from consent.api import origins
from consent.api.services import Services
from consent.choice import cookies, traces
from consent.choice.asked import Asked
from consent.choice.cookies import Jar
from consent.choice.records import Choice
from consent.iab.signals import Sent
from consent.recording.intake import Sender, Taken
from consent.regulations import region
from consent.sites import Site

#: Begins to count the request against a limit, within a site; what it returns ends that and may refuse it.
Charge = Callable[[Limit, str], Callable[[], None]]


class Answer(NamedTuple):
    """The answer to a choice that is on disk; its body is JSON."""

    body: bytes
    headers: list[tuple[str, str]]


def from_script(parts: Services, data: Mapping[str, Any], asked: Asked, charge: Charge) -> Answer:
    """Take one choice.

    Args:
        parts: the service's.
        data: the choice, of the schema's shape.
        asked: what the request says beside it.
        charge: see there; its refusal goes through.

    Raises:
        Forbidden: the origin is not the site's.
        Problem: whatever `Intake.take` says.
    """
    choice = Choice(
        site=data["site"],
        event_id=data["event_id"],
        action=data["action"],
        purposes=data.get("purposes"),
        client_at=data["at"],
        page=data["page"],
        stands=data.get("stands", data["action"] != "import"),
        vendors=data.get("vendors"),
        asked=tuple(data["asked"]) if "asked" in data else None,
        strings=Sent(data.get("tc_string"), data.get("gpp_string")),
        consent_mode=data.get("consent_mode"),
    )
    site = parts.catalogue.site(choice.site)
    own_page = origins.admits(site, asked, own=parts.own_origin if parts.settings.demo else None)
    admit = charge_for(parts, choice, charge)
    try:
        checked = parts.intake.check(choice, data.get("display"), sender(site, asked, "script", own_page))
        taken = parts.intake.append(checked, admit)
    except RateLimited:
        raise
    except Exception:
        admit()  # who is refused is told that, whatever else is wrong
        raise
    receipt = parts.at(f"/v1/receipts/{taken.record}")
    body = {
        "record": taken.record,
        "receipt": receipt,
        "notice": taken.notice.sha256,
        "purposes": taken.purposes,
        "vendors": taken.vendors,
        "event": taken.event,
        "given_at": instants.text(taken.given_ms),
        "valid_until": instants.text(taken.valid_until_ms),
    }
    kept = to_keep(taken, Jar(site.cookie_domain, parts.settings.secure, asked.cross_site))
    return Answer(orjson.dumps(body), [("Location", receipt), *kept])


def charge_for(parts: Services, choice: Choice, charge: Charge) -> Callable[[], None]:
    """Begin to count a choice against its limit, but for a withdrawal."""
    # It does not even ask: no state of the limiter can stand in its way.
    return (lambda: None) if choice.action == "withdraw" else charge(parts.limits.choices, choice.site)


def sender(
    site: Site,
    asked: Asked,
    layer: str,
    own_page: bool,
    language: str | None = None,
    refused: frozenset[str] = frozenset(),
) -> Sender:
    """Say what is known of who sends a choice."""
    return Sender(
        layer,
        own_page,
        asked.gpc,
        cookies.subject(cookies.find(asked.cookies, cookies.subject_name(site.id))),
        cookies.read_state(cookies.find(asked.cookies, cookies.state_name(site.id))),
        region.decide(asked.region, site.region),
        language,
        refused,
        traces.of_request(site.traces, asked.address, asked.agent),
    )


def to_keep(taken: Taken, jar: Jar) -> list[tuple[str, str]]:
    """Return the headers that let a browser keep a choice, and everybody else nothing."""
    site, max_age_s = taken.site, taken.validity_ms // 1000
    headers = []
    if taken.stands:  # else the reader is still to be asked
        state = cookies.state(taken.notice, taken.given_ms, taken.purposes, taken.vendors, taken.gpc, taken.record)
        state_cookie = jar.header(cookies.state_name(site.id), state.text(), max_age_s, hidden=False)
        headers.append(("Set-Cookie", state_cookie))
    subject_cookie = jar.header(cookies.subject_name(site.id), taken.subject, max_age_s, hidden=True)
    return [*headers, ("Set-Cookie", subject_cookie), ("Cache-Control", "no-store")]
