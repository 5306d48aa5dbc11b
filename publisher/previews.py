"""Links to articles that are not public: signed, and good for a while only."""

from typing import NamedTuple

from itsdangerous import BadSignature, URLSafeSerializer

from chassis.errors import Gone, NotFound

LONGEST_S = 30 * 24 * 3600
SECRET = "preview"
"""Name of the secret that signs them (``store.secrets``)."""


class Preview(NamedTuple):
    """What a link shows: an article in a language, until a time (unix ms)."""

    article_id: str
    language: str
    expires_ms: int


def sign(preview: Preview, secret: str) -> str:
    """Return the link's token."""
    return str(_signer(secret).dumps(list(preview)))


def verify(token: str, secret: str, now_ms: int) -> Preview:
    """Return what a token shows.

    Raises:
        NotFound: nobody here signed it.
        Gone: its time is over.
    """
    try:
        preview = Preview(*_signer(secret).loads(token))
    except BadSignature:
        raise NotFound("no preview of this address") from None
    if now_ms >= preview.expires_ms:
        raise Gone("the preview has expired; ask the newsroom for a new link")
    return preview


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="preview")
