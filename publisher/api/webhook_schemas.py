"""The JSON forms of webhooks and purges: docs/contracts/articles.md."""

from marshmallow import Schema, ValidationError, fields, validate

from publisher.api.block_schemas import Closed


class WebhookIn(Closed):
    """Who is to be told of what."""

    url = fields.String(required=True, validate=validate.Length(max=2000))
    events = fields.List(
        fields.String(), validate=validate.Length(min=1), metadata={"description": "Default: all of them."}
    )


class WebhookOut(Schema):
    """A webhook, without its secret."""

    id = fields.String()
    url = fields.String()
    events = fields.List(fields.String())
    created = fields.String()
    disabled = fields.String(allow_none=True)


class WebhookMade(WebhookOut):
    """A webhook that was just made; its secret is shown this once."""

    secret = fields.String()


class WebhooksOut(Schema):
    """All webhooks."""

    webhooks = fields.List(fields.Nested(WebhookOut))


class DeliveryOut(Schema):
    """A message to a webhook, and how far it is."""

    message = fields.String()
    event = fields.String()
    state = fields.String(validate=validate.OneOf(["open", "delivered", "dead"]))
    attempts = fields.Integer()
    created = fields.String()
    next_attempt = fields.String(allow_none=True)
    ended = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)


class DeliveriesOut(Schema):
    """A webhook's last messages, the newest first."""

    deliveries = fields.List(fields.Nested(DeliveryOut))


def _check_tag(tag: str) -> None:
    if not (tag.isascii() and tag.isprintable() and " " not in tag and 1 <= len(tag) <= 200):
        raise ValidationError(f"expected a tag as in Cache-Groups, got {tag[:40]!r}")


class PurgeIn(Closed):
    """Which cached pages to renew, by the tags in their Cache-Groups."""

    tags = fields.List(fields.String(validate=_check_tag), required=True, validate=validate.Length(1, 256))
