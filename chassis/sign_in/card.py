"""What the sign-in's page says: it asks, tells why nothing was opened, or sends the browser on."""

from collections.abc import Mapping
from typing import NamedTuple

from flask import Response, make_response, render_template
from werkzeug.urls import iri_to_uri

from chassis.sign_in.place import here


class Onward(NamedTuple):
    """Where the browser goes on to.

    Attributes:
        title: what has happened.
        word: what is there.
        address: where it is.
        fault: what did not go well, None where all did.
        fields: what a form sends there; None where a link leads there.
    """

    title: str
    word: str
    address: str
    fault: str | None = None
    fields: Mapping[str, str] | None = None


def ask(fault: str | None = None, status: int = 200, of_token: bool = False, back: str | None = None) -> Response:
    """Ask who comes; `fault` says why nobody was let in, `of_token` that it was the token's, `back` where they were."""
    openid = here().openid
    offered = None if openid is None else openid.client.label
    around = {"fault": fault, "of_token": of_token, "openid": offered, "onward": None, "back": back}
    return make_response(render_template(here().template, **around), status)


def send_on(onward: Onward, at_once: bool = True, status: int = 200) -> Response:
    """Send the browser on from a page of our own, with a link or a button, and `at_once` by itself too.

    A redirect would still count as coming from where the browser comes from, so that it would bring no `Strict` cookie,
    and after a form it would need the policy's leave (`form-action`).
    """
    page = make_response(render_template(here().template, fault=None, openid=None, onward=onward), status)
    if at_once:
        page.headers["Refresh"] = f"0; url={iri_to_uri(onward.address)}"
    return page
