"""Asking witnesses to cosign the log's checkpoints (c2sp.org/tlog-witness), beside the drain and never in its way.

A thread of the drain's process. What enough witnesses have cosigned is stored and handed out; who is away is asked
again with the next checkpoint.
"""

import json
import logging
import threading
import time
from base64 import b64encode
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import NamedTuple

import httpx
from prometheus_client import Gauge
from redis import Redis

from chassis.authorities import trusted
from chassis.bounded_answers import ask
from chassis.errors import Unavailable
from chassis.sql import read, write
from consent import signs
from consent.ledger.notes import open_checkpoint, parse_size, signatures_by
from consent.ledger.policy import Policy, Witness
from consent.ledger.signing import NoteError, Verifier
from consent.store import published
from consent.store.ledger import Ledger
from consent.store.published import Stored
from consent.witness.state import hash_of

HEALTH = signs.WITNESSES
INTERVAL_S = 1.0
TIMEOUT_S = 5.0
START_TIMEOUT_S = 2.0
MOST_BYTES = 64 * 1024
GRACE_S = 0.3  # for those who answer after there are enough

COSIGNED = Gauge("consent_cosigned_entries", "Entries in the newest checkpoint that a witness cosigned.", ["witness"])

_log = logging.getLogger(__name__)


class Refusal(Exception):
    """A witness does not cosign; the message says why."""


class Seen(NamedTuple):
    """What is known of a witness: the size that it cosigned last, when, and why it does not now."""

    size: int | None = None
    at_ms: int | None = None
    fault: str | None = None


class Cosigning:
    """The log's witnesses, asked in rounds."""

    def __init__(self, ledger: Ledger, policy: Policy, redis: Redis) -> None:
        self._ledger = ledger
        self._policy = policy
        self._redis = redis
        self._asked = {each.name: each for each in policy.witnesses.values() if each.url}
        self._seen = {name: Seen() for name in self._asked}
        self._busy: dict[str, Future[str | None]] = {}
        self._client = httpx.Client(timeout=TIMEOUT_S, verify=trusted())
        # one may take its time to say what it has seen, and to cosign, and leaves the others their threads
        self._pool = ThreadPoolExecutor(max(1, 2 * len(self._asked)), "witness")
        self._cosigned = -1
        self._listened = False
        self._heard: list[str] = []

    def run(self, stop: threading.Event) -> None:
        """Ask in rounds until `stop` is set; whatever is away may come back. Without witnesses, return at once."""
        while self._asked and not stop.is_set():
            try:
                self.round()
            except Exception as error:  # whatever it was, the next checkpoint wants to be cosigned too
                _log.warning("witnesses wait", extra={"reason": f"{type(error).__name__}: {error}"})
            stop.wait(INTERVAL_S)
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def round(self) -> Stored | None:
        """Have the newest checkpoint cosigned where it is not yet; return it with its cosignatures if they suffice."""
        with read(self._ledger.engine) as connection:
            newest = published.newest_signed(connection, self._ledger.log_id)
        if newest is None or newest.size == self._cosigned or not self._asked:
            return None
        lines = self._gather(newest)
        self._tell()
        if not lines or not self._policy.met_by(lines):
            return None
        stored = newest._replace(note=newest.note + "".join(lines.values()), witnesses=tuple(lines))
        with write(self._ledger.engine) as connection:
            published.keep(connection, self._ledger.log_id, stored)
        self._cosigned = newest.size
        return stored

    def heard(self) -> list[str]:
        """Return checkpoints of this log that witnesses have cosigned and that were not returned before.

        At first the latest of every witness that answers, by which a ledger that came back from an old backup learns
        what it once signed; later those that a witness holds against what it was sent.
        """
        if not self._listened:
            self._listened = True
            listening = [self._pool.submit(self._listen, witness) for witness in self._asked.values()]
            wait(listening, 2 * START_TIMEOUT_S)  # the drain signs nothing meanwhile: one that is slower is away
        heard, self._heard = self._heard, []
        return heard

    def _listen(self, witness: Witness) -> None:
        try:
            self._heard.append(self._latest(witness))
        except (Refusal, httpx.HTTPError, NoteError) as error:
            _log.warning("a witness could not be asked", extra={"witness": witness.name, "reason": str(error)})

    def _latest(self, witness: Witness) -> str:
        address = f"{witness.url}/{hash_of(self._ledger.origin)}/checkpoint"
        answer = ask(self._client, "GET", address, most_bytes=MOST_BYTES, within_s=START_TIMEOUT_S)
        if answer.status_code != 200:
            raise Refusal(f"{answer.status_code}: it knows no checkpoint of this log")
        open_checkpoint(answer.text, *self._ledger.keys)  # it cannot make us believe what we have not signed
        return answer.text

    def _gather(self, newest: Stored) -> dict[str, str]:
        """Return the signature lines that came in time, by key."""
        for name, witness in self._asked.items():
            if name not in self._busy or self._busy[name].done():  # one that is slow is not asked twice at once
                self._busy[name] = self._pool.submit(self._ask, witness, newest)
        waiting, lines = {self._busy[name]: name for name in self._asked}, dict[str, str]()
        until = time.monotonic() + 2 * TIMEOUT_S
        while waiting and (left_s := until - time.monotonic()) > 0:
            done, _ = wait(waiting, left_s, FIRST_COMPLETED)
            for each in done:
                key = self._asked[waiting.pop(each)].key
                # what a slow one says of an older checkpoint does not hold here
                for line in _own(newest.note + (each.result() or ""), key):
                    lines[key.vkey] = line
            if lines and self._policy.met_by(lines):
                until = min(until, time.monotonic() + GRACE_S)
        return lines

    def _ask(self, witness: Witness, newest: Stored) -> str | None:
        try:
            line = self._submit(witness, newest, self._seen[witness.name].size or 0)
        except (Refusal, NoteError, httpx.HTTPError, Unavailable, ValueError) as error:
            fault = f"{type(error).__name__}: {error}"
            if fault != self._seen[witness.name].fault:
                _log.error("a witness does not cosign", extra={"witness": witness.name, "reason": fault})
            self._seen[witness.name] = self._seen[witness.name]._replace(fault=fault)
            return None
        self._seen[witness.name] = Seen(newest.size, int(time.time() * 1000))
        COSIGNED.labels(witness.name).set(newest.size)
        return line

    def _submit(self, witness: Witness, newest: Stored, old: int) -> str:
        answer = self._post(witness, newest, old)
        if answer.status_code == 409:  # it knows another size than we took it to
            old = parse_size(answer.text.strip(), "the witness's size")
            if old > newest.size:
                self._listen(witness)
                raise Refusal(f"it has cosigned {old} entries of this log, which has {newest.size}: an older backup?")
            answer = self._post(witness, newest, old)
        if answer.status_code == 422:  # it has seen another history
            self._listen(witness)
        if answer.status_code != 200:
            raise Refusal(f"{answer.status_code} {answer.text.strip()[:200]}")
        lines = _own(newest.note + answer.text, witness.key)
        if not lines:
            raise Refusal("its answer is not signed by its key")
        return lines[0]

    def _post(self, witness: Witness, newest: Stored, old: int) -> httpx.Response:
        hashes = self._ledger.tree(newest.size).consistency_proof(old) if 0 < old <= newest.size else []
        body = "\n".join([f"old {old}", *(b64encode(each).decode() for each in hashes), "", newest.note])
        address, sent = f"{witness.url}/add-checkpoint", body.encode()
        return ask(self._client, "POST", address, most_bytes=MOST_BYTES, within_s=TIMEOUT_S, content=sent)

    def _tell(self) -> None:
        told = {name: seen._asdict() for name, seen in self._seen.items()}
        self._redis.set(HEALTH, json.dumps(told))


def _own(note: str, key: Verifier) -> list[str]:
    try:
        return list(signatures_by(note, [key]).values())
    except NoteError:
        return []
