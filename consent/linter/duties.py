"""What has to be said: who answers, for what, with whom, for how long, in every language, and how to withdraw."""

from collections.abc import Iterator, Mapping
from typing import Any

from consent.linter.findings import Finding, languages, listed, members, purposes, said
from consent.notice_schema import ControllerSchema, TextsSchema
from consent.regulations import packs

CONTROLLER = "GDPR Art. 13(1)(a); ICO: name any other controllers; CNIL 2020-092"
WITHDRAWAL = "GDPR Art. 7(3); CNIL 2020-092"
LANGUAGE = "GDPR Art. 7(2), 12(1): intelligible form"
PURPOSES = "EDPB 05/2020 (granularity); CNIL 2020-092: purposes named before the buttons"
VENDORS = "CNIL 2020-092; ICO: name any other controllers; GDPR Art. 13(1)(e)"
ACCOUNTS = "CNIL 2025-131: the scope of a choice is told on the first layer"
REGULATION = "the regulation packs"

WAY_BACK = ("withdraw", "settings")
TEXTS = tuple(name for name in TextsSchema().fields if name not in (*WAY_BACK, "accounts", "purposes"))


def controller(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse a notice that does not say who answers and how to reach them."""
    named = members(notice.get("controller"))
    for name in ControllerSchema().fields if named else ():
        if not said(named.get(name)):
            yield Finding(f"controller.{name}", "who answers, and where", "", "controller", CONTROLLER)
    if not named:
        yield Finding("controller", "who answers, and where", "", "controller", CONTROLLER)


def withdrawal(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse a language without the words for withdrawing and for the way back to the settings."""
    for language, texts in languages(notice):
        for name in WAY_BACK:
            if not said(texts.get(name)):
                yield Finding(f"texts.{language}.{name}", "words for withdrawing", "", "withdrawal", WITHDRAWAL)


def every_language(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse a language that lacks a text."""
    for language, texts in languages(notice):
        for name in TEXTS:
            if not said(texts.get(name)):
                yield Finding(f"texts.{language}.{name}", "a text in every language", "", "language-complete", LANGUAGE)


def accounts(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse choices that count in accounts where a language does not say so, and words of it where they do not."""
    shared = notice.get("accounts") is not None
    for language, texts in languages(notice):
        field = f"texts.{language}.accounts"
        if shared and not said(texts.get("accounts")):
            expected = "how far a choice reaches, and what counts where device and account differ"
            yield Finding(field, expected, "", "accounts", ACCOUNTS)
        elif not shared and "accounts" in texts:
            expected = "none: without accounts in the notice a choice counts on one device"
            yield Finding(field, expected, "", "accounts", ACCOUNTS)


def purposes_named(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse a purpose that is not named and described in every language."""
    if not purposes(notice):
        yield Finding("purposes", "each purpose for itself", "", "purposes-named", PURPOSES)
    for language, texts in languages(notice):
        told = members(texts.get("purposes"))
        for purpose in (str(each.get("id")) for each in purposes(notice)):
            for name in ("title", "body"):
                if not said(members(told.get(purpose)).get(name)):
                    field = f"texts.{language}.purposes.{purpose}.{name}"
                    yield Finding(field, "what the data is for, in words", "", "purposes-named", PURPOSES)


def vendors(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse a vendor that is not named with its purposes and policy."""
    for at, vendor in enumerate(members(each) for each in listed(notice.get("vendors"))):
        for name in ("name", "privacy_policy"):
            if not said(vendor.get(name)):
                yield Finding(f"vendors.{at}.{name}", "who it is and what it promises", "", "vendors", VENDORS)
        if not listed(vendor.get("purposes")):
            yield Finding(f"vendors.{at}.purposes", "what it receives data for", "", "vendors", VENDORS)


def validity(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse an agreement that holds longer than the regulation lets it, and a regulation that nobody knows."""
    days, pack = notice.get("validity_days"), packs().get(str(notice.get("regulation")))
    if pack is None:
        yield Finding("regulation", f"one of {', '.join(packs())}", "", "regulation", REGULATION)
    elif isinstance(days, int) and days > pack.validity_days:
        expected = f"at most {pack.validity_days}, the limit of {pack.id}"
        yield Finding("validity_days", expected, f"got {days}", "validity", "; ".join(pack.sources))
