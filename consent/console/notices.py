"""The console's notices: what each site has shown from when on, one notice, and what it changed."""

from flask import g, render_template, request

from chassis.errors import NotFound
from chassis.sign_in import session
from consent import notice_changes
from consent.api.services import services
from consent.notices import Notice, direction


@session.signed_in
def notices() -> str:
    """List every publication, the newest of each site first."""
    sites = [site for site in services().catalogue.sites() if g.signed_in.site in (None, site)]
    published = {site: services().notices.publications(site) for site in sites}
    return render_template("console/notices.html", published=published)


@session.signed_in
def notice(sha256: str) -> str:
    """Show one notice in one of its languages, and what it changed against another."""
    shown = _own(sha256)
    published = services().notices.publications(shown.site)
    language = request.args.get("language", shown.default_language)
    if language not in shown.languages:
        raise NotFound(f"The notice has no language {language[:35]!r}.")
    against = request.args.get("against") or _before(shown, [each.notice for each in published])
    earlier = _own(against) if against else None
    return render_template(
        "console/notice.html",
        notice=shown,
        language=language,
        direction=direction(language),
        texts=shown.texts(language),
        published=published,
        earlier=earlier,
        changes=notice_changes.changes(earlier, shown) if earlier else [],
        asked_anew=notice_changes.asked_anew(earlier, shown) if earlier else [],
    )


def _own(sha256: str) -> Notice:
    found = services().catalogue.notice(sha256)
    if g.signed_in.site not in (None, found.site):
        raise NotFound(f"There is no notice {sha256[:64]!r}.")
    return found


def _before(shown: Notice, newest_first: list[str]) -> str | None:
    """Return the notice that this one took the place of, when it was last published."""
    at = newest_first.index(shown.sha256) if shown.sha256 in newest_first else len(newest_first)
    return next((each for each in newest_first[at:] if each != shown.sha256), None)
