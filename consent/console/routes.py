"""The console's pages by address. A further page is a module of its own, a line here, and one in the navigation."""

from chassis.sign_in import pages
from consent.console import (
    acts,
    displayed,
    exports,
    find,
    frame,
    letter,
    notices,
    overview,
    records,
    rectifying,
    searches,
    standing,
    subjects,
    tokens,
)

blueprint = frame.blueprint

pages.add_to(blueprint)
for address, view, methods in (
    ("", overview.overview, ("GET",)),
    ("/find", find.find, ("GET",)),
    ("/records", records.records, ("GET",)),
    ("/records/<uuid:record>", records.record, ("GET",)),
    ("/records/<uuid:record>.tlog-proof", records.proof, ("GET",)),
    ("/records/<uuid:record>/rectification", rectifying.rectify, ("POST",)),
    ("/searches", searches.save_search, ("POST",)),
    ("/searches/forget", searches.forget_search, ("POST",)),
    ("/exports", exports.exports, ("GET", "POST")),
    ("/exports/<uuid:export>", exports.export, ("GET",)),
    ("/exports/<uuid:export>.json", exports.export_state, ("GET",)),
    ("/exports/<uuid:export>/file", exports.export_file, ("GET",)),
    ("/exports/<uuid:export>/link", exports.export_link, ("POST",)),
    ("/acts", acts.acts, ("GET",)),
    ("/acts/<uuid:act>", acts.act, ("GET",)),
    ("/acts/<uuid:act>.json", acts.act_file, ("GET",)),
    ("/holds/<uuid:hold>/end", standing.release, ("POST",)),
    ("/erasures/<uuid:erasure>/approve", standing.approve, ("POST",)),
    ("/erasures/<uuid:erasure>/deny", standing.deny, ("POST",)),
    ("/subjects", subjects.subjects, ("GET",)),
    ("/subjects/<uuid:subject>", subjects.subject, ("GET", "POST")),
    ("/subjects/<uuid:subject>/letter", letter.letter, ("GET",)),
    ("/subjects/<uuid:subject>.json", subjects.subject_file, ("GET",)),
    ("/tokens", tokens.tokens, ("GET", "POST")),
    ("/tokens/<identifier>/end", tokens.revoke, ("POST",)),
    ("/notices", notices.notices, ("GET",)),
    ("/notices/<sha256>", notices.notice, ("GET",)),
    ("/notices/<sha256>/layers/<layer>", displayed.layer, ("GET",)),
    ("/notices/<sha256>/invalidation", notices.invalidate, ("POST",)),
):
    blueprint.add_url_rule(address, view_func=view, methods=methods)
