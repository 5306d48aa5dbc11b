"""Telling other systems what happened: the events, their bodies, and the signature by which a receiver knows us.

Form and headers are those of Standard Webhooks (standardwebhooks.com), so that receivers find libraries for them.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from publisher.articles import Revision
from publisher.faults import Fault, refusal
from publisher.states import pub_status

PUBLISHED = "article.published"
UPDATED = "article.updated"
UNPUBLISHED = "article.unpublished"
KILLED = "article.killed"
DELETED = "article.deleted"
TRANSLATED = "translation.done"
EVENTS = (PUBLISHED, UPDATED, UNPUBLISHED, KILLED, DELETED, TRANSLATED)
SECRET_PREFIX = "whsec_"


def event_of(before: Revision | None, made: Revision, action: str, deleted: bool = False) -> str | None:
    """Name the event that a change is to the world; None when readers see nothing of it.

    What is not public is not told of; what was ever published is, when it goes.
    """
    now_ms = made.changed_ms
    was_public = before is not None and before.is_public(now_ms) and action != "lift"
    is_public = made.is_public(now_ms) and not deleted
    ever = before is not None and before.first_published_ms is not None and before.first_published_ms <= now_ms
    if is_public:
        return UPDATED if was_public else PUBLISHED
    if not ever:
        return None
    if action == "kill":
        return KILLED
    if deleted:
        return DELETED
    return UNPUBLISHED if was_public or action == "unpublish" else None


def article_event(revision: Revision, deleted: bool = False) -> dict[str, Any]:
    """What is told of an article; of one that is gone only which it was."""
    told = {"id": revision.article_id, "revision": revision.number}
    if deleted or not revision.is_public(revision.changed_ms):
        return told | {"pubStatus": "canceled" if deleted else pub_status(revision.state)}
    article = revision.article
    return told | {
        "pubStatus": pub_status(revision.state),
        "state": revision.state,
        "kind": revision.kind,
        "language": article.language,
        "headline": article.headline,
        "section": article.section,
        "path": article.path_in(article.language),
    }


def translation_event(revision: Revision, language: str) -> dict[str, Any]:
    """What is told of a finished translation."""
    path = revision.article.path_in(language)
    return {"id": revision.article_id, "revision": revision.number, "language": language, "path": path}


def new_secret() -> str:
    """Make the secret that signs a webhook's messages: 256 bits."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(secret: str, message: str, timestamp_s: int, body: bytes) -> dict[str, str]:
    """Headers of one attempt to deliver: the message's id, the time, and the signature over both and the body.

    A receiver refuses a time that is more than a few minutes off, and an id that it has seen.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = hmac.new(key, f"{message}.{timestamp_s}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


def check_webhook(url: str, events: Iterable[str], private: bool) -> None:
    """Refuse (Invalid) an address that messages may not go to, or an event that there is not.

    A name is looked up when a message is sent; here only what is plain is refused.
    """
    faults = []
    if not _may_be_reached(url, private):
        faults.append(
            Fault("url", "an http or https address" if private else "a public https address", repr(url[:200]))
        )
    unknown = [event for event in events if event not in EVENTS]
    if unknown:
        faults.append(Fault("events", f"some of {', '.join(EVENTS)}", repr(unknown[0])))
    if faults:
        raise refusal(faults)


def is_public_address(address: str) -> bool:
    """Whether an IP address is one of the internet, and not of a machine or a network of ours."""
    found = ip_address(address)
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if mapped is not None:
        found = mapped
    return found.is_global and not found.is_multicast


def _may_be_reached(url: str, private: bool) -> bool:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if len(url) > 2000 or not url.isascii() or not url.isprintable() or " " in url or not host or port == 0:
        return False
    if parts.username is not None or parts.scheme not in (("http", "https") if private else ("https",)):
        return False
    if private:
        return True
    if ":" in host or re.fullmatch(r"[0-9.]+", host):
        try:
            return is_public_address(host)
        except ValueError:
            return False
    return "." in host and not host.endswith((".localhost", ".local", ".internal", ".home.arpa"))


def envelope(event: str, timestamp: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Form of every message's body."""
    return {"type": event, "timestamp": timestamp, "data": dict(data)}
