"""The drain: moves choices from the stream into the ledger, and publishes checkpoints. A process of its own.

Exactly once, whatever dies: the cursor is committed with the rows (`consent.store.ledger`). Several may run; all but
one find the cursor moved and read on from there.
"""

import gc
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable

from redis import Redis
from sqlalchemy.exc import DBAPIError

from chassis import redis_roles
from chassis.logs import log_as_json
from chassis.sql import connect
from consent.catalogue import Catalogue
from consent.keys import Keys
from consent.ledger.acts import ERASED, Act
from consent.ledger.intake import Accepted, quarantine, take
from consent.ledger.stream import START, Stream, StreamEntry, order
from consent.settings import Settings
from consent.store.accounts import Accounts
from consent.store.checkpoints import Checkpoints
from consent.store.due import Due
from consent.store.ledger import Fenced, Ledger
from consent.store.ledger_rows import Arrival
from consent.store.log import LogState
from consent.store.notices import Notices
from consent.store.sites import Sites
from worker.ageing import Ageing
from worker.batch_report import tell
from worker.changes import Changes
from worker.checkpoint import Publisher
from worker.cosigning import Cosigning
from worker.displays import Displays
from worker.housekeeping import Housekeeping
from worker.lag import measure, report

BATCH = 4000
BLOCK_MS = 200
# A batch costs the processor as much as dozens of its records: what comes within this time goes together.
GATHER_S = 0.1
HOUSEKEEPING_S = 1.0
BACKOFF_S = (0.2, 0.5, 1.0, 2.0)

_log = logging.getLogger(__name__)


class Stopped(Exception):
    """The ledger has lost entries that were signed. Nothing is taken until a person has looked."""


class Drain:
    """One drain, on connections that are given to it."""

    def __init__(
        self,
        redis: Redis,
        ledger: Ledger,
        keys: Keys,
        displays: Displays | None = None,
        elsewhere: Callable[[], Iterable[str]] = tuple,
        ageing: Ageing | None = None,
        changes: Changes | None = None,
    ) -> None:
        """Drain on these connections.

        Args:
            redis: the durable role.
            ledger: where choices go.
            keys: to open and to sign them.
            displays: what else is taken along, where anything is.
            elsewhere: returns checkpoints of this log that it heard of newly; the ledger must not contradict them.
            ageing: what time does to records, where anything is to be done to them.
            changes: what is noted of the configuration, where anything is.
        """
        self._redis = redis
        self._stream = Stream(redis)
        self._ledger = ledger
        self._keys = keys
        self._accounts = Accounts(redis, keys.secret("pepper"))
        self._publisher = Publisher(Checkpoints(ledger, *keys.signers), redis, elsewhere)
        self._state = LogState()
        self._stopped: str | None = None
        self._next_housekeeping = 0.0
        self._house = Housekeeping(redis, ledger, keys, displays, ageing, changes)

    def run(self, stop: threading.Event) -> None:
        """Drain until `stop` is set; Redis and SQL may go away and come back."""
        failures = 0
        while not stop.is_set():
            try:
                self.start()
                while not stop.is_set():
                    if 0 < self.step(BLOCK_MS) < BATCH:
                        stop.wait(GATHER_S)
                    failures = 0
            except Exception as error:  # whatever it was, the choices wait in the stream, and only this loop takes them
                if not failures:
                    _log.warning("the drain waits", extra={"reason": f"{type(error).__name__}: {error}"})
                stop.wait(BACKOFF_S[min(failures, len(BACKOFF_S) - 1)])
                failures += 1

    def start(self) -> None:
        """Make ledger and stream fit each other; called again after either was away."""
        self._ledger.ensure(*(signer.verifier.vkey for signer in self._keys.signers))
        self._state = self._ledger.state()
        self._stopped = self._gap()
        if self._stopped:
            self._publisher.refuse(self._stopped)
            return  # whatever came after the gap would become another history; it waits in the stream
        self._prepare()

    def _gap(self) -> str | None:
        """Say what is lost for good between the ledger and what was signed; None where nothing is."""
        signed = self._publisher.known_size()
        if signed <= self._state.size or self._stream.reaches(self._state.cursor, self._state.consumed):
            return None
        return (
            f"the ledger has {self._state.size} entries, {signed} were signed, and the stream does not hold the rest: "
            "restore a newer backup, or run `consent log succeed`"
        )

    def step(self, block_ms: int | None = None) -> int:
        """Move one batch; returns how many stream entries it held.

        Args:
            block_ms: how long to wait for a first entry; None does not wait.
        """
        if self._stopped:
            report(measure(self._stream, self._ledger), self._stopped, self._redis)
            raise Stopped(self._stopped)
        due_s = self._publisher.wait_s()
        if block_ms is not None and due_s is not None:
            block_ms = max(1, min(block_ms, round(due_s * 1000)))  # 0 would wait for ever
        entries = self._stream.read(self._state.cursor, BATCH, block_ms)
        if entries:
            self._take(entries, entries[-1].id)
        self._publisher.publish_if_due()
        if time.monotonic() >= self._next_housekeeping:
            self._next_housekeeping = time.monotonic() + HOUSEKEEPING_S
            self._prepare()
            self._house.keep(self._state.cursor, self._publisher.refusal)
        return len(entries)

    def _take(self, entries: list[StreamEntry], cursor_to: str) -> int:
        """Append entries and return how many leaves they made."""
        arrivals = [take(*entry, self._keys.find_ingest) for entry in entries]
        self._let_go(entries, arrivals)
        try:
            return self._commit(arrivals, cursor_to)
        except Fenced as moved:
            _log.info("another drain was faster", extra={"reason": str(moved)})
            self._state = self._ledger.state()
            return 0
        except DBAPIError as error:
            # Some row is refused. Taken singly only that one fails: an entry must never stop those after it.
            _log.error("a batch was refused", extra={"reason": str(error.orig)})
            singly = zip(entries, arrivals, strict=True)
            moving = cursor_to != self._state.cursor
            return sum(self._take_one(*pair, pair[0].id if moving else cursor_to) for pair in singly)

    def _let_go(self, entries: list[StreamEntry], arrivals: list[Arrival]) -> None:
        """Let Redis forget of accounts what the ledger is about to have, and what it is about to erase.

        Before the commit: after it nobody would do it again.
        """
        people = [arrival.person for arrival in arrivals if isinstance(arrival, Accepted) and arrival.person]
        drained = {person.account_ref for person in people if person.account_ref}
        if drained:
            self._accounts.drained(drained)
        for entry, arrival in zip(entries, arrivals, strict=True):
            if isinstance(arrival, Act) and arrival.kind == ERASED and arrival.references:
                erased = set(arrival.references)
                arriving = {person.account_ref for person in people if person.subject_ref in erased}
                touched = self._ledger.accounts_of(erased) | {each for each in arriving if each}
                self._accounts.forget(erased, entry.id)
                self._accounts.void(touched - erased, entry.id)

    def _take_one(self, entry: StreamEntry, arrival: Arrival, cursor_to: str) -> int:
        try:
            return self._commit([arrival], cursor_to)
        except DBAPIError as error:
            return self._commit([quarantine(*entry, f"refused by the database: {error.orig}")], cursor_to)

    def _commit(self, arrivals: list[Arrival], cursor_to: str) -> int:
        appended = self._ledger.append_batch(arrivals, self._state.cursor, cursor_to)
        self._state = appended.state
        self._publisher.changed()
        if appended.erased:
            self._house.erased()
        tell(appended, arrivals)
        return appended.leaves

    def _prepare(self) -> None:
        alarm = self._stream.prepare(self._state.cursor, self._state.consumed)
        if alarm is not None:
            _log.error("choices may have been lost", extra={"reason": alarm})
            _log.error("the stream was read again from its start", extra={"recovered": self._reconcile()})

    def _reconcile(self) -> int:
        """Read all that the stream still holds once more; returns how many leaves the ledger lacked.

        Entries which came while Redis was behind the cursor have ids that the cursor will never meet.
        """
        recovered, after = 0, START
        while order(after) < order(self._state.cursor) and (entries := self._stream.read(after, BATCH)):
            after = entries[-1].id
            recovered += self._take(entries, self._state.cursor)
        return recovered


def collect_seldom() -> None:
    """Look for garbage in cycles seldom: of the small objects of a batch, tens of thousands, none is in one."""
    gc.freeze()
    gc.set_threshold(100_000)


def main(settings: Settings) -> None:
    """Run a drain until SIGTERM or SIGINT."""
    log_as_json(settings.log_level, "drain")
    collect_seldom()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    keys = Keys.create(settings.keys_dir, settings.log_origin)
    engine = connect(settings.database_url, writes_much=True)
    displays = Displays(redis_roles.cache(settings), engine)
    ledger, redis = Ledger(engine, settings.log_origin), redis_roles.durable(settings)
    cosigning = Cosigning(ledger, settings.witnesses, redis)
    witnesses = threading.Thread(target=cosigning.run, args=(stop,), name="witnesses")
    witnesses.start()
    catalogue = Catalogue(Sites(engine), Notices(engine))
    due, days = Due(engine, settings.log_origin), (settings.context_days, settings.evidence_days)
    ageing = Ageing(due, Stream(redis), keys, catalogue.notice, *days)
    changes = Changes(engine, Stream(redis), keys)
    Drain(redis, ledger, keys, displays, cosigning.heard, ageing, changes).run(stop)
    witnesses.join()
    engine.dispose()
