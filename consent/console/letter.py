"""Everything that is held on a person as a letter to them: what an officer prints, or saves, and hands over.

Answers GDPR Art. 15(1) point by point; what decisions were asked is told in the words that the person was shown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from flask import render_template

from chassis.sign_in import session
from consent.api.services import services
from consent.console import subjects
from consent.notices import Notice, direction


class Decision(NamedTuple):
    """What was decided of a purpose: `given` is None where that was erased."""

    title: str
    about: str
    required: bool
    given: bool | None


class OfSite(NamedTuple):
    """What a site holds on a person, its newest record first; `language` is the one that they were last shown."""

    notice: Notice
    language: str
    direction: str
    newest: Mapping[str, Any]
    decisions: list[Decision]
    vendors: list[str]
    records: Sequence[Mapping[str, Any]]


@session.signed_in
def letter(subject: UUID) -> str:
    """Write the letter."""
    session.require(subjects.READ)
    told = subjects.told(str(subject), subjects.references(str(subject)))
    by_site: dict[str, list[Mapping[str, Any]]] = {}
    for each in told["records"]:
        by_site.setdefault(each["site"], []).append(each)
    sites, settings = [_of_site(records) for records in by_site.values()], services().settings
    return render_template(
        "console/letter.html",
        told=told,
        sites=sites,
        controllers={
            each.notice.document["controller"]["name"]: each.notice.document["controller"] for each in sites
        }.values(),
        looks=sum(1 for each in told["accesses"] if each["kind"] == "access"),
        context_days=settings.context_days,
        evidence_days=settings.evidence_days,
        at=services().at,
    )


def _of_site(records: list[Mapping[str, Any]]) -> OfSite:
    newest = records[0]
    notice = services().catalogue.notice(newest["notice"])
    language = newest["language"] if newest["language"] in notice.languages else notice.default_language
    decisions = list(_decisions(notice, notice.texts(language), newest["purposes"]))
    vendors = list(_allowed(notice, newest["vendors"] or {}))
    told = [{**each, **_optional(each)} for each in records]
    return OfSite(notice, language, direction(language), newest, decisions, vendors, told)


def _optional(record: Mapping[str, Any]) -> dict[str, list[str]]:
    """Tell which of the purposes that a record's reader could refuse were agreed to, and which not."""
    decided = record["purposes"] or {}
    optional = [each for each in services().catalogue.notice(record["notice"]).optional if each in decided]
    return {
        "agreed": [each for each in optional if decided[each]],
        "refused": [each for each in optional if not decided[each]],
    }


def _decisions(notice: Notice, texts: Mapping[str, Any], decided: Mapping[str, bool] | None) -> Iterator[Decision]:
    for purpose, required in notice.purposes.items():
        words = texts["purposes"][purpose]
        yield Decision(
            words["title"], words["body"], required, None if decided is None else decided.get(purpose, False)
        )


def _allowed(notice: Notice, decided: Mapping[str, bool]) -> Iterable[str]:
    return (vendor["name"] for vendor in notice.document["vendors"] if decided.get(vendor["id"]))
