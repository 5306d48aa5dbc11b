"""What is known of accounts beside their records: which devices are signed in, and each account's newest choice.

In the durable Redis, because the path of a choice asks it and must not wait for SQL. Everything is found by references;
an account's own id lies sealed in the link of a device, under a key that takes the subject id which only that
device's cookie and the records hold: once those are erased, what Redis's file still has of a link is noise.
"""

import hmac
import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from redis import Redis
from redis.exceptions import RedisError, WatchError

from chassis.errors import Unavailable
from consent.ledger.entries import account_ref, subject_ref
from consent.ledger.sealing import NONCE_SIZE
from consent.ledger.stream import RETENTION_MS, Newest, order

DAY_MS = 86_400_000
ERASED = "erased"
LINK_LIFE_MS = 395 * DAY_MS  # as long as any choice holds; each sync begins it anew


class Link(NamedTuple):
    """A device that is signed in to an account.

    Attributes:
        account: the account's id, as the site's server knows it.
        own_subject: the subject id that the device has while nobody is signed in; None where it had none.
        own_record: the choice that stands on it then.
        event_id: of the sync that made the link.
    """

    account: str
    own_subject: str | None
    own_record: str | None
    event_id: str


class Pointer(NamedTuple):
    """An account's newest choice: the record, and where in the stream it was appended.

    `ERASED` for a record: what stood last was erased with the device that it was made on, and nothing older may stand
    up again in its place.
    """

    record_id: str
    stream_id: str

    @property
    def text(self) -> str:
        """Return what the key holds."""
        return f"{self.record_id} {self.stream_id}"


def newest_key(reference: str) -> str:
    """Name the key of an account's newest choice."""
    return f"consent:account:{reference}"


def devices_key(reference: str) -> str:
    """Name the set of subject references that are signed in to an account."""
    return f"consent:devices:{reference}"


def link_key(reference: str) -> str:
    """Name the key of a subject's link."""
    return f"consent:link:{reference}"


class Accounts:
    """Links and newest choices, on the connection of the durable role; `pepper` is the key of the references."""

    def __init__(self, redis: Redis, pepper: bytes) -> None:
        self._redis = redis
        self._pepper = pepper

    def reference(self, site: str, account: str) -> str:
        """Return what an account is found by; of another site it is another one."""
        return account_ref(self._pepper, site, account)

    def linked(self, site: str, subject: str) -> Link | None:
        """Return the link of the device that brings this subject id, None where nobody is signed in on it."""
        reference = subject_ref(self._pepper, site, subject)
        with _available():
            held = cast("bytes | None", self._redis.get(link_key(reference)))
        if held is None:
            return None
        sealed = held.partition(b" ")[2]
        opened = self._cipher(site, subject).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], reference.encode())
        return Link(*json.loads(opened))

    def link(self, site: str, subject: str, link: Link) -> None:
        """Sign a device in, or keep it signed in for longer."""
        reference, account = subject_ref(self._pepper, site, subject), self.reference(site, link.account)
        nonce = secrets.token_bytes(NONCE_SIZE)
        sealed = self._cipher(site, subject).encrypt(nonce, json.dumps(link).encode(), reference.encode())
        with _available():
            step = self._redis.pipeline(transaction=True)
            step.set(link_key(reference), account.encode() + b" " + nonce + sealed, px=LINK_LIFE_MS)
            step.sadd(devices_key(account), reference)
            step.pexpire(devices_key(account), LINK_LIFE_MS)
            step.execute()

    def renew(self, site: str, subject: str) -> None:
        """Keep a device signed in for longer; a write to disk at most once a day."""
        key = link_key(subject_ref(self._pepper, site, subject))
        with _available():
            if self._redis.pttl(key) < LINK_LIFE_MS - DAY_MS:
                self._redis.pexpire(key, LINK_LIFE_MS)

    def unlink(self, site: str, subject: str) -> None:
        """Sign a device out."""
        self._unlink([subject_ref(self._pepper, site, subject)])

    def devices(self, site: str, account: str) -> int:
        """Count the devices that are signed in."""
        with _available():
            return len(self._linked(self.reference(site, account)))

    def sign_out_all(self, site: str, account: str) -> int:
        """Sign every device of an account out; returns how many."""
        with _available():
            references = self._linked(self.reference(site, account))
        self._unlink(references)
        return len(references)

    def to_stand(self, site: str, account: str, life_ms: int, expected: str | None = None) -> Newest:
        """Say where a choice is to stand as an account's newest; see `consent.ledger.stream.Newest`."""
        return Newest(newest_key(self.reference(site, account)), life_ms, expected)

    def newest(self, reference: str) -> Pointer | None:
        """Return an account's newest choice, None where the ledger has had it for long, or there is none."""
        with _available():
            held = cast("bytes | None", self._redis.get(newest_key(reference)))
        return None if held is None else Pointer(*held.decode().split())

    def drained(self, references: Iterable[str]) -> None:
        """Let the newest choices of accounts go in their time: the ledger is about to have them."""
        with _available():
            step = self._redis.pipeline(transaction=False)
            for reference in references:
                step.pexpire(newest_key(reference), RETENTION_MS)
            step.execute()

    def forget(self, references: Iterable[str], at: str) -> None:
        """Erase all that is known of subjects and of accounts, but for what is newer than the erasure.

        Args:
            references: of either; the subjects' are unlinked, the accounts' lose devices and newest choice.
            at: the erasure's stream id.
        """
        for reference in references:
            with _available():
                self._unlink([reference, *self._linked(reference)])
                self._redis.delete(devices_key(reference))
                self._unless_newer(reference, at, None)

    def void(self, references: Iterable[str], at: str) -> None:
        """Let nothing stand in accounts, of which a device was erased, until their readers choose again.

        Args:
            references: the accounts'.
            at: the erasure's stream id; what is newer stands.
        """
        for reference in references:
            with _available():
                self._unless_newer(reference, at, Pointer(ERASED, at))

    def _unless_newer(self, account: str, at: str, pointer: Pointer | None) -> None:
        key = newest_key(account)
        with self._redis.pipeline(transaction=True) as step:
            step.watch(key)  # type: ignore[no-untyped-call]
            held = cast("bytes | None", step.get(key))
            if held is not None and order(Pointer(*held.decode().split()).stream_id) > order(at):
                return
            step.multi()
            if pointer is None:
                step.delete(key)
            else:
                step.set(key, pointer.text, px=LINK_LIFE_MS)
            try:
                step.execute()
            except WatchError:
                return  # a choice came meanwhile, and is newer

    def _linked(self, account: str) -> list[str]:
        """List the devices of an account whose links have not expired; forgets those that have."""
        members = [member.decode() for member in cast("set[bytes]", self._redis.smembers(devices_key(account)))]
        if not members:
            return []
        held = cast("list[bytes | None]", self._redis.mget([link_key(member) for member in members]))
        ours = [(member, _account(link) == account) for member, link in zip(members, held, strict=True)]
        lapsed = [member for member, is_ours in ours if not is_ours]
        if lapsed:
            self._redis.srem(devices_key(account), *lapsed)
        return [member for member, is_ours in ours if is_ours]

    def _unlink(self, references: Iterable[str]) -> None:
        with _available():
            for reference in references:
                held = cast("bytes | None", self._redis.get(link_key(reference)))
                step = self._redis.pipeline(transaction=True)
                step.delete(link_key(reference))
                if held is not None:
                    step.srem(devices_key(_account(held) or ""), reference)
                step.execute()

    def _cipher(self, site: str, subject: str) -> AESGCM:
        return AESGCM(hmac.digest(self._pepper, f"link\0{site}\0{subject}".encode(), "sha256"))


def _account(held: bytes | None) -> str | None:
    """Return which account a link is of, as a reference."""
    return None if held is None else held.partition(b" ")[0].decode("ascii")


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise Unavailable(f"the accounts are away: {error}", retry_after_s=2) from error
