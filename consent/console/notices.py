"""The console's notices: what each site has shown from when on, one notice, and what it changed."""

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.errors import Conflict, Invalid, NotFound
from chassis.sign_in import session
from consent import invalidation
from consent.api.callers import caller
from consent.api.services import services
from consent.audit import Filter
from consent.choice import notice_changes
from consent.console import confirming, consequences, reception
from consent.console.confirming import Question
from consent.ledger.acts import INVALIDATED
from consent.notices import Notice, direction

FAULT = "records:write"
LONGEST_REASON = 500


@session.signed_in
def notices() -> str:
    """List every publication, the newest of each site first."""
    sites = [site for site in services().catalogue.sites() if g.signed_in.site in (None, site)]
    counted = reception.counts(g.signed_in.site)
    published = {site: reception.taken(services().notices.publications(site), counted) for site in sites}
    return render_template("console/notices.html", published=published)


@session.signed_in
def notice(sha256: str) -> str:
    """Show one notice in one of its languages, and what it changed against another."""
    shown = own(sha256)
    published = services().notices.publications(shown.site)
    language = request.args.get("language", shown.default_language)
    if language not in shown.languages:
        raise NotFound(f"The notice has no language {language[:35]!r}.")
    against = request.args.get("against") or _before(shown, [each.notice for each in published])
    earlier = own(against) if against else None
    counted = reception.counts(shown.site)
    before = counted.get(earlier.sha256) if earlier else None
    beside = [reception.one(sha256, 0, counted.get(sha256), before)]
    beside += [reception.one(earlier.sha256, 0, before, None)] if earlier else []
    return render_template(
        "console/notice.html",
        notice=shown,
        language=language,
        direction=direction(language),
        texts=shown.texts(language),
        published=published,
        taken=beside,
        earlier=earlier,
        changes=notice_changes.changes(earlier, shown) if earlier else [],
        vendors=notice_changes.vendors(earlier, shown) if earlier else [],
        layers={
            layer: url_for("console.layer", sha256=sha256, layer=layer, language=language)
            for layer in ("question", "boxes", "form")
        },
        may_invalidate=FAULT in g.signed_in.scopes,
        is_current=_is_current(shown),
        is_invalid=services().catalogue.is_invalid(sha256),
        asked_anew=notice_changes.asked_anew(earlier, shown) if earlier else [],
    )


@session.signed_in
def invalidate(sha256: str) -> Response:
    """Declare a notice faulty, once that was confirmed."""
    session.require(FAULT)
    session.check_form()
    faulty, reason = own(sha256), request.form.get("reason", "").strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Invalid(
            f"reason: expected up to {LONGEST_REASON} characters that say what is wrong, in words that name nobody"
        )
    if _is_current(faulty):
        raise Conflict(f"{faulty.site} still shows this notice: publish the mended one first")
    if (asks := confirming.ask(lambda: _question(sha256, reason))) is not None:
        return asks
    invalidation.declare(services().acting, services().catalogue, faulty, reason, caller())
    return redirect(url_for("console.acts", kind=INVALIDATED, done="invalidated"), 303)


def _question(sha256: str, reason: str) -> Question:
    found = services().audit.count(Filter(notice=sha256, sees_held=True))
    told = ("" if found.exact else "about ") + consequences.count(found.records, "record")
    back, comes = url_for("console.notice", sha256=sha256), consequences.of_invalidation(told)
    return Question("Declare this notice faulty", "Declare it faulty", back, comes, {"reason": reason})


def _is_current(shown: Notice) -> bool:
    return services().catalogue.current(shown.site).sha256 == shown.sha256


def own(sha256: str) -> Notice:
    """Return a notice of a site that who is signed in may see.

    Raises:
        NotFound: there is none of that name, or it is another site's.
    """
    found = services().catalogue.notice(sha256)
    if g.signed_in.site not in (None, found.site):
        raise NotFound(f"There is no notice {sha256[:64]!r}.")
    return found


def _before(shown: Notice, newest_first: list[str]) -> str | None:
    """Return the notice that this one took the place of, when it was last published."""
    at = newest_first.index(shown.sha256) if shown.sha256 in newest_first else len(newest_first)
    return next((each for each in newest_first[at:] if each != shown.sha256), None)
