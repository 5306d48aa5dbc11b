"""Links and newest choices on a real Redis."""

from collections.abc import Iterator

import pytest
from redis import Redis

from consent.ledger.entries import subject_ref
from consent.ledger.stream import RETENTION_MS
from consent.store.accounts import LINK_LIFE_MS, Accounts, Link, Pointer, devices_key, link_key, newest_key

PEPPER = b"p" * 32
LAPTOP, PHONE = "5f0c2d1e-0000-4000-8000-000000000001", "5f0c2d1e-0000-4000-8000-000000000002"
LINK = Link("ada", "5f0c2d1e-0000-4000-8000-00000000000a", "5f0c2d1e-0000-8000-8000-00000000000b", "event")


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as connection:
        yield connection


@pytest.fixture
def accounts(redis: Redis) -> Accounts:
    return Accounts(redis, PEPPER)


def test_a_link_is_read_with_its_subject_alone(accounts: Accounts, redis: Redis) -> None:
    accounts.link("newsroom", LAPTOP, LINK)
    assert accounts.linked("newsroom", LAPTOP) == LINK
    assert accounts.linked("newsroom", PHONE) is None
    assert accounts.linked("gazette", LAPTOP) is None
    assert b"ada" not in (redis.get(link_key(subject_ref(PEPPER, "newsroom", LAPTOP))) or b"")


def test_an_account_of_another_site_is_another_one(accounts: Accounts) -> None:
    accounts.link("newsroom", LAPTOP, LINK)
    assert (accounts.devices("newsroom", "ada"), accounts.devices("gazette", "ada")) == (1, 0)
    assert accounts.reference("newsroom", "ada") != accounts.reference("gazette", "ada")


def test_a_link_ends_at_the_sign_out_and_in_its_time(accounts: Accounts, redis: Redis) -> None:
    for subject in (LAPTOP, PHONE):
        accounts.link("newsroom", subject, LINK)
    accounts.unlink("newsroom", LAPTOP)
    assert (accounts.linked("newsroom", LAPTOP), accounts.devices("newsroom", "ada")) == (None, 1)
    key = link_key(subject_ref(PEPPER, "newsroom", PHONE))
    assert 0 <= LINK_LIFE_MS - redis.pttl(key) < 60_000
    redis.pexpire(key, LINK_LIFE_MS // 2)
    accounts.renew("newsroom", PHONE)
    assert 0 <= LINK_LIFE_MS - redis.pttl(key) < 60_000
    redis.delete(key)  # as when its time has come
    assert accounts.devices("newsroom", "ada") == 0
    assert not redis.exists(devices_key(accounts.reference("newsroom", "ada")))


def test_signing_all_out_ends_every_link(accounts: Accounts, redis: Redis) -> None:
    for subject in (LAPTOP, PHONE):
        accounts.link("newsroom", subject, LINK)
    assert accounts.sign_out_all("newsroom", "ada") == 2
    assert redis.keys() == []


def test_a_newest_choice_goes_48_hours_after_the_drain_took_it(accounts: Accounts, redis: Redis) -> None:
    key = newest_key("a" * 64)
    redis.set(key, "record 5-0", px=180 * 86_400_000)
    accounts.drained(["a" * 64, "b" * 64])
    assert 0 <= RETENTION_MS - redis.pttl(key) < 60_000
    assert redis.keys() == [key.encode()]


@pytest.mark.parametrize(("held", "left"), [("record 5-0", None), ("record 5-1", "record 5-1")])
def test_an_erasure_leaves_what_is_newer(accounts: Accounts, redis: Redis, held: str, left: str | None) -> None:
    redis.set(newest_key("a" * 64), held)
    accounts.forget(["a" * 64], "5-0")
    pointer = accounts.newest("a" * 64)
    assert (pointer and pointer.text) == left


@pytest.mark.parametrize(("held", "left"), [(None, "erased 5-0"), ("record 4-9", "erased 5-0"), ("record 6-0", None)])
def test_nothing_stands_where_a_device_was_erased_until_the_next_choice(
    accounts: Accounts, redis: Redis, held: str | None, left: str | None
) -> None:
    if held is not None:
        redis.set(newest_key("a" * 64), held)
    accounts.void(["a" * 64], "5-0")
    assert accounts.newest("a" * 64) == Pointer(*(left or held or "").split())


def test_forgetting_an_account_signs_its_devices_out(accounts: Accounts, redis: Redis) -> None:
    for subject in (LAPTOP, PHONE):
        accounts.link("newsroom", subject, LINK)
    accounts.forget([subject_ref(PEPPER, "newsroom", LAPTOP)], "5-0")
    assert accounts.devices("newsroom", "ada") == 1
    accounts.forget([accounts.reference("newsroom", "ada")], "5-0")
    assert redis.keys() == []
