"""Moves, embargoes, expiry and the clock's work, on both databases."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from chassis import sql
from chassis.errors import Conflict, Invalid, PreconditionFailed
from publisher.body.blocks import Correction
from publisher.editing.clockwork import run_due
from publisher.editing.publishing import withdraw
from publisher.house import House
from publisher.store import articles, due, jobs, variants
from publisher.variants import QUEUED
from tests.publisher.newsroom import Newsroom, an_article, now_ms

HOUR = 3_600_000
SetClock = Callable[[int], None]


@pytest.fixture
def newsroom(any_house: House) -> Newsroom:
    return Newsroom(any_house)


def clock_round(newsroom: Newsroom) -> list[str]:
    return run_due(newsroom.house.engine, newsroom.house.offer)


def listed(newsroom: Newsroom, at_ms: int) -> list[str]:
    with sql.read(newsroom.house.engine) as connection:
        return [each.article_id for each in articles.latest(connection, at_ms)]


def asked(newsroom: Newsroom) -> set[str]:
    return {job["language"] for job in newsroom.jobs() if job["state"] == "queued"}


def test_every_change_is_recorded_with_who_when_and_why(newsroom: Newsroom) -> None:
    newsroom.publish(status="withheld")
    newsroom.move("submit")
    newsroom.move("publish", reason="on the front page")
    newsroom.publish(an_article(byline="Ben"))
    newsroom.publish(
        an_article(byline="Ben", blocks=(*an_article().blocks, Correction("k", "Two."))), kind="correction"
    )
    newsroom.move("unpublish", reason="a complaint")
    newsroom.move("kill", reason="a judgement")
    told = newsroom.history()
    assert [(each.action, each.from_state, each.to_state) for each in told] == [
        ("create", None, "draft"),
        ("submit", "draft", "in_review"),
        ("publish", "in_review", "published"),
        ("revise", "published", "updated"),
        ("revise", "updated", "corrected"),
        ("unpublish", "corrected", "unpublished"),
        ("kill", "unpublished", "killed"),
    ]
    assert {each.who for each in told} == {"tests"} and told[-1].reason == "a judgement"
    assert [each.revision for each in told] == [1, 1, 1, 2, 3, 3, 3]
    assert all(abs(each.at_ms - now_ms()) < 60_000 for each in told)


def test_a_move_that_was_made_already_changes_nothing(newsroom: Newsroom) -> None:
    newsroom.publish()
    assert not newsroom.move("publish").changed
    assert newsroom.move("kill").changed and not newsroom.move("kill").changed
    assert len(newsroom.history()) == 2


def test_a_move_names_the_version_that_it_moves(newsroom: Newsroom) -> None:
    newsroom.publish()
    moved = newsroom.move("unpublish", expected=1)
    assert (moved.revision.number, moved.revision.version) == (1, 2)
    with pytest.raises(PreconditionFailed):
        newsroom.move("publish", expected=1)


def test_a_deleted_article_leaves_its_record(newsroom: Newsroom) -> None:
    newsroom.publish()
    withdraw(newsroom.house.engine, "bridge", 1)
    assert [(each.action, each.to_state) for each in newsroom.history()][-1] == ("delete", None)


def test_a_draft_is_translated_once_it_is_to_be_public(newsroom: Newsroom) -> None:
    newsroom.publish(status="withheld")
    newsroom.publish(an_article(headline="Another"))
    assert asked(newsroom) == set() and listed(newsroom, now_ms()) == []
    newsroom.move("schedule", publish_ms=now_ms() + HOUR)
    assert asked(newsroom) == {"es", "ar", "en-XA"}
    newsroom.move("publish")
    assert len(newsroom.jobs()) == 3, "none is asked for twice"


def test_a_change_in_private_leaves_no_translation_of_what_was(newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.translate("es")
    newsroom.move("unpublish")
    newsroom.publish(an_article(headline="Another"))
    with sql.read(newsroom.house.engine) as connection:
        assert variants.load(connection, "bridge", "es") is None
    newsroom.move("publish")
    with sql.read(newsroom.house.engine) as connection:
        variant = variants.load(connection, "bridge", "es")
    assert variant is not None and variant.state == QUEUED


def test_a_scheduled_article_is_published_by_the_clock_and_not_before(newsroom: Newsroom, set_clock: SetClock) -> None:
    start = now_ms()
    newsroom.publish(status="withheld")
    newsroom.move("schedule", publish_ms=start + HOUR)
    set_clock(start + HOUR - 1)
    assert clock_round(newsroom) == [] and listed(newsroom, start + HOUR - 1) == []
    set_clock(start + HOUR)
    assert clock_round(newsroom) == ["bridge"] and clock_round(newsroom) == []
    assert listed(newsroom, start + HOUR) == ["bridge"]
    last = newsroom.history()[-1]
    assert (last.who, last.action, last.from_state, last.to_state) == ("the clock", "publish", "scheduled", "published")
    revision = newsroom.revision()
    assert revision is not None and revision.first_published_ms == start + HOUR


def test_two_clocks_at_once_publish_once(newsroom: Newsroom, set_clock: SetClock) -> None:
    start = now_ms()
    for number in range(4):
        newsroom.publish(an_article(slug=f"a{number}"), f"a{number}", status="withheld")
        newsroom.move("schedule", f"a{number}", publish_ms=start + HOUR)
    set_clock(start + 2 * HOUR)
    done: list[str] = []
    threads = [threading.Thread(target=lambda: done.extend(clock_round(newsroom))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["a0", "a1", "a2", "a3"]
    assert [len(newsroom.history(f"a{number}")) for number in range(4)] == [3, 3, 3, 3]


def test_another_time_takes_the_place_of_the_first(newsroom: Newsroom, set_clock: SetClock) -> None:
    start = now_ms()
    newsroom.publish(status="withheld")
    newsroom.move("schedule", publish_ms=start + HOUR)
    newsroom.move("schedule", publish_ms=start + 2 * HOUR)
    set_clock(start + HOUR)
    assert clock_round(newsroom) == []
    newsroom.move("draft")
    set_clock(start + 3 * HOUR)
    assert clock_round(newsroom) == []


def test_an_embargo_holds_whatever_the_clock_does(newsroom: Newsroom, set_clock: SetClock) -> None:
    start = now_ms()
    newsroom.publish(times={"embargoed_until_ms": start + HOUR})
    revision = newsroom.revision()
    assert revision is not None and revision.state == "published" and revision.first_published_ms == start + HOUR
    assert asked(newsroom) == {"es", "ar", "en-XA"}, "its translations are there when it ends"
    assert listed(newsroom, start + HOUR - 1) == [] and listed(newsroom, start + HOUR) == ["bridge"]
    set_clock(start + HOUR)
    assert clock_round(newsroom) == ["bridge"]
    assert [each.action for each in newsroom.history()] == ["create", "lift"]


def test_a_revision_that_says_nothing_of_the_embargo_leaves_it(newsroom: Newsroom) -> None:
    until = now_ms() + HOUR
    newsroom.publish(times={"embargoed_until_ms": until})
    newsroom.publish(an_article(headline="Another"))
    revision = newsroom.revision()
    assert revision is not None and revision.timing.embargoed_until_ms == until
    lifted = newsroom.publish(an_article(headline="Another"), times={"embargoed_until_ms": None})
    assert lifted.changed and lifted.revision.number == 2
    assert listed(newsroom, now_ms()) == ["bridge"]
    assert lifted.revision.first_published_ms == lifted.revision.changed_ms


def test_an_expired_article_is_unpublished_by_the_clock(newsroom: Newsroom, set_clock: SetClock) -> None:
    start = now_ms()
    newsroom.publish(times={"expires_ms": start + HOUR})
    assert listed(newsroom, start + HOUR) == [], "readers see it no longer even before the clock has come round"
    set_clock(start + HOUR)
    assert clock_round(newsroom) == ["bridge"]
    assert newsroom.history()[-1][4:] == ("the clock", "unpublish", "published", "unpublished", "expired")
    with pytest.raises(Invalid, match="expires: expected a time after"):
        newsroom.move("publish")
    newsroom.publish(times={"expires_ms": None}, status="usable")
    assert listed(newsroom, start + HOUR) == ["bridge"]


def test_an_article_that_expires_before_it_was_published_goes_back(newsroom: Newsroom, set_clock: SetClock) -> None:
    start = now_ms()
    newsroom.publish(status="withheld", times={"expires_ms": start + 2 * HOUR})
    newsroom.move("schedule", publish_ms=start + HOUR)
    set_clock(start + 3 * HOUR)
    assert clock_round(newsroom) == ["bridge"]
    revision = newsroom.revision()
    assert revision is not None and revision.state == "draft" and clock_round(newsroom) == []


def test_a_killed_article_is_changed_by_nothing_any_more(newsroom: Newsroom) -> None:
    newsroom.publish(times={"expires_ms": now_ms() + HOUR})
    with sql.write(newsroom.house.engine) as connection:
        job = next(each for each in newsroom.jobs() if each["language"] == "es")
        held = jobs.claim(connection, job["id"], now_ms(), 60_000)
    assert held is not None
    newsroom.move("kill")
    with pytest.raises(Conflict, match="was killed"):
        newsroom.publish(an_article(headline="Another"))
    for action in ("publish", "unpublish", "submit", "draft"):
        with pytest.raises(Conflict, match="got one that is killed"):
            newsroom.move(action)
    with sql.write(newsroom.house.engine) as connection:
        assert not jobs.finish(connection, held), "a translation that comes late is not stored"
        assert due.next_ms(connection) is None
    with pytest.raises(Conflict, match=r"slug: .* belongs to article 'bridge'"):
        newsroom.publish(article_id="other")


def test_a_dry_run_tells_what_would_be_and_changes_nothing(newsroom: Newsroom) -> None:
    told = newsroom.publish(dry_run=True)
    assert told.new and newsroom.revision() is None and newsroom.history() == []
    newsroom.publish()
    told = newsroom.publish(an_article(headline="Another"), dry_run=True)
    assert (told.revision.number, told.revision.article.headline) == (2, "Another")
    assert newsroom.revision() == replace(told.before) if told.before else False
    with pytest.raises(Invalid):
        newsroom.publish(an_article(headline="Another"), kind="correction", dry_run=True)
