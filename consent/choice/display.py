"""Display tokens: the signed word that a notice was shown, in which language and in which dress.

A choice must bring one, so that a record proves not only what was clicked but what stood above the button.
"""

import hmac
from typing import NamedTuple

from itsdangerous import BadSignature, Signer, URLSafeSerializer
from itsdangerous.signer import SigningAlgorithm

from chassis.errors import Problem

SALT = "imprimatur/display/v1"
LIFE_MS = 24 * 3_600_000
# Two servers' clocks differ; a token from further ahead than this was made before one of them was set back.
SKEW_MS = 60_000


class Shown(NamedTuple):
    """What a reader saw: layer is `script` or `form`; script ("" in a form) and style are hashes of what drew it.

    `regulation` is the pack that applied; `region` and its source say why (`consent.regulations.region`); `at_ms` is
    when it was handed to the reader, in unix ms.
    """

    site: str
    notice: str
    language: str
    layer: str
    script: str
    style: str
    regulation: str
    region: str | None
    region_source: str
    at_ms: int


class NotShown(Problem):
    """A display token is missing, forged, or made for something else."""

    kind = "display-token"


class ShownTooLongAgo(Problem):
    """The display token was good, but is too old, or the clock was set back."""

    kind = "display-token-expired"


class _OneShot(SigningAlgorithm):
    """HMAC-SHA1, as itsdangerous signs, in one call into OpenSSL."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha1")


class Displays:
    """Makes and reads display tokens under the newest of `keys`; older keys are still read."""

    def __init__(self, *keys: bytes) -> None:
        derived = [Signer(key, salt=SALT).derive_key() for key in keys[::-1]]  # once, not with every token
        self._signer = Signer(derived, key_derivation="none", algorithm=_OneShot())
        self._serializer = URLSafeSerializer(derived)

    def issue(self, shown: Shown) -> str:
        """Sign what is about to be shown."""
        return self._signer.sign(self._serializer.dump_payload([*shown])).decode()

    def read(self, token: str, now_ms: int) -> Shown:
        """Return what `token` says was shown.

        Raises:
            NotShown: it is not ours.
            ShownTooLongAgo: it is more than a day old, or of a time that has not come.
        """
        try:
            shown = Shown(*self._serializer.load_payload(self._signer.unsign(token)))
        except BadSignature:
            raise NotShown("display: expected a token that this service gave with the notice") from None
        except TypeError:  # one of an earlier release, which said less
            raise ShownTooLongAgo("display: expected a token of this release; fetch the notice again") from None
        if shown.at_ms > now_ms + SKEW_MS:
            raise ShownTooLongAgo("display: expected a token of the past; fetch the notice again")
        if shown.at_ms + LIFE_MS <= now_ms:
            raise ShownTooLongAgo("display: expected a token not older than 24 hours; fetch the notice again")
        return shown
