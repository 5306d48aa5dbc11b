"""From Redis into SQL: what was counted arrives once, whoever dies and however many take."""

from collections.abc import Iterator
from datetime import date

import pytest
from redis import Redis
from sqlalchemy import Engine, func, select

from chassis import sql
from chassis.errors import Unavailable
from consent.served import COUNTS, Displays, field
from consent.statistics import Served
from consent.store import counting
from consent.store.statistics_tables import served_batch, served_count
from worker import displays
from worker.displays import BATCH

ONE = Served(date(2026, 11, 23), "newsroom", "n" * 64, "es", "FR", "script")


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as connection:
        yield connection


@pytest.fixture
def engine(consent_database: str) -> Iterator[Engine]:
    engine = sql.connect(consent_database)
    yield engine
    engine.dispose()


def _counted(engine: Engine) -> int:
    with sql.read(engine) as connection:
        return int(connection.execute(select(func.coalesce(func.sum(served_count.c.served), 0))).scalar_one())


def test_counts_move_and_add_up(redis: Redis, engine: Engine) -> None:
    taker, counter = displays.Displays(redis, engine), Displays(redis)
    assert taker.take() == 0
    for _ in range(3):
        counter.count(ONE)
    assert taker.take() == 3
    counter.count(ONE)
    counter.count(ONE._replace(region=""))
    assert taker.take() == 2
    with sql.read(engine) as connection:
        rows = connection.execute(select(served_count.c.region, served_count.c.served)).all()
    assert sorted(map(tuple, rows)) == [("", 1), ("FR", 4)]
    assert not redis.exists(COUNTS, BATCH)


class _Dead(BaseException):
    """The process was killed here."""


@pytest.mark.parametrize("point", ["renamenx", "hsetnx", "hgetall", "take_served", "after the commit"])
def test_whoever_dies_leaves_a_batch_that_the_next_takes_once(
    redis: Redis, engine: Engine, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Displays(redis).count(ONE)
    taker = displays.Displays(redis, engine)

    def die(*_: object, **__: object) -> None:
        raise _Dead

    with monkeypatch.context() as dying:
        if point == "take_served":
            dying.setattr(displays, "take_served", die)
        elif point == "after the commit":
            dying.setattr(taker, "_drop", die)
        else:
            dying.setattr(redis, point, die)
        with pytest.raises(_Dead):
            taker.take()
    Displays(redis).count(ONE)
    later = displays.Displays(redis, engine)
    while later.take() or redis.exists(COUNTS):
        continue
    assert _counted(engine) == 2


def test_a_batch_that_the_database_would_not_take_waits(
    redis: Redis, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    Displays(redis).count(ONE)

    def away(*_: object) -> None:
        raise Unavailable("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(counting, "add", away)  # within the transaction, after the batch's id
        with pytest.raises(Unavailable):
            displays.Displays(redis, engine).take()
    assert displays.Displays(redis, engine).take() == 1
    assert _counted(engine) == 1


def test_a_slow_taker_neither_doubles_a_batch_nor_drops_the_next(
    redis: Redis, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    Displays(redis).count(ONE)
    slow, quick = displays.Displays(redis, engine), displays.Displays(redis, engine)
    take = counting.take_served

    def overtaken(*arguments: object) -> bool:
        monkeypatch.setattr(displays, "take_served", take)
        assert quick.take() == 1
        Displays(redis).count(ONE)
        redis.renamenx(COUNTS, BATCH)  # a third has begun the next batch, and is not done
        redis.hset(BATCH, "id", "the next")
        return take(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(displays, "take_served", overtaken)
    assert slow.take() == 0
    assert redis.hget(BATCH, "id") == b"the next"
    assert quick.take() == 1
    assert _counted(engine) == 2


def test_a_field_that_is_none_of_ours_is_passed_over(redis: Redis, engine: Engine) -> None:
    redis.hset(COUNTS, mapping={"rubbish": 1, "2026-13-01 a b c d e": 2, field(ONE): 3})
    assert displays.Displays(redis, engine).take() == 3


def test_ids_of_batches_are_forgotten_after_a_day(engine: Engine) -> None:
    for at_ms in (0, counting.KEPT_MS - 1, counting.KEPT_MS + 1):
        counting.take_served(engine, str(at_ms), {ONE: 1}, at_ms)
    with sql.read(engine) as connection:
        kept = connection.execute(select(served_batch.c.batch)).scalars().all()
    assert set(kept) == {str(counting.KEPT_MS - 1), str(counting.KEPT_MS + 1)}


def test_it_waits_between_two_batches(redis: Redis, engine: Engine) -> None:
    now = [0.0]
    taker = displays.Displays(redis, engine, lambda: now[0])
    taker.take_if_due()
    Displays(redis).count(ONE)
    taker.take_if_due()
    assert _counted(engine) == 0
    now[0] += displays.EVERY_S
    taker.take_if_due()
    assert _counted(engine) == 1
