"""The console's saved searches: one kept by name, and forgotten. They hold filters, and never a person's."""

from flask import g, redirect, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis.errors import FieldError, Invalid
from chassis.problems import against_schema
from chassis.sign_in import session
from consent.api.access import PERSONAL
from consent.api.services import services
from consent.console.query import RecordsQuery, filled

READ = "audit:read"
LONGEST = 60
#: What is not saved: filters that lead to a person, and where a page of a search begins.
UNSAVED = frozenset({*PERSONAL, "receipt", "cursor", "limit"})


@session.signed_in
def save_search() -> Response:
    """Save the search that the form holds by the name that it gives, for all who see the same sites."""
    session.require(READ)
    session.check_form()
    asked = filled(request.form)
    asked.pop("csrf", None)
    name = " ".join(asked.pop("name", "").split())
    if not 0 < len(name) <= LONGEST:
        expected = f"up to {LONGEST} characters"
        raise Invalid(f"name: expected {expected}", FieldError("name", expected))
    if UNSAVED & asked.keys():
        raise Invalid("A search for one person is not saved: their id would stay after an erasure.")
    try:
        RecordsQuery().load(asked)
    except ValidationError as error:
        raise against_schema(error.messages) from None
    services().saved_searches.save(g.signed_in.site, name, asked, services().now_ms())
    return redirect(url_for("console.records", **asked), 303)  # type: ignore[arg-type]


@session.signed_in
def forget_search() -> Response:
    """Forget a saved search."""
    session.require(READ)
    session.check_form()
    services().saved_searches.forget(g.signed_in.site, request.form.get("name", ""))
    return redirect(url_for("console.records"), 303)
