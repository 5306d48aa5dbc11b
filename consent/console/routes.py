"""The console's pages by address. A further page is a module of its own, a line here, and one in the navigation."""

from chassis.sign_in import pages
from consent.console import exports, frame, notices, overview, records, subjects, tokens

blueprint = frame.blueprint

pages.add_to(blueprint)
for address, view, methods in (
    ("", overview.overview, ("GET",)),
    ("/records", records.records, ("GET",)),
    ("/records/<uuid:record>", records.record, ("GET",)),
    ("/records/<uuid:record>.tlog-proof", records.proof, ("GET",)),
    ("/exports", exports.exports, ("GET", "POST")),
    ("/exports/<uuid:export>", exports.export, ("GET",)),
    ("/exports/<uuid:export>.json", exports.export_state, ("GET",)),
    ("/exports/<uuid:export>/file", exports.export_file, ("GET",)),
    ("/exports/<uuid:export>/link", exports.export_link, ("POST",)),
    ("/subjects", subjects.subjects, ("GET",)),
    ("/subjects/<uuid:subject>", subjects.subject, ("GET", "POST")),
    ("/subjects/<uuid:subject>.json", subjects.subject_file, ("GET",)),
    ("/tokens", tokens.tokens, ("GET", "POST")),
    ("/tokens/<identifier>/end", tokens.revoke, ("POST",)),
    ("/notices", notices.notices, ("GET",)),
    ("/notices/<sha256>", notices.notice, ("GET",)),
):
    blueprint.add_url_rule(address, view_func=view, methods=methods)
