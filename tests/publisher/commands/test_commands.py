"""The command line as an operator meets it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chassis import sql
from chassis.errors import Conflict, Invalid, NotFound, Unavailable
from publisher.__main__ import commands
from publisher.search.asked import Filter
from publisher.search.query import read
from publisher.settings import Settings
from publisher.store import search, search_words
from tests.publisher.ingest.sources import ninjs
from tests.publisher.newsroom import Newsroom, an_article, now_ms

Invoke = Callable[..., Result]


@pytest.fixture
def invoke(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Invoke:
    """Run a command in this process: starting one takes seconds."""
    monkeypatch.setenv("PUBLISHER_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("PUBLISHER_LANGUAGES", ",".join(settings.languages))
    monkeypatch.setenv("REDIS_URL", settings.redis_url)
    monkeypatch.setenv("MEDIA_DIR", str(tmp_path))
    monkeypatch.setenv("TRENDS_MIN_READERS", "3")
    return lambda *arguments: CliRunner().invoke(commands, arguments)


def test_articles_are_moved_and_each_failure_is_one_line(newsroom: Newsroom, invoke: Invoke) -> None:
    newsroom.publish()
    done = invoke("unpublish", "bridge", "none", "--reason", "a complaint")
    assert (done.exit_code, done.stdout) == (0, "bridge unpublished\n")
    assert done.stderr == "none: no article 'none'\n"
    assert invoke("unpublish", "bridge").stdout == "bridge unpublished already\n"
    assert newsroom.history()[-1].reason == "a complaint"
    assert newsroom.history()[-1].who.endswith(" on the command line")
    assert invoke("publish", "bridge").stdout == "bridge published\n"
    assert invoke("kill", "bridge").stdout == "bridge killed\n"
    refused = invoke("publish", "bridge")
    assert refused.stderr.startswith("bridge: publish: expected an article that is") and refused.stdout == ""


@pytest.mark.parametrize(("form", "ending"), [("ninjs", "json"), ("newsml", "xml")])
def test_exported_articles_can_be_taken_in_again(
    newsroom: Newsroom, invoke: Invoke, tmp_path: Path, form: str, ending: str
) -> None:
    newsroom.publish()
    newsroom.publish(an_article(slug="sky"), "sky", status="withheld")
    newsroom.translate("es")
    to = tmp_path / "out"
    done = invoke("export", "--to", str(to), "--form", form)
    assert sorted(done.stdout.splitlines()) == [f"{to}/bridge.en.{ending}", f"{to}/sky.en.{ending}"]
    read = invoke("import", "--dry-run", str(to / f"bridge.en.{ending}"))
    assert read.exit_code == 0 and json.loads(read.stdout)["headline"] == "A bridge opens"
    assert (to / f"bridge.en.{ending}").stat().st_size and not list(to.glob(".*"))
    spanish = invoke("export", "bridge", "none", "--to", str(to), "--form", form, "--language", "es")
    assert spanish.stdout == f"{to}/bridge.es.{ending}\n"
    assert spanish.stderr == "none: no article 'none' that can be read in 'es'\n"


def test_an_article_is_scheduled_in_utc(newsroom: Newsroom, invoke: Invoke) -> None:
    newsroom.publish(status="withheld")
    when = datetime.fromtimestamp(now_ms() // 1000 + 3600, UTC)
    assert invoke("schedule", "bridge", "--at", f"{when:%Y-%m-%dT%H:%M:%S}").stdout == "bridge scheduled\n"
    revision = newsroom.revision()
    assert revision is not None and revision.timing.publish_ms == when.timestamp() * 1000
    assert invoke("schedule", "bridge", "--at", "soon").exit_code == 2
    assert "publishAt: expected a time to come" in invoke("schedule", "bridge", "--at", "2020-01-01").stderr


def test_articles_are_listed_by_what_they_are(newsroom: Newsroom, invoke: Invoke) -> None:
    newsroom.publish(an_article(keywords=("Ferry",)))
    newsroom.publish(an_article(slug="sky", section="Science"), "sky", status="withheld")

    def ids(*options: str) -> list[str]:
        return [line.split("\t")[0] for line in invoke("list", *options).stdout.splitlines()]

    assert ids() == ["sky", "bridge"]
    assert ids("--state", "draft") == ["sky"] and ids("--section", "City") == ["bridge"]
    assert ids("--keyword", "ferry") == ["bridge"] and ids("--language", "es") == []
    assert ids("--since", "2999-01-01") == []


def test_an_article_is_shown_with_what_was_done_to_it(newsroom: Newsroom, invoke: Invoke) -> None:
    newsroom.publish()
    newsroom.move("kill", reason="a judgement")
    shown = invoke("show", "bridge").stdout
    assert "state:           killed" in shown and "kill\tpublished -> killed\ttests\ta judgement" in shown
    assert '"headline": "A bridge opens"' in invoke("show", "bridge", "--json").stdout
    assert isinstance(invoke("show", "none").exception, NotFound)


def test_pages_are_purged_by_article_and_tag(newsroom: Newsroom, invoke: Invoke) -> None:
    newsroom.publish()
    newsroom.house.cache.read("/en/")
    assert invoke("purge", "lists", "--article", "bridge").stdout == "purged: lists a-bridge\n"
    assert invoke("purge").exit_code == 2


def test_a_purge_without_a_cache_says_so(invoke: Invoke, monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    monkeypatch.setenv("REDIS_CACHE_URL", f"redis://127.0.0.1:{free_port}/0")
    assert isinstance(invoke("purge", "--all").exception, Unavailable)


def test_articles_are_indexed_anew(newsroom: Newsroom, invoke: Invoke) -> None:
    newsroom.publish()
    with sql.write(newsroom.house.engine) as connection:
        search.drop_all(connection, "bridge")
        search_words.add(connection, "en", {"forgotten": "forgotten"})
    assert "search: 1 articles not indexed" in invoke("doctor").stdout
    assert invoke("reindex").stdout == "1 articles indexed\n" and "search: ok" in invoke("doctor").stdout
    with sql.read(newsroom.house.engine) as connection:
        assert search.count(connection, read("bridge", "en"), Filter(), now_ms()) == 1
        assert search_words.beginning(connection, "en", "forg", 1) == {}
        assert search_words.beginning(connection, "en", "bicy", 1) == {"bicycle": "bicycle"}


def test_trends_are_pinned_hidden_and_listed(newsroom: Newsroom, invoke: Invoke) -> None:
    newsroom.publish()
    for reader in range(3):
        newsroom.house.trends.count("en", "bridge", f"192.0.2.{reader}")
    assert invoke("trends", "pin", "en", "Bolt").stdout == "en bolt pinned\n"
    assert invoke("trends", "hide", "es", "puente").stdout == "es puente hidden\n"
    shown, *rest = (line.split("\t") for line in invoke("trends", "list").stdout.splitlines())
    assert (shown, rest[0]) == (["en", "pinned", "bolt"], ["en", "most_searched", "bridge"])
    assert [each[:3] for each in rest[1:]] == [["en", "pin", "bolt"], ["es", "hide", "puente"]]
    assert all(each[4].endswith(" on the command line") for each in rest[1:])
    assert invoke("trends", "unpin", "en", "bolt").stdout == "en bolt left to the readers\n"
    assert isinstance(invoke("trends", "unhide", "en", "bolt").exception, NotFound)
    assert isinstance(invoke("trends", "pin", "tlh", "bolt").exception, Invalid)


def test_webhooks_are_added_listed_and_removed(invoke: Invoke) -> None:
    made = invoke("webhook", "add", "https://example.org/hook", "--event", "article.killed")
    identifier, secret = made.stdout.strip().split("\t")
    assert secret.startswith("whsec_")
    listed = invoke("webhook", "list").stdout
    assert listed == f"{identifier}\thttps://example.org/hook\tarticle.killed\t-\n" and secret not in listed
    assert invoke("webhook", "remove", identifier).exit_code == 0 and invoke("webhook", "list").stdout == ""
    assert isinstance(invoke("webhook", "remove", identifier).exception, NotFound)
    assert isinstance(invoke("webhook", "add", "http://10.0.0.1/").exception, Invalid)


def test_the_doctor_tells_what_the_worker_should_have_done(
    newsroom: Newsroom, invoke: Invoke, set_clock: Callable[[int], None]
) -> None:
    newsroom.publish(times={"expires_ms": now_ms() + 1000})
    assert "clock: ok" in invoke("doctor").stdout
    set_clock(now_ms() + 120_000)
    told = invoke("doctor").stdout
    assert "clock: 1 articles whose time has come" in told and "effects: 4 effects of changes still to come" in told


def test_files_of_every_format_are_imported_watched_and_told_in_lines(invoke: Invoke, tmp_path: Path) -> None:
    directory = tmp_path / "in"
    directory.mkdir()
    (directory / "ferry.txt").write_text("A ferry ends\n\nThe last crossing was at nine.\n\nAdvertisement\n")
    (directory / "items.json").write_text(json.dumps([ninjs(1), ninjs(1, uri="urn:x", colour="red")]))
    understood = json.loads(invoke("import", "--dry-run", str(directory / "ferry.txt")).stdout)
    assert understood["headline"] == "A ferry ends" and len(understood["blocks"]) == 1
    imported = invoke("import", *map(str, sorted(directory.iterdir())))
    assert [line.split(" ")[1:] for line in imported.stdout.splitlines()] == [["revision", "1", "created"]] * 2
    assert "left out, an advertisement's place: Advertisement" in imported.stderr
    assert "urn:x: colour: expected no field of this name" in imported.stderr
    watched = invoke("watch", str(directory), "--once", "--settle", "0")
    assert (
        watched.stdout.startswith("ferry.txt: unchanged in-") and "items.json: 1 unchanged, 1 refused" in watched.stderr
    )
    assert isinstance(invoke("watch", str(tmp_path / "none")).exception, Invalid)
    assert invoke("watch").exit_code == 2


def test_feeds_are_added_listed_polled_and_removed(invoke: Invoke) -> None:
    url = "http://127.0.0.1:9/feed"
    assert invoke("feeds", "add", url, "--section", "World").stdout == f"polled every 600 s: {url}\n"
    assert isinstance(invoke("feeds", "add", url).exception, Conflict)
    assert isinstance(invoke("feeds", "add", "ftp://x").exception, Invalid)
    assert "leads to a private address" in invoke("feeds", "poll").stderr
    assert invoke("feeds", "list").stdout.startswith(f"{url}\t20")
    assert invoke("feeds", "remove", url).exit_code == 0
    assert isinstance(invoke("feeds", "remove", url).exception, NotFound)
