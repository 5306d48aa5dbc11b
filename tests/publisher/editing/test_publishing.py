"""Publishing on both databases."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from chassis import sql
from chassis.errors import Conflict, Invalid, NotFound, PreconditionFailed, PreconditionRequired, Unavailable
from publisher import messages, outbox
from publisher.articles import Article
from publisher.body.blocks import Correction, Paragraph
from publisher.editing.moving import ANY_VERSION
from publisher.editing.publishing import Writing, offer_missing, publish, withdraw
from publisher.following import Offer
from publisher.house import House
from publisher.store.articles import load_by_slug
from publisher.store.tables import translation_job
from publisher.store.tables import variant as variant_table
from publisher.store.variants import load
from publisher.variants import FAILED, MACHINE, ORIGINAL, QUEUED, as_of
from tests.publisher.newsroom import Newsroom, an_article, now_ms
from tests.publisher.senders import FakeSender


@pytest.fixture
def newsroom(any_house: House) -> Newsroom:
    return Newsroom(any_house)


def state(newsroom: Newsroom, language: str, article_id: str = "bridge") -> str | None:
    with sql.read(newsroom.house.engine) as connection:
        variant = load(connection, article_id, language)
    return variant.state if variant else None


def edited(article: Article, html: str = "Another first paragraph.") -> Article:
    return an_article(blocks=(Paragraph("b1", html), *article.blocks[1:]))


def test_a_new_article_asks_for_every_language_in_one_transaction(newsroom: Newsroom) -> None:
    done = newsroom.publish()
    assert (done.revision.number, done.new, done.changed) == (1, True, True)
    assert [state(newsroom, language) for language in ("en", "es", "ar", "en-XA")] == [ORIGINAL, QUEUED, QUEUED, QUEUED]
    jobs = newsroom.jobs()
    assert {(job["language"], job["state"], job["revision"]) for job in jobs} == {
        (language, "queued", 1) for language in ("es", "ar", "en-XA")
    }
    sent = newsroom.messages()
    assert {(messages.TRANSLATE, f'["{job["id"]}"]') for job in jobs} <= set(sent)
    assert (messages.EFFECTS, "[1]") in sent


def test_the_same_content_again_changes_nothing(newsroom: Newsroom) -> None:
    newsroom.publish()
    before = (newsroom.jobs(), newsroom.messages())
    done = newsroom.publish()
    assert (done.revision.number, done.changed) == (1, False)
    assert (newsroom.jobs(), newsroom.messages()) == before


def test_a_new_revision_supersedes_the_open_jobs_of_the_last(newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.publish(edited(an_article()))
    assert {(job["revision"], job["state"]) for job in newsroom.jobs()} == {(1, "superseded"), (2, "queued")}


def test_a_finished_translation_stands_when_no_text_has_changed(newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.translate("es")
    newsroom.publish(an_article(byline="Ben Okafor"))
    assert state(newsroom, "es") == MACHINE
    assert [job["language"] for job in newsroom.jobs() if job["revision"] == 2] == ["ar", "en-XA"]


def test_a_changed_text_asks_again_and_keeps_the_last_translation_aside(newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.translate("es")
    newsroom.publish(edited(an_article()))
    with sql.read(newsroom.house.engine) as connection:
        variant = load(connection, "bridge", "es")
    assert variant is not None
    assert (variant.state, variant.revision, variant.done) == (QUEUED, 1, 0)
    assert variant.texts is not None and variant.texts["headline"].startswith("¡")


def test_a_minor_revision_leaves_the_date_that_readers_see(newsroom: Newsroom) -> None:
    first = newsroom.publish().revision
    minor = newsroom.publish(an_article(byline="A"), kind="minor").revision
    update = newsroom.publish(an_article(byline="B")).revision
    assert minor.modified_ms == first.modified_ms
    assert update.modified_ms == update.created_ms
    assert update.first_published_ms == first.first_published_ms


def test_a_withheld_article_is_first_published_when_it_becomes_usable(newsroom: Newsroom) -> None:
    assert newsroom.publish(an_article(), status="withheld").revision.first_published_ms is None
    usable = newsroom.publish(an_article(), status="usable").revision
    assert usable.first_published_ms == usable.changed_ms and usable.number == 1


@pytest.mark.parametrize(
    ("there", "expected", "problem"),
    [
        (False, 1, PreconditionFailed),
        (False, ANY_VERSION, PreconditionFailed),
        (True, None, PreconditionRequired),
        (True, 2, PreconditionFailed),
        (True, -1, PreconditionFailed),
    ],
)
def test_a_change_names_the_revision_that_it_changes(
    newsroom: Newsroom, there: bool, expected: int | None, problem: type[Exception]
) -> None:
    if there:
        newsroom.publish()
    house = newsroom.house
    with pytest.raises(problem):
        publish(house.engine, "bridge", an_article(headline="Other"), Writing(expected=expected), house.offer)
    found = newsroom.revision()
    assert (found.article.headline if found else None) == ("A bridge opens" if there else None)


def test_a_slug_belongs_to_one_article(newsroom: Newsroom) -> None:
    newsroom.publish()
    with pytest.raises(Conflict, match=r"slug: .* belongs to article 'bridge'"):
        newsroom.publish(article_id="other")
    assert newsroom.revision("other") is None


def test_a_slug_of_any_language_belongs_to_one_article(newsroom: Newsroom) -> None:
    newsroom.publish(an_article(slugs=(("es", "puente"),)))
    with pytest.raises(Conflict, match=r"slug: .*'puente' belongs to article 'bridge'"):
        newsroom.publish(an_article(slug="puente"), "other")
    with pytest.raises(Conflict, match=r"slugs\.es: .*'harbour-bridge' belongs"):
        newsroom.publish(an_article(slug="other", slugs=(("es", "harbour-bridge"),)), "other")


def test_a_former_slug_leads_to_its_article_until_another_takes_it(newsroom: Newsroom) -> None:
    for slug in ("a", "b", "a", "c"):
        newsroom.publish(an_article(slug=slug))
    assert [owner_of(newsroom, slug) for slug in ("a", "b", "c")] == ["bridge", "bridge", "bridge"]
    newsroom.publish(an_article(slug="b"), "other")
    assert [owner_of(newsroom, slug) for slug in ("a", "b", "c")] == ["bridge", "other", "bridge"]
    with pytest.raises(Conflict):
        newsroom.publish(an_article(slug="b"))
    withdraw(newsroom.house.engine, "bridge", ANY_VERSION)
    assert [owner_of(newsroom, slug) for slug in ("a", "b", "c")] == [None, "other", None]


def owner_of(newsroom: Newsroom, slug: str) -> str | None:
    with sql.read(newsroom.house.engine) as connection:
        found = load_by_slug(connection, slug)
    return found.article_id if found else None


NOTICE = Correction("k", "It has <em>two</em> arches.")


def test_a_correction_tells_readers_what_was_wrong_and_keeps_its_date(newsroom: Newsroom) -> None:
    first = newsroom.publish().revision
    with pytest.raises(Invalid, match="blocks: expected a new correction block"):
        newsroom.publish(edited(an_article()), kind="correction")
    corrected = newsroom.publish(an_article(blocks=(*an_article().blocks, NOTICE)), kind="correction").revision
    [told] = corrected.article.corrections
    assert told.date is not None and corrected.modified_ms == corrected.created_ms > first.modified_ms
    later = newsroom.publish(an_article(byline="A", blocks=(*an_article().blocks, NOTICE)), kind="minor").revision
    assert later.article.corrections == (told,) and later.modified_ms == corrected.modified_ms
    with pytest.raises(Invalid, match="blocks: expected a new correction block"):
        newsroom.publish(an_article(byline="B", blocks=(*an_article().blocks, NOTICE)), kind="correction")


def test_a_retraction_says_that_it_is_one(newsroom: Newsroom) -> None:
    newsroom.publish()
    with pytest.raises(Invalid, match="of kind retraction"):
        newsroom.publish(an_article(blocks=(NOTICE,)), kind="retraction")
    taken_back = replace(NOTICE, kind="retraction")
    assert newsroom.publish(an_article(blocks=(taken_back,)), kind="retraction").revision.kind == "retraction"


def test_a_picture_must_be_there_before_its_article(newsroom: Newsroom) -> None:
    image = newsroom.image()
    newsroom.publish(an_article(blocks=(image,)))
    unknown = replace(image, media="0" * 64)
    with pytest.raises(Invalid, match=r"blocks\.1\.media: expected a picture sent"):
        newsroom.publish(an_article(blocks=(Paragraph("a", "x"), unknown)))
    revision = newsroom.revision()
    assert revision is not None and revision.number == 1


def test_of_writers_at_once_one_wins_and_the_others_are_told(newsroom: Newsroom) -> None:
    newsroom.publish()
    assert race(newsroom.house, expected=1, told=PreconditionFailed) == ["told", "told", "told", "won"]


def test_of_makers_of_one_article_at_once_one_wins(newsroom: Newsroom) -> None:
    told = (PreconditionRequired, Conflict)
    assert race(newsroom.house, expected=None, told=told) == ["told", "told", "told", "won"]


def race(house: House, expected: int | None, told: type[Exception] | tuple[type[Exception], ...]) -> list[str]:
    """Let four write one article at once; return in order of the alphabet what became of each."""
    results: list[str] = []

    def write(number: int) -> None:
        try:
            publish(house.engine, "bridge", an_article(headline=f"H{number}"), Writing(expected=expected), house.offer)
            results.append("won")
        except told:
            results.append("told")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def test_a_withdrawn_article_is_gone_with_all_it_had(newsroom: Newsroom) -> None:
    newsroom.publish()
    house = newsroom.house
    with pytest.raises(PreconditionFailed):
        withdraw(house.engine, "bridge", 7)
    withdraw(house.engine, "bridge", 1)
    assert newsroom.revision() is None and newsroom.jobs() == []
    with pytest.raises(NotFound):
        withdraw(house.engine, "bridge", 1)


def test_a_language_offered_later_is_asked_for_once(newsroom: Newsroom) -> None:
    newsroom.publish()
    offer = Offer(("en", "es", "ca"), 60)
    assert offer_missing(newsroom.house.engine, "bridge", offer) == ["ca"]
    assert offer_missing(newsroom.house.engine, "bridge", offer) == []
    assert state(newsroom, "ca") == QUEUED


def test_a_translation_that_failed_is_asked_for_again_by_a_job_of_its_own(newsroom: Newsroom) -> None:
    newsroom.publish()
    engine, offer = newsroom.house.engine, newsroom.house.offer
    jobs, variants = translation_job.c, variant_table.c
    with sql.write(engine) as connection:
        first = connection.execute(select(jobs.id).where(jobs.language == "es")).scalar_one()
        connection.execute(update(translation_job).where(jobs.id == first).values(state="failed"))
        connection.execute(update(variant_table).where(variants.language == "es").values(state=FAILED, reason="closed"))
    assert offer_missing(engine, "bridge", offer) == ["es"]
    assert state(newsroom, "es") == QUEUED
    with sql.read(engine) as connection:
        again = connection.execute(select(jobs.id, jobs.state).where(jobs.language == "es")).one()
    assert again.id != first and again.state == "queued"
    assert offer_missing(engine, "bridge", offer) == []


def test_past_its_deadline_a_pending_variant_has_failed(newsroom: Newsroom) -> None:
    newsroom.publish()
    with sql.read(newsroom.house.engine) as connection:
        variant = load(connection, "bridge", "es")
    assert variant is not None and variant.deadline_ms is not None
    assert as_of(variant, variant.deadline_ms - 1).state == QUEUED
    assert as_of(variant, variant.deadline_ms).state == FAILED
    assert variant.deadline_ms > now_ms()


def test_what_cannot_be_sent_stays_in_the_outbox_and_is_sent_once_later(newsroom: Newsroom) -> None:
    house = newsroom.house
    publish(house.engine, "bridge", an_article(), Writing(), house.offer)
    broken = FakeSender(fail_after=2)
    with pytest.raises(Unavailable):
        outbox.relay(house.engine, broken)
    working = FakeSender()
    assert outbox.relay(house.engine, working) == 2
    assert outbox.relay(house.engine, working) == 0
    assert len(broken.sent) == 2
    assert {task for task, _, _ in broken.sent + working.sent} == {messages.TRANSLATE, messages.EFFECTS}
