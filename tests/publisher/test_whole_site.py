"""The whole site as a crawler and a checker meet it: every link answers, languages name one another, HTML is valid."""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import yaml
from flask.testing import FlaskClient

from consent.banner.engines import ROOT, Unbuildable, install
from publisher.app import create_app
from publisher.body.markdown import read_manuscript
from publisher.editing import keeping_documents
from publisher.editing.illustrating import illustrate
from publisher.house import House
from publisher.settings import Settings
from tests.publisher.desk.editor import Editor
from tests.publisher.ingest.copied import BROADSHEET
from tests.publisher.newsroom import Newsroom, an_article, now_ms

SITE = "https://news.example"
SECRET = "Nobody may know"
TERMS = "---\nlanguage: en\ntitle: Terms\n---\n## One\n\nAs it is.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"


@pytest.fixture
def full(newsroom: Newsroom) -> Newsroom:
    """A newsroom with every kind of block, every state of a variant, documents, and what nobody may see."""
    newsroom.publish(an_article(slug="every-block", blocks=newsroom.every_block(), keywords=("bridge",)), "every")
    newsroom.translate("es", "every")
    newsroom.translate("ar", "every", prefix="جسر ")
    newsroom.translate("en-XA", "every")
    newsroom.publish(an_article(slug="dark-sky", slugs=(("es", "cielo"),), section="City life"), "sky")
    newsroom.give_up("ar", "sky")
    newsroom.publish(an_article(keywords=("bridge",), headline="Bolts & <nuts> “quoted”"))
    newsroom.translate("es")
    for slug, more in (
        ("hidden-draft", {"status": "withheld"}),
        ("hidden-embargo", {"times": {"embargoed_until_ms": now_ms() + 3_600_000}}),
        ("hidden-unpublished", {}),
        ("hidden-killed", {}),
    ):
        newsroom.publish(an_article(slug=slug, headline=SECRET, keywords=("bridge",)), slug, **more)
    newsroom.move("unpublish", "hidden-unpublished")
    newsroom.move("kill", "hidden-killed")
    illustrate(newsroom.house, "every")
    for name in ("privacy", "terms"):
        keeping_documents.add(newsroom.house, name, [read_manuscript(TERMS)])
    changed = read_manuscript(TERMS.replace("As it is", "As it was"))
    keeping_documents.add(
        newsroom.house, "terms", [changed, replace(changed, fields=changed.fields | {"language": "ar"})]
    )
    return newsroom


@pytest.fixture
def reader(full: Newsroom, settings: Settings, tmp_path: Path) -> Iterator[FlaskClient]:
    """Reads a site with a mark and a navigation of its own."""
    (tmp_path / "mark.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"></svg>')
    mark = {"file": "mark.svg", "dark": "mark.svg", "width": 30, "height": 30}
    about = {"href": "/{language}/policies/privacy", "names": {"en": "About"}}
    navigation = [{"section": "City"}, {"section": "city-life"}, about]
    site = {
        "name": "The Harbour",
        "tagline": {"en": "Daily"},
        "logo": mark,
        "icon": "mark.svg",
        "navigation": navigation,
    }
    (tmp_path / "site.yaml").write_text(yaml.safe_dump(site))
    app = create_app(replace(settings, site_file=str(tmp_path / "site.yaml")))
    yield app.test_client()
    app.extensions["house"].engine.dispose()


def checker() -> Path:
    """The Nu HTML checker, which npm brings; without it or Java the test is skipped."""
    vnu = ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"
    if not shutil.which("java"):
        pytest.skip("Java is not installed; `make test` installs it on Debian")
    if not vnu.is_file():
        try:
            install()
        except Unbuildable as error:
            pytest.skip(str(error))
    return vnu


def walk(reader: FlaskClient, start: str) -> dict[str, tuple[int, str]]:
    """Fetch every page and file of the site that can be reached from a page, by path: status and text."""
    seen: dict[str, tuple[int, str]] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        with reader.get(path) as answer:
            text = answer.text if "text" in answer.content_type or "xml" in answer.content_type else ""
            seen[path] = (answer.status_code, text)
        if answer.status_code in (301, 302, 308):
            waiting.append(urljoin(path, answer.headers["Location"]))
        found = re.findall(r'(?:href|src|content)="([^"#]+)', text) + re.findall(r"<(?:loc|link)>([^<]+)", text)
        found += [part.split()[0] for each in re.findall(r'srcset="([^"]+)"', text) for part in each.split(",")]
        for each in map(html.unescape, found):
            address = urljoin(SITE + path, each) if each.startswith(("/", SITE)) else ""
            if address.startswith(f"{SITE}/"):
                waiting.append(address.removeprefix(SITE))
    return seen


def test_every_link_answers_languages_name_one_another_and_nothing_leaks(reader: FlaskClient) -> None:
    seen = walk(reader, "/en/") | walk(reader, "/sitemap.xml") | walk(reader, "/llms.txt")
    assert [path for path, (status, _) in seen.items() if status not in (200, 302)] == []
    assert [path for path, (_, text) in seen.items() if SECRET in text or "hidden-" in text] == []
    named: dict[str, dict[str, str]] = {}
    for path, (status, text) in seen.items():
        if status != 200 or "<html" not in text:
            continue
        links = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', text))
        noindex = '<meta name="robots" content="noindex">' in text
        canonical = re.findall(r'<link rel="canonical" href="([^"]+)"', text)
        assert canonical == ([] if noindex else [SITE + urlsplit(path).path]), path
        assert bool(links) != noindex, path
        named[SITE + path] = links
    for page, links in named.items():
        for address in {link for link in links.values() if link != f"{SITE}/"}:
            assert named[address] == links, f"{page} and {address} do not name the same pages"
        assert not links or page in links.values(), f"{page} does not name itself"
    located = {
        each for path, (_, text) in seen.items() if "sitemap" in path for each in re.findall(r"<loc>([^<]+)", text)
    }
    indexable = {page for page, links in named.items() if links}
    assert indexable == {each for each in located if not each.endswith(".xml")}, "the sitemap has what may be listed"
    assert {f"{SITE}/es/cielo", f"{SITE}/ar/every-block", f"{SITE}/ar/policies/terms"} <= indexable | set(named)


def desk_pages(editor: Editor) -> list[str]:
    """The desk's pages, and what its forms are answered with."""
    one = "/articles/bridge"
    paths = ("", "/new", "/new/paste", "/pictures", "/trends", "/activity", one, "/articles/every/edit")
    shown = [editor.get(path) for path in (*paths, f"{one}/revisions", f"{one}/kill", f"{one}/translations/es")]
    form = {"headline": "x", "language": "en", "block": "k0", "k0.type": "paragraph", "k0.text": "*A. /B/C*"}
    sent = [
        editor.post("/new/paste", text=BROADSHEET.text),
        editor.post("/new", **form),
        editor.post("/new", **form, do="choose:k0"),
        editor.post("/new", **form | {"csrf": "of a session before"}),
    ]
    return shown + [answer.text for answer in sent]


def test_every_page_is_valid_html_in_every_state(reader: FlaskClient, full: Newsroom, tmp_path: Path) -> None:
    vnu = checker()
    house: House = full.house
    pages = {
        path: reader.get(path)
        for path in (
            "/en/", "/es/", "/ar/", "/en-XA/", "/en/section/city", "/en/every-block", "/ar/every-block",
            "/en-XA/every-block",
            "/es/harbour-bridge", "/ar/harbour-bridge", "/ar/dark-sky", "/en/hidden-killed", "/en/hidden-draft",
            "/en/search", "/en/search?q=bridge", "/ar/search?q=bridge", "/en/search?q=zzz%3C%22", "/en/search?q=brigde",
            "/en/policies/terms", "/es/policies/terms", "/ar/policies/terms", "/en/policies/terms/versions/1",
            "/en/search?q=bridge&section=city&from=2020-01-01",
        )
    }  # fmt: skip
    wanted = {"/en/hidden-killed": 410, "/en/hidden-draft": 404}
    assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(pages, 200) | wanted
    texts = [page.text for page in pages.values()] + [house.renderer.preview("hidden-draft", "en").html]
    texts += desk_pages(Editor(reader))
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"{number:02}.html").write_text(text)
    command = [
        "java",
        "-Xss2m",
        "-XX:TieredStopAtLevel=1",
        "-jar",
        str(vnu),
        "--stdout",
        "--format",
        "json",
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    messages = json.loads(done.stdout)["messages"]
    told = [(Path(each["url"]).name, each["message"], each.get("extract", "")) for each in messages]
    assert told == [] and done.returncode == 0, dict(enumerate(pages))
