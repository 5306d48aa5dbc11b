"""Time-stamps by an authority (RFC 3161): its signature over the checkpoint's SHA-256 and the time."""

from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from chassis.bounded_answers import ask
from consent.anchors.anchor import Anchor, Failed
from consent.anchors.ways import TIMEOUT_S

REQUEST, RESPONSE = "application/timestamp-query", "application/timestamp-reply"
MAX_SIZE = 64 * 1024


@dataclass(frozen=True)
class TimeStamp:
    """Has the note stamped; what comes back is the response, as `openssl ts -verify -in` reads it.

    Attributes:
        url: where the authority takes requests.
        roots: a PEM file of the certificates that it is trusted by.
    """

    url: str
    roots: Path
    name = "time-stamp"

    def send(self, anchor: Anchor) -> bytes:
        """Ask for a stamp, and return the response once it is checked against request and roots."""
        asked = TimestampRequestBuilder().data(anchor.note.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
        headers = {"Content-Type": REQUEST}
        try:
            with httpx.Client() as client:
                answer = ask(
                    client,
                    "POST",
                    self.url,
                    most_bytes=MAX_SIZE,
                    within_s=TIMEOUT_S,
                    content=asked.as_bytes(),
                    headers=headers,
                )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Failed(f"{self.url}: {type(error).__name__} {error}") from None
        if not answer.is_success or answer.headers.get("Content-Type", "").partition(";")[0] != RESPONSE:
            raise Failed(f"{self.url}: {answer.status_code}, expected {RESPONSE}")
        self._check(answer.content, anchor.note.encode(), VerifierBuilder.from_request(asked))
        return answer.content

    def check(self, response: bytes, anchor: Anchor) -> None:
        """Refuse a response that is no stamp of this anchor by an authority that is trusted.

        Raises:
            Failed: it is none.
        """
        self._check(response, anchor.note.encode(), VerifierBuilder())

    def _check(self, response: bytes, note: bytes, builder: VerifierBuilder) -> None:
        try:
            for root in load_pem_x509_certificates(self.roots.read_bytes()):
                builder = builder.add_root_certificate(root)
            builder.build().verify_message(decode_timestamp_response(response), note)
        except (VerificationError, ValueError, OSError) as error:
            raise Failed(f"{self.url}: no time-stamp to rely on: {error}") from None
