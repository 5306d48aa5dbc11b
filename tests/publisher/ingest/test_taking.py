"""Taking items in on both databases: at once, and with what follows."""

from concurrent.futures import ThreadPoolExecutor

from chassis.sql import read
from publisher.following import Hand
from publisher.house import House
from publisher.ingest.ninjs import read_ninjs
from publisher.ingest.taking import Outcome, Taking, take_all
from publisher.store import articles, ingested, transitions
from tests.publisher.ingest.sources import ninjs
from tests.publisher.newsroom import Newsroom

URI = "urn:example:northlight:bridge"


def take(house: House, version: int) -> Outcome:
    headline = [{"value": f"Version {version}"}]
    [outcome] = take_all(
        house, read_ninjs(ninjs(version, headlines=headline, versionCreated=None)), Taking(Hand("tests"))
    )
    return outcome


def test_versions_that_come_at_once_end_with_the_newest_and_each_is_taken_or_refused(any_house: House) -> None:
    with ThreadPoolExecutor(4) as threads:
        outcomes = [each.outcome for each in threads.map(lambda version: take(any_house, version), [1, 3, 2, 3, 1, 2])]
    last = take(any_house, 3)
    assert set(outcomes) <= {"created", "updated", "unchanged", "refused"} and outcomes.count("created") == 1
    with read(any_house.engine) as connection:
        known = ingested.load(connection, URI)
        assert known and known.version == "3" and known.article
        revision = articles.load(connection, known.article)
        done = transitions.of_article(connection, known.article)
    assert revision and revision.article.headline == "Version 3" and revision.number == known.revision
    assert last.outcome in ("unchanged", "updated")
    assert done[0].who == "tests" and done[0].reason == f"{URI} version 3"


def test_a_newer_version_of_what_was_killed_is_refused(house: House) -> None:
    first = take(house, 1).revision
    assert first is not None
    Newsroom(house).move("kill", first.article_id)
    refused = take(house, 2)
    assert refused.outcome == "refused" and refused.problem and "was killed" in refused.problem.detail
