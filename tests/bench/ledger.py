"""`make bench-ledger`: fill ledgers of ten thousand to ten million records, and measure what each costs and answers.

BENCH_SIZES (`10000,100000,1000000,10000000`) and BENCH_DATABASES (`sqlite,postgres`) choose; BENCH_DIR keeps what was
filled for another run. The servers run as in production: SQLite with `synchronous=FULL`, PostgreSQL with fsync.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redis import Redis
from sqlalchemy import Engine, text

from chassis import sql
from chassis.migrations import upgrade
from consent.audit import Filter
from consent.exports.forms import FORMS
from consent.exports.making import Making
from consent.keys import Keys
from consent.ledger.entries import subject_ref
from consent.ledger.merkle import leaf_hash
from consent.ledger.stream import Stream
from consent.ledger.tree import Edge
from consent.store.audit import Audit
from consent.store.checkpoints import Checkpoints
from consent.store.ledger import Ledger
from tests.bench.arrivals import NOTICE_LIFE, PEPPER, START_MS, arrivals, entries, notice, reader
from tests.servers.postgres_server import PostgresServer
from tests.servers.redis_server import RedisServer
from worker.drain import Drain, collect_seldom

SIZES = "10000,100000,1000000,10000000"
BATCH = 2000
ORIGIN = "bench.example/log"
ASKED = 40
DRAINED = 60_000


def main() -> None:
    """Measure every size on every database, the small ones first: a longer log grows out of the shorter."""
    sizes = sorted(int(size) for size in os.environ.get("BENCH_SIZES", SIZES).split(","))
    kept = os.environ.get("BENCH_DIR")
    with tempfile.TemporaryDirectory(prefix="bench-ledger-") as made:
        Path(made).chmod(0o711)  # the user that PostgreSQL runs as has to get in
        directory = Path(kept or made)
        for kind in os.environ.get("BENCH_DATABASES", "sqlite,postgres").split(","):
            with database(kind, directory / kind) as url:
                measure(kind, url, directory / f"{kind}-keys", sizes)


@contextmanager
def database(kind: str, directory: Path) -> Iterator[str]:
    """Run the database, with every promise of durability kept."""
    if kind == "sqlite":
        directory.mkdir(parents=True, exist_ok=True)
        yield f"sqlite:///{directory / 'consent.db'}"
        return
    if not PostgresServer.installed():
        raise SystemExit("bench-ledger: PostgreSQL is not installed (apt-get install postgresql)")
    server = PostgresServer(directory, options="-c shared_buffers=1GB -c max_wal_size=4GB").start()
    try:
        yield server.url("consent")
    finally:
        server.stop()


def measure(kind: str, url: str, keys_dir: Path, sizes: list[int]) -> None:
    """Fill one ledger step by step, and print a line for each thing measured at each size."""
    collect_seldom()
    upgrade("consent", url)
    keys = Keys.create(keys_dir, ORIGIN)
    engine = sql.connect(url, writes_much=True)
    ledger = Ledger(engine, ORIGIN)
    ledger.ensure(keys.signer.verifier.vkey)
    for size in sizes:
        told = [f"{kind} {size:,}"]
        if ledger.size < size:
            told.append(fill(ledger, size))
        Checkpoints(ledger, keys.signer).sign()
        if engine.dialect.name == "postgresql":
            with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                connection.execute(text("ANALYZE"))
        told.append(drain(ledger, keys))
        reader = sql.connect(url)
        told += [*searches(reader, size), proofs(ledger, reader), export(reader, size), verify(ledger, size)]
        reader.dispose()
        told.append(f"on disk        {on_disk(engine) / size:8.0f} bytes a record")
        print("\n  ".join(told), flush=True)
    engine.dispose()


def fill(ledger: Ledger, size: int) -> str:
    """Append records until the log has `size`; the clock runs only while the ledger works."""
    state, start = ledger.state(), ledger.size
    spent = used = 0.0
    for first in range(start, size, BATCH):
        batch = list(arrivals(min(BATCH, size - first), first))
        wall, cpu = time.perf_counter(), time.process_time()
        state = ledger.append_batch(batch, state.cursor, f"{first + len(batch)}-0").state
        spent, used = spent + time.perf_counter() - wall, used + time.process_time() - cpu
        if sys.stderr.isatty() or first % 200_000 == 0:
            print(f"\r{first + len(batch):,} of {size:,}", end="", file=sys.stderr, flush=True)
            ledger.make_room()
    added = size - start
    return f"append         {added / spent:8.0f} records/s, {used / added * 1e6:.0f} µs of processor each"


def drain(ledger: Ledger, keys: Keys) -> str:
    """Take choices as services make them out of a Redis that fsyncs each, all the way into the ledger."""
    with tempfile.TemporaryDirectory(prefix="bench-redis-") as made:
        server = RedisServer(Path(made)).start()
        try:
            redis = Redis.from_url(server.url)
            stream, drain = Stream(redis), Drain(redis, ledger, keys)
            stream.create()
            for first in range(0, DRAINED, BATCH):
                stream.append_all(list(entries(keys.secrets(), BATCH, ledger.size + first)))
            drain.start()
            wall, cpu = time.perf_counter(), time.process_time()
            while drain.step():
                pass
            spent, used = time.perf_counter() - wall, time.process_time() - cpu
            redis.close()
        finally:
            server.kill()
    return f"drain          {DRAINED / spent:8.0f} records/s, {used / DRAINED * 1e6:.0f} µs of processor each"


def searches(engine: Engine, size: int) -> Iterator[str]:
    """Time the first page of a search with each filter, and its count."""
    audit, end = Audit(engine, ORIGIN), START_MS + size * 3000
    subject = subject_ref(PEPPER, "newsroom", reader(4711))
    asked = {
        "nothing": Filter(),
        "site, rare": Filter(site="weekly"),
        "purpose refused": Filter(site="newsroom", purpose="media", given=False, action="preferences"),
        "vendor": Filter(vendor="vendor_3", given=True, language="es"),
        "region, signal": Filter(region="FR", gpc=True),
        "notice of old": Filter(notice=notice("gazette", 0), language="ar"),
        "never together": Filter(action="withdraw", given=True),
        "month long past": Filter(site="gazette", action="refuse", from_ms=START_MS, to_ms=START_MS + size * 300),
        "newest day": Filter(layer="form", from_ms=end - 86_400_000),
        "subject": Filter(subjects=(subject,)),
        "all at once": Filter(
            site="newsroom", subjects=(subject,), purpose="analytics", given=True, regulation="eu",
            notice=notice("newsroom", size - 1 if size > NOTICE_LIFE else 0),
        ),
    }  # fmt: skip
    for name, wanted in asked.items():
        page = timed(lambda wanted=wanted: audit.page(wanted, 50))  # type: ignore[misc]
        count = timed(lambda wanted=wanted: audit.count(wanted))  # type: ignore[misc]
        yield f"{name:15} page {page}   count {count}"


def proofs(ledger: Ledger, engine: Engine) -> str:
    """Time a proof of inclusion, of records all over the log."""
    with sql.read(engine) as connection:
        step = max(1, ledger.size // ASKED)
        sample = text("SELECT record_id FROM record WHERE idx = :at")
        ids = [connection.execute(sample, {"at": at * step}).scalar() for at in range(ASKED)]
    known = iter([each for each in ids if each is not None] * 2)
    return f"proof           {timed(lambda: ledger.evidence(next(known)))}"


def timed(ask: Callable[[], Any]) -> str:
    """Return the median and the 99th percentile of some tries."""
    spent = []
    for _ in range(ASKED):
        start = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - start) * 1000)
    return f"p50 {statistics.median(spent):7.2f} ms  p99 {sorted(spent)[int(ASKED * 0.99) - 1]:7.2f} ms"


def export(engine: Engine, size: int) -> str:
    """Write the whole log as JSON Lines, to nowhere."""
    form = FORMS["jsonl"]("https://consent.example/v1/receipts/")
    walk = Audit(engine, ORIGIN).walk(Filter(), size)
    making = Making(form, walk, {"epoch": walk.epoch()}, [], lambda *_: None, lambda _: None)
    wall, cpu, before, peak = time.perf_counter(), time.process_time(), _memory_mb(), 0.0
    for _ in making.bytes_from(0):
        peak = max(peak, _memory_mb())
    spent, used = time.perf_counter() - wall, time.process_time() - cpu
    rate = f"{size / spent:8.0f} rows/s, {used / size * 1e6:.0f} µs of processor each"
    return f"export         {rate}, {peak - before:.0f} MB more at its peak"


def verify(ledger: Ledger, size: int) -> str:
    """Hash every leaf again and compare with the tree's root."""
    start = time.perf_counter()
    edge = Edge(0)
    for _ in edge.append(leaf_hash(leaf) for leaf in ledger.leaves(0, size)):
        pass
    if edge.root() != ledger.tree(size).root():
        raise SystemExit("bench-ledger: the root is not that of the leaves")
    return f"verify         {size / (time.perf_counter() - start):8.0f} leaves/s"


def on_disk(engine: Engine) -> int:
    """Return how many bytes the database takes."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        return int(pages) * int(connection.execute(text("PRAGMA page_size")).scalar_one())


def _memory_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
