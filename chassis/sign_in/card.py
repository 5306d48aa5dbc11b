"""What the sign-in's page says: it asks, tells why nothing was opened, or sends the browser on."""

from flask import Response, make_response, render_template

from chassis.sign_in.place import here


def ask(fault: str | None = None, status: int = 200, of_token: bool = False) -> Response:
    """Ask who comes; `fault` says why nobody was let in, `of_token` that it was the token's."""
    openid = here().openid
    offered = None if openid is None else openid.client.label
    around = {"fault": fault, "of_token": of_token, "openid": offered, "onward": None}
    return make_response(render_template(here().template, **around), status)


def send_on(title: str, word: str, address: str) -> Response:
    """Send the browser on from a page of our own, by itself and with a link.

    A redirect would still count as coming from where the browser comes from, so that it would bring no `Strict` cookie,
    and after a form it would need the policy's leave (`form-action`).
    """
    around = {"fault": None, "openid": None, "onward": {"title": title, "word": word, "address": address}}
    page = make_response(render_template(here().template, **around))
    page.headers["Refresh"] = f"0; url={address}"
    return page
