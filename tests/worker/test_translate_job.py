"""One job from claim to page, with a real store, a real Redis, and a server that speaks Azure's contract."""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select

from chassis import sql
from publisher.editing.moving import ANY_VERSION
from publisher.editing.post_editing import Sent, edit, retranslate
from publisher.editing.publishing import withdraw
from publisher.following import Hand, Offer
from publisher.store import articles, jobs, variants
from publisher.store.tables import outbox, translation_job
from publisher.variants import Variant
from tests.azure_server.pretence import original
from tests.azure_server.server import AzureServer
from tests.servers.worker_node import wait_until
from tests.worker.conftest import Make
from tests.worker.newsroom import job_id, job_row, publish_article
from worker import job_ends, relay, translate_job
from worker.engines.apertium import installed
from worker.translation.translate import EngineUse, TranslatedContent
from worker.workshop import Workshop, now_ms

TWO = ["The bridge opened today.", "Nobody had seen it before."]
LONG = [" ".join(f"Word{n}x{i} is here." for i in range(40)) for n in range(10)]
"""Several batches of the engine's."""


def variant_of(workshop: Workshop, language: str = "es", article: str = "bridge") -> Variant:
    with sql.read(workshop.house.engine) as connection:
        found = variants.load(connection, article, language)
    assert found
    return found


def due_again(engine: Engine, identifier: str) -> None:
    """Let the time until a postponed job's next attempt have passed."""
    with sql.write(engine) as connection:
        connection.execute(
            translation_job.update().where(translation_job.c.id == identifier).values(next_attempt_ms=now_ms())
        )


def plain_texts(azure: AzureServer) -> list[str]:
    return [re.sub(r"<[^>]*>", "", text) for text in azure.state.texts]


def at_request(azure: AzureServer, number: int, do: Callable[[], None]) -> None:
    """Do something while the server works on its n-th request."""
    clock, count = azure.state.clock, iter(range(1, 1000))

    def ticking() -> float:
        if next(count) == number:
            do()
        return clock()

    azure.state.clock = ticking


def test_a_job_becomes_a_page(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, TWO)
    translate_job.run(workshop, job_id(workshop.house.engine))
    variant = variant_of(workshop)
    assert (variant.state, variant.revision, variant.done, variant.total) == ("machine", 1, 3, 3)
    assert (variant.engine, variant.engine_version) == ("Microsoft Translator", "3.0")
    assert variant.texts is not None
    assert {name: original(text, "es") for name, text in variant.texts.items()} == {
        "headline": "A bridge opens",
        "b0/html": TWO[0],
        "b1/html": TWO[1],
    }
    assert job_row(workshop.house.engine, job_id(workshop.house.engine))["state"] == "done"
    page = workshop.house.renderer.article("es", "bridge")
    assert variant.texts["b1/html"] in page.html and "Microsoft Translator" in page.html
    with sql.read(workshop.house.engine) as connection:
        last = connection.execute(select(outbox).order_by(outbox.c.id.desc()).limit(1)).one()
    assert (last.kind, json.loads(last.args)) == ("worker.render", ["bridge", "es"])
    assert last.sent_ms is not None, "the render message does not wait for the clock"


def test_a_second_message_for_a_job_costs_nothing(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, TWO)
    translate_job.run(workshop, job_id(workshop.house.engine))
    charged = azure_server.state.units
    translate_job.run(workshop, job_id(workshop.house.engine))
    translate_job.run(workshop, "never-heard-of")
    assert charged and azure_server.state.units == charged


def test_only_the_changed_paragraph_goes_to_the_engine(workshop: Workshop, azure_server: AzureServer) -> None:
    paragraphs = [f"Paragraph number {number} says its own thing. It says two." for number in range(20)]
    publish_article(workshop.house.engine, paragraphs)
    translate_job.run(workshop, job_id(workshop.house.engine))
    assert len(azure_server.state.texts) == 22, "a sentence that stands in twenty paragraphs is sent once"
    azure_server.state.requests.clear()
    paragraphs[7] = "This one is new. It says two."
    publish_article(workshop.house.engine, paragraphs)
    assert variant_of(workshop).state == "queued"
    translate_job.run(workshop, job_id(workshop.house.engine))
    assert plain_texts(azure_server) == ["This one is new."]
    variant = variant_of(workshop)
    assert variant.revision == 2 and variant.texts is not None
    assert original(variant.texts["b7/html"], "es") == paragraphs[7]


def test_what_came_before_a_failure_is_not_paid_for_again(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, LONG)
    identifier = job_id(workshop.house.engine)
    azure_server.state.faults.extend(["", "503000"])
    translate_job.run(workshop, identifier)
    row = job_row(workshop.house.engine, identifier)
    assert row["state"] == "queued" and "503000" in str(row["reason"]) and row["attempt"] == 1
    assert int(str(row["next_attempt_ms"])) > now_ms()
    assert variant_of(workshop).state == "translating"
    first = set(plain_texts(azure_server)[: len(azure_server.state.requests[0]["texts"])])
    azure_server.state.requests.clear()
    due_again(workshop.house.engine, identifier)
    translate_job.run(workshop, identifier)
    assert variant_of(workshop).state == "machine"
    assert job_row(workshop.house.engine, identifier)["reason"] is None
    assert first and not first & set(plain_texts(azure_server))


def test_a_rate_limit_says_when_to_try_again(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, TWO)
    azure_server.state.faults.append("429001:17")
    before = now_ms()
    translate_job.run(workshop, job_id(workshop.house.engine))
    row = job_row(workshop.house.engine, job_id(workshop.house.engine))
    assert row["state"] == "queued"
    assert before + 17_000 <= int(str(row["next_attempt_ms"])) <= now_ms() + 17_000 * 1.2


def test_a_retry_past_the_deadline_is_none(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, TWO, deadline_s=10)
    azure_server.state.faults.append("429001:17")
    translate_job.run(workshop, job_id(workshop.house.engine))
    variant = variant_of(workshop)
    assert variant.state == "failed" and "429001" in str(variant.reason)


@pytest.mark.skipif(not installed(), reason="Apertium is not installed; `make test` installs it on Debian")
def test_an_engine_that_stays_away_is_passed_over_at_last(
    make_workshop: Make, sqlite_url: str, azure_server: AzureServer
) -> None:
    workshop = make_workshop(sqlite_url, translation_engines=("azure", "apertium"))
    publish_article(workshop.house.engine, TWO)
    identifier = job_id(workshop.house.engine)
    for attempt in range(1, translate_job.PATIENT_ATTEMPTS + 2):
        azure_server.state.faults.append("503000")
        due_again(workshop.house.engine, identifier)
        translate_job.run(workshop, identifier)
        assert job_row(workshop.house.engine, identifier)["attempt"] == attempt
        assert (variant_of(workshop).state == "machine") is (attempt > translate_job.PATIENT_ATTEMPTS)
    assert variant_of(workshop).engine == "Apertium"


def test_a_refused_key_ends_the_job_with_the_reason(make_workshop: Make, sqlite_url: str) -> None:
    workshop = make_workshop(sqlite_url, azure_key="wrong")
    publish_article(workshop.house.engine, TWO)
    translate_job.run(workshop, job_id(workshop.house.engine))
    variant = variant_of(workshop)
    assert variant.state == "failed" and "401000" in str(variant.reason)
    assert job_row(workshop.house.engine, job_id(workshop.house.engine))["state"] == "failed"
    assert TWO[0] in workshop.house.renderer.article("es", "bridge").html


def test_a_pair_that_no_engine_has_fails_at_once(make_workshop: Make, sqlite_url: str) -> None:
    workshop = make_workshop(sqlite_url, translation_engines=("pseudo",))
    publish_article(workshop.house.engine, TWO)
    translate_job.run(workshop, job_id(workshop.house.engine))
    assert (variant_of(workshop).state, variant_of(workshop).reason) == ("failed", "no engine translates en into es")


def test_the_pseudo_locale_never_goes_out_of_the_house(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, TWO, languages=("en", "en-XA"))
    translate_job.run(workshop, job_id(workshop.house.engine, language="en-XA"))
    variant = variant_of(workshop, "en-XA")
    assert (variant.state, variant.engine) == ("machine", "pseudo-locale")
    assert azure_server.state.requests == []


def test_another_region_of_the_same_language_reads_the_original(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, TWO, languages=("en", "en-GB"))
    translate_job.run(workshop, job_id(workshop.house.engine, language="en-GB"))
    variant = variant_of(workshop, "en-GB")
    assert (variant.state, variant.texts, variant.revision) == ("original", None, 1)
    assert azure_server.state.requests == []


@pytest.mark.parametrize(
    ("source", "target", "same"),
    [
        ("en", "en-GB", True),
        ("pt-BR", "pt", True),
        ("zh", "zh-Hans-SG", True),
        ("zh-Hans", "zh-Hant", False),
        ("zh-TW", "zh-CN", False),
        ("en", "en-XA", False),
        ("es", "ca", False),
    ],
)
def test_languages_are_the_same_by_language_and_script(source: str, target: str, same: bool) -> None:
    assert translate_job.same_language(source, target) is same


def test_a_new_revision_stops_the_old_job_between_batches(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, LONG)
    first = job_id(workshop.house.engine)
    at_request(azure_server, 1, lambda: void(publish_article(workshop.house.engine, [*LONG, "One more."])))
    translate_job.run(workshop, first)
    assert len(azure_server.state.requests) == 1
    assert job_row(workshop.house.engine, first)["state"] == "superseded"
    assert variant_of(workshop).state == "queued"
    translate_job.run(workshop, job_id(workshop.house.engine))
    variant = variant_of(workshop)
    assert (variant.state, variant.revision) == ("machine", 2)
    sent = plain_texts(azure_server)
    assert len(sent) == len(set(sent)), "the first job's batch was not paid for twice"


def test_a_result_that_comes_after_the_deadline_is_not_shown(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, TWO)
    identifier = job_id(workshop.house.engine)

    def time_passes() -> None:
        with sql.write(workshop.house.engine) as connection:
            connection.execute(translation_job.update().values(deadline_ms=now_ms() - 1))
        relay.end_overdue(workshop)

    at_request(azure_server, 1, time_passes)
    translate_job.run(workshop, identifier)
    variant = variant_of(workshop)
    assert (variant.state, variant.texts) == ("failed", None)
    assert job_row(workshop.house.engine, identifier)["state"] == "failed"


def test_a_worker_that_lost_its_lease_writes_nothing(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, TWO)
    identifier = job_id(workshop.house.engine)

    def another_worker_takes_over() -> None:
        with sql.write(workshop.house.engine) as connection:
            connection.execute(translation_job.update().values(fencing_token="another", attempt=2))

    at_request(azure_server, 1, another_worker_takes_over)
    translate_job.run(workshop, identifier)
    assert variant_of(workshop).state == "translating"
    assert job_row(workshop.house.engine, identifier)["fencing_token"] == "another"


def test_half_a_translation_is_none(make_workshop: Make, sqlite_url: str) -> None:
    workshop = make_workshop(sqlite_url)
    publish_article(workshop.house.engine, TWO)
    with sql.write(workshop.house.engine) as connection:
        held = jobs.claim(connection, job_id(workshop.house.engine), now_ms(), 60_000)
        revision = articles.load(connection, "bridge")
    assert held and revision
    half = TranslatedContent({"headline": "Se abre un puente"}, (EngineUse("Some engine", "1", 1),), 0, 1)
    job_ends.store_translation(workshop, held, revision, half)
    assert (variant_of(workshop).state, variant_of(workshop).texts) == ("failed", None)


def test_a_stopping_worker_gives_its_job_back(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, LONG)
    identifier = job_id(workshop.house.engine)
    at_request(azure_server, 1, workshop.stopping.set)
    translate_job.run(workshop, identifier)
    assert len(azure_server.state.requests) == 1
    row = job_row(workshop.house.engine, identifier)
    assert (row["state"], row["fencing_token"]) == ("queued", None)
    assert int(str(row["next_attempt_ms"])) <= now_ms()


def test_an_article_deleted_meanwhile_ends_its_job(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, TWO)
    at_request(azure_server, 1, lambda: void(withdraw(workshop.house.engine, "bridge", ANY_VERSION)))
    translate_job.run(workshop, job_id(workshop.house.engine))
    with sql.read(workshop.house.engine) as connection:
        assert variants.load(connection, "bridge", "es") is None


def test_two_articles_pay_once_for_what_both_say(workshop: Workshop, azure_server: AzureServer) -> None:
    said_by_both = "Readers can write to the newsroom at any hour."
    publish_article(workshop.house.engine, [*TWO, said_by_both])
    publish_article(workshop.house.engine, ["A tower fell.", said_by_both], article_id="tower")
    second = threading.Thread(target=translate_job.run, args=(workshop, job_id(workshop.house.engine, "tower")))

    def begin_the_second() -> None:
        second.start()
        wait_until(
            lambda: job_row(workshop.house.engine, job_id(workshop.house.engine, "tower"))["attempt"], "its claim"
        )

    at_request(azure_server, 1, begin_the_second)
    translate_job.run(workshop, job_id(workshop.house.engine))
    second.join()
    assert variant_of(workshop).state == variant_of(workshop, article="tower").state == "machine"
    assert Counter(plain_texts(azure_server))[said_by_both] == 1


def test_an_edit_while_a_batch_is_on_its_way_pays_for_the_edit_only(
    workshop: Workshop, azure_server: AzureServer
) -> None:
    publish_article(workshop.house.engine, TWO)
    threads: list[threading.Thread] = []

    def edit() -> None:
        publish_article(workshop.house.engine, [TWO[0], "Everybody had seen it before."])
        threads.append(threading.Thread(target=translate_job.run, args=(workshop, job_id(workshop.house.engine))))
        threads[0].start()
        wait_until(lambda: job_row(workshop.house.engine, job_id(workshop.house.engine))["attempt"], "the new claim")

    at_request(azure_server, 1, edit)
    translate_job.run(workshop, job_id(workshop.house.engine))
    threads[0].join()
    assert variant_of(workshop).revision == 2
    assert sorted(plain_texts(azure_server)) == sorted([*TWO, "A bridge opens", "Everybody had seen it before."])


def test_requests_carry_the_job_as_their_trace(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, TWO)
    translate_job.run(workshop, job_id(workshop.house.engine))
    assert azure_server.state.requests[0]["trace"] == job_id(workshop.house.engine)


def void(_: Any) -> None:
    """Drop a result."""


def by_hand(workshop: Workshop, **texts: str) -> None:
    """Write texts of the Spanish translation as an editor does."""
    shown = variant_of(workshop).texts or {}
    sent = {name.replace("_", "/"): text for name, text in texts.items()}
    edited = {name: Sent(shown[name], text) for name, text in sent.items()}
    edit(workshop.house.engine, "bridge", "es", edited, (), Hand("Ana"))


def test_a_person_s_words_stay_whatever_the_engine_says(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, TWO)
    translate_job.run(workshop, job_id(workshop.house.engine))
    by_hand(workshop, b0_html="El puente abrió hoy.", headline="Se abre un puente")
    azure_server.state.requests.clear()
    publish_article(workshop.house.engine, [TWO[0], "Nobody had ever seen it."])
    translate_job.run(workshop, job_id(workshop.house.engine))
    now = variant_of(workshop)
    assert plain_texts(azure_server) == ["Nobody had ever seen it."] and now.texts and now.review == "edited"
    assert (now.texts["b0/html"], now.texts["headline"]) == ("El puente abrió hoy.", "Se abre un puente")
    publish_article(workshop.house.engine, ["It opened yesterday.", "Nobody had ever seen it."])
    translate_job.run(workshop, job_id(workshop.house.engine))
    changed = variant_of(workshop).texts or {}
    assert original(changed["b0/html"], "es") == "It opened yesterday.", "the old words are of another sentence"
    publish_article(workshop.house.engine, [TWO[0], "Nobody had ever seen it."])
    azure_server.state.requests.clear()
    translate_job.run(workshop, job_id(workshop.house.engine))
    assert (variant_of(workshop).texts or {})["b0/html"] == "El puente abrió hoy." and plain_texts(azure_server) == []


def test_what_is_all_a_person_s_needs_no_engine(make_workshop: Make, publisher_database: str) -> None:
    workshop = make_workshop(publisher_database)
    publish_article(workshop.house.engine, TWO)
    translate_job.run(workshop, job_id(workshop.house.engine))
    by_hand(workshop, headline="Uno", b0_html="Dos.", b1_html="Tres.")
    retranslate(workshop.house.engine, "bridge", "es", Hand("Ana"), Offer(("en", "es"), 600))
    without = make_workshop(publisher_database, azure_key="")
    translate_job.run(without, job_id(workshop.house.engine))
    now = variant_of(without)
    assert (now.state, now.review, now.engine) == ("machine", "reviewed", "Microsoft Translator")


def test_what_is_asked_for_anew_is_not_taken_from_memory(workshop: Workshop, azure_server: AzureServer) -> None:
    publish_article(workshop.house.engine, TWO)
    translate_job.run(workshop, job_id(workshop.house.engine))
    offer = Offer(("en", "es"), 600)
    for name, sent in (("b1/html", [TWO[1]]), (None, ["A bridge opens", *TWO])):
        azure_server.state.requests.clear()
        retranslate(workshop.house.engine, "bridge", "es", Hand("Ana"), offer, name)
        translate_job.run(workshop, job_id(workshop.house.engine))
        assert sorted(plain_texts(azure_server)) == sorted(sent)
        assert variant_of(workshop).state == "machine"
        assert (variant_of(workshop).done, variant_of(workshop).total) == (3, 3)
