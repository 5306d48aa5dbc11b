"""The console's pages by address. A further page is a module of its own, a line here, and one in the navigation."""

from chassis.sign_in import pages
from consent.console import frame, notices, overview, records, subjects, tokens

blueprint = frame.blueprint

pages.add_to(blueprint)
for address, view, methods in (
    ("", overview.overview, ("GET",)),
    ("/records", records.records, ("GET",)),
    ("/records/<uuid:record>", records.record, ("GET",)),
    ("/records/<uuid:record>.tlog-proof", records.proof, ("GET",)),
    ("/export", records.export, ("GET",)),
    ("/subjects", subjects.subjects, ("GET",)),
    ("/subjects/<uuid:subject>", subjects.subject, ("GET", "POST")),
    ("/subjects/<uuid:subject>.json", subjects.subject_file, ("GET",)),
    ("/tokens", tokens.tokens, ("GET", "POST")),
    ("/tokens/<identifier>/end", tokens.revoke, ("POST",)),
    ("/notices", notices.notices, ("GET",)),
    ("/notices/<sha256>", notices.notice, ("GET",)),
):
    blueprint.add_url_rule(address, view_func=view, methods=methods)
