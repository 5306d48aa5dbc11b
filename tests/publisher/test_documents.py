"""Policy documents: versions that stand, in the languages that people wrote, under addresses that last."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from chassis import sql
from chassis.errors import Conflict, Invalid
from publisher.body.markdown import read_manuscript
from publisher.documents import Version, content_hash, in_force
from publisher.editing import keeping_documents
from publisher.house import House
from publisher.store import documents as stored
from tests.publisher.commands.test_commands import Invoke, invoke
from tests.publisher.newsroom import now_ms

__all__ = ["invoke"]

DAY_MS = 86_400_000
ENGLISH = "---\nlanguage: en\n---\n# Privacy policy\n\nWe count **nothing**.\n\n## Rights\n\n- Ask.\n- Object.\n"
SPANISH = "---\nlanguage: es\n---\n# Política de privacidad\n\nNo contamos nada.\n"


def add(house: House, *texts: str, name: str = "privacy", effective_ms: int | None = None) -> tuple[Version, bool]:
    return keeping_documents.add(house, name, [read_manuscript(text) for text in texts], effective_ms)


def test_a_version_is_stored_as_it_was_written_and_never_twice(any_house: House) -> None:
    first, new = add(any_house, SPANISH, ENGLISH)
    assert (first.number, new, list(first.texts)) == (1, True, ["en", "es"]), "in the order of the languages offered"
    assert add(any_house, ENGLISH, SPANISH) == (first, False)
    second, new = add(any_house, ENGLISH.replace("nothing", "little"), SPANISH)
    assert (second.number, new) == (2, True) and second.sha256 != first.sha256
    with sql.read(any_house.engine) as connection:
        assert stored.versions(connection, "privacy") == [second, first]
        assert stored.versions(connection, "a\x00b") == []
        assert stored.titles(connection, now_ms()) == {
            "privacy": {"en": "Privacy policy", "es": "Política de privacidad"}
        }
    assert content_hash(dict(reversed(first.texts.items()))) == first.sha256 == first.sha256.lower()


def test_a_version_waits_for_its_day_and_none_comes_before_the_one_it_follows(house: House) -> None:
    first, _ = add(house, ENGLISH)
    now = first.effective_ms
    later, _ = add(house, ENGLISH + "\nMore.\n", effective_ms=now + DAY_MS)
    with sql.read(house.engine) as connection:
        versions = stored.versions(connection, "privacy")
        assert stored.next_ms(connection, now) == now + DAY_MS
    assert in_force(versions, now + 1000) == versions[1] and in_force(versions, now + DAY_MS) == later
    assert in_force(versions, 0) is None
    with pytest.raises(Conflict, match="not before that of version 2"):
        add(house, ENGLISH + "\nEven more.\n", effective_ms=now)


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ((ENGLISH, ENGLISH), "language: expected one file for each language, got two in 'en'"),
        ((ENGLISH.replace("en", "tlh", 1),), "language: expected one of en, es, ar in each file, got 'tlh'"),
        (("---\nlanguage: en\ntitle: Terms\n---\n",), "en: expected a text, got none"),
        ((ENGLISH + "\n![a](b.jpg 'c /d/e')\n",), "en, line 13: expected one of paragraph, heading"),
        ((ENGLISH + "\n[film](https://a.example 'embed: media')\n",), "got embed"),
    ],
)
def test_what_is_no_document_is_refused_whole(house: House, texts: tuple[str, ...], told: str) -> None:
    with pytest.raises(Invalid) as refused:
        add(house, *texts)
    assert told in refused.value.detail
    with pytest.raises(Invalid, match="name: expected small letters"):
        add(house, ENGLISH, name="../privacy")
    with sql.read(house.engine) as connection:
        assert stored.names(connection) == []


def test_readers_find_it_at_the_foot_of_every_page_and_in_the_sitemap(house: House, client: FlaskClient) -> None:
    assert "/policies/" not in client.get("/en/").text
    add(house, ENGLISH, SPANISH)
    add(house, ENGLISH, name="terms")
    front = client.get("/es/").text
    assert '<a href="/es/policies/privacy">Política de privacidad</a>' in front
    assert '<a href="/es/policies/terms" lang="en" dir="ltr">Privacy policy</a>' in front
    page = client.get("/en/policies/privacy")
    assert page.status_code == 200 and "We count <strong>nothing</strong>." in page.text
    assert '<link rel="canonical" href="https://news.example/en/policies/privacy">' in page.text
    assert re.findall(r'hreflang="(\S+)" href="https://\S+/policies/privacy"', page.text) == ["en", "es", "x-default"]
    assert "s-maxage=60" in page.headers["Cache-Control"] and '"site"' in page.headers["Cache-Groups"]
    assert "https://news.example/es/policies/privacy</" in client.get("/sitemap-1.xml").text
    assert "https://news.example/es/policies/terms</" not in client.get("/sitemap-1.xml").text


def test_in_a_language_that_nobody_wrote_it_says_so_and_keeps_its_own(house: House, client: FlaskClient) -> None:
    add(house, ENGLISH, SPANISH)
    page = client.get("/ar/policies/privacy")
    assert '<article lang="en" dir="ltr">' in page.text and "لا تتوفر حاليًا ترجمة" in page.text
    assert page.headers["X-Robots-Tag"] == "noindex" and 'rel="alternate" hreflang' not in page.text


def test_earlier_and_coming_versions_can_be_read_and_say_which_is_in_force(
    house: House, client: FlaskClient, set_clock: Callable[[int], None]
) -> None:
    now = now_ms()
    add(house, ENGLISH)
    old = client.get("/en/policies/privacy/versions/1").text
    assert "not the version in force" not in old
    add(house, ENGLISH.replace("nothing", "little"), effective_ms=now + 30_000)
    coming = client.get("/en/policies/privacy/versions/2")
    assert "<strong>little</strong>" in coming.text and "not the version in force" in coming.text
    assert coming.headers["X-Robots-Tag"] == "noindex"
    current = client.get("/en/policies/privacy")
    assert "<strong>nothing</strong>" in current.text
    assert "must-revalidate" in current.headers["Cache-Control"], "nobody shows it after its day"
    set_clock(now + 31_000)
    house.cache.purge("site")
    assert "<strong>little</strong>" in client.get("/en/policies/privacy").text
    old = client.get("/en/policies/privacy/versions/1").text
    assert "not the version in force" in old and 'href="/en/policies/privacy">Read the version in force' in old
    for path in ("/en/policies/none", "/en/policies/privacy/versions/3", "/xx/policies/privacy", "/en/policies/a%00b"):
        assert client.get(path).status_code == 404


def test_the_command_line_adds_every_language_at_once(invoke: Invoke, house: House, tmp_path: Path) -> None:
    files = [tmp_path / "privacy.es.md", tmp_path / "privacy.en.md"]
    for path, text in zip(files, (SPANISH, ENGLISH.replace("---\nlanguage: en\n---\n", "")), strict=True):
        path.write_text(text)
    done = invoke("documents", "add", *map(str, files), "--effective", "2026-01-31")
    assert done.exit_code == 0, done.output
    sha256 = done.stdout.split("\t")[1]
    assert done.stdout.startswith("privacy version 1 new\t") and "/en/policies/privacy/versions/1\n" in done.stdout
    assert "unchanged" in invoke("documents", "add", *map(str, files)).stdout
    listed = f"privacy\t1\t2026-01-31T00:00:00+00:00\ten es\t{sha256}\tin force\n"
    assert invoke("documents", "list").stdout == listed
    assert invoke("documents", "add", str(files[0]), "--effective", "soon").exit_code == 2
    missing = invoke("documents", "add", str(tmp_path / "terms.en.md"))
    assert missing.exit_code == 1 and isinstance(missing.exception, Invalid)
