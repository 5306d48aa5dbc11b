"""``/v1/webhooks``: who is told of what happens to articles; ``/v1/purge``: renew cached pages."""

from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint

from chassis.authorisation import require
from chassis.errors import NotFound, Unavailable
from chassis.sql import read, write
from publisher import clock
from publisher.api.forms import moment, the_house
from publisher.api.webhook_schemas import DeliveriesOut, PurgeIn, WebhookIn, WebhookMade, WebhooksOut
from publisher.store import webhooks
from publisher.store.webhooks import OPEN, Delivery, Webhook
from publisher.webhooks import EVENTS, check_webhook, new_secret

Answer = tuple[dict[str, Any], int, dict[str, str]]

blueprint = Blueprint("webhooks", __name__, description="Telling other systems, and the page cache")


@blueprint.route("/v1/webhooks")
class WebhooksView(MethodView):
    """All webhooks."""

    @require("webhooks")
    @blueprint.arguments(WebhookIn)
    @blueprint.response(201, WebhookMade)
    def post(self, sent: dict[str, Any]) -> Answer:
        """Add a webhook; the answer shows its secret, this once."""
        events = list(dict.fromkeys(sent.get("events") or EVENTS))
        check_webhook(sent["url"], events, the_house().settings.webhook_private)
        secret = new_secret()
        with write(the_house().engine) as connection:
            made = webhooks.add(connection, sent["url"], secret, events, clock.now_ms())
        headers = {"Location": f"/v1/webhooks/{made.id}", "Cache-Control": "no-store"}
        return _webhook(made) | {"secret": secret}, 201, headers

    @require("webhooks")
    @blueprint.response(200, WebhooksOut)
    def get(self) -> Answer:
        """List the webhooks."""
        with read(the_house().engine) as connection:
            listed = webhooks.every(connection)
        return {"webhooks": [_webhook(each) for each in listed]}, 200, {"Cache-Control": "no-store"}


@blueprint.route("/v1/webhooks/<identifier>")
class WebhookView(MethodView):
    """One webhook."""

    @require("webhooks")
    @blueprint.response(204)
    def delete(self, identifier: str) -> Response:
        """Remove a webhook; what was still to be told it is dropped."""
        with write(the_house().engine) as connection:
            if not webhooks.remove(connection, identifier):
                raise NotFound(f"no webhook {identifier!r}")
        return Response(status=204)


@blueprint.route("/v1/webhooks/<identifier>/deliveries")
@require("webhooks")
@blueprint.response(200, DeliveriesOut)
def list_deliveries(identifier: str) -> Answer:
    """List a webhook's last messages, and what came of them."""
    with read(the_house().engine) as connection:
        if webhooks.load(connection, identifier) is None:
            raise NotFound(f"no webhook {identifier!r}")
        listed = webhooks.deliveries(connection, identifier)
    return {"deliveries": [_delivery(each) for each in listed]}, 200, {"Cache-Control": "no-store"}


@blueprint.route("/v1/purge", methods=["POST"])
@require("pages:purge")
@blueprint.arguments(PurgeIn)
@blueprint.response(204)
def purge(sent: dict[str, Any]) -> Response:
    """Renew the cached pages that carry one of these tags; the cost does not depend on how many there are."""
    if not the_house().cache.purge(*sent["tags"]):
        raise Unavailable("the page cache is away", retry_after_s=5)
    return Response(status=204)


def _webhook(each: Webhook) -> dict[str, Any]:
    return {
        "id": each.id,
        "url": each.url,
        "events": list(each.events),
        "created": moment(each.created_ms),
        "disabled": moment(each.disabled_ms),
    }


def _delivery(each: Delivery) -> dict[str, Any]:
    return {
        "message": each.message,
        "event": each.event,
        "state": each.state,
        "attempts": each.attempts,
        "created": moment(each.created_ms),
        "next_attempt": moment(each.next_attempt_ms) if each.state == OPEN else None,
        "ended": moment(each.ended_ms),
        "outcome": each.outcome,
    }
