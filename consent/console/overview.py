"""The console's first page."""

from flask import redirect, url_for
from werkzeug.wrappers import Response


def overview() -> Response:
    """Lead to the records."""
    return redirect(url_for("console.records"))
