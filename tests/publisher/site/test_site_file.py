"""The site file: read whole, refused by field, and seen on every page."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from flask.testing import FlaskClient

from chassis.settings import SettingError
from publisher.app import create_app
from publisher.house import House, open_house
from publisher.settings import Settings
from publisher.site.site_file import read_site
from publisher.site.sites import Site
from tests.publisher.newsroom import Newsroom, an_article

SAMPLE = Path(__file__).parents[3] / "sample" / "site" / "site.yaml"
LANGUAGES = ("en", "es", "ca", "ar", "en-XA")
BARE = Site("Old name", "https://news.example")


def site_of(directory: Path, **given: object) -> Site:
    (directory / "mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>")
    (directory / "site.yaml").write_text(yaml.safe_dump({"name": "The Harbour", **given}))
    return read_site(directory / "site.yaml", BARE, LANGUAGES)


def test_the_sample_newsroom_has_one() -> None:
    site = read_site(SAMPLE, BARE, LANGUAGES)
    assert site.name == "The Imprimatur" and site.url == BARE.url and len(site.assets) == 3


def test_a_name_is_enough_and_what_is_left_out_stays_as_it_is(tmp_path: Path) -> None:
    assert site_of(tmp_path) == replace(BARE, name="The Harbour")
    part = site_of(tmp_path, colours={"light": {"accent": "#005A9C"}})
    assert part.theme.light == BARE.theme.light._replace(accent="#005a9c") and part.theme.dark == BARE.theme.dark


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": ""}, "name: expected text of at most 100 characters, got ''"),
        ({"name": None}, "name: expected text"),
        ({"color": {}}, "color: expected no field of this name"),
        ({"colours": {"light": {"acent": "#000000"}}}, "colours.light.acent: expected one of paper, ink, soft"),
        ({"colours": {"dark": {"ink": "white"}}}, "colours.dark.ink: expected a colour as #1c1a17, got 'white'"),
        ({"colours": {"dark": {"ink": 1}}}, "colours.dark.ink: expected a colour"),
        ({"colours": {"light": {"soft": "#cccccc"}}}, "colours.light.soft: expected a contrast of at least 4.5:1"),
        ({"fonts": {"serif": "x; } * { color: red"}}, "fonts.serif: expected a list of faces"),
        ({"fonts": {"mono": "x"}}, "fonts.mono: expected serif or sans"),
        ({"logo": {"file": "mark.svg", "width": 9}}, "logo.height: expected a height in pixels"),
        ({"logo": {"file": "none.svg", "width": 9, "height": 9}}, "logo.file: expected a file that can be read"),
        ({"logo": {"file": "mark.js", "width": 9, "height": 9}}, "logo.file: expected an SVG, PNG or WebP file"),
        ({"logo": "mark.svg"}, "logo: expected fields with their values"),
        ({"icon": "../mark.exe"}, "icon: expected an SVG"),
        ({"navigation": [{"section": "city", "href": "/x"}]}, "navigation.0.section: expected either"),
        ({"navigation": [{"href": "/x"}]}, "navigation.0.names: expected the link's names"),
        ({"navigation": [{"href": "javascript:alert(1)", "names": {"en": "x"}}]}, "navigation.0.href: expected a path"),
        ({"navigation": [{"href": "//evil.example", "names": {"en": "x"}}]}, "navigation.0.href: expected a path"),
        ({"navigation": [{"href": "/{x}", "names": {"en": "x"}}]}, "navigation.0.href: expected a path"),
        ({"navigation": [{"section": "city", "names": {"xx": "x"}}]}, "navigation.0.names.xx: expected one of en, es"),
        ({"navigation": "city"}, "navigation: expected at most 20 links"),
        ({"tagline": {"en": ["x"]}}, "tagline.en: expected text"),
        ({"profiles": ["/about"]}, "profiles.0: expected an address of the web"),
        ({"documents": ["Privacy Policy"]}, "documents.0: expected a document's name"),
        ({"publishing_principles": "/{language}/x"}, "publishing_principles: expected a path"),
        ({"index_machine_translations": True}, "index_machine_translations: expected always, reviewed, never"),
    ],
)
def test_what_is_wrong_ends_the_start_with_its_field(tmp_path: Path, given: dict[str, object], told: str) -> None:
    with pytest.raises(SettingError) as refused:
        site_of(tmp_path, **given)
    assert f"site.yaml: {told}" in str(refused.value) and str(refused.value).startswith("PUBLISHER_SITE: ")


@pytest.mark.parametrize("text", ["- a list", "name: [", "just words", ""])
def test_what_is_no_site_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "site.yaml").write_text(text)
    with pytest.raises(SettingError, match="PUBLISHER_SITE"):
        read_site(tmp_path / "site.yaml", BARE, LANGUAGES)
    with pytest.raises(SettingError, match="a file that can be read"):
        read_site(tmp_path / "none.yaml", BARE, LANGUAGES)


@pytest.fixture
def dressed(settings: Settings, tmp_path: Path) -> Settings:
    navigation = [
        {"section": "City", "names": {"en": "Around town", "es": "Por la ciudad"}},
        {"section": "empty"},
        {"href": "/{language}/policies/about", "names": {"en": "About us"}},
    ]
    site_of(
        tmp_path,
        navigation=navigation,
        logo={"file": "mark.svg", "width": 40, "height": 30},
        profiles=["https://social.example/@harbour"],
        publishing_principles="/en/policies/principles",
        colours={"light": {"accent": "#005a9c"}},
    )
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "missing.html").write_text(
        '{% extends "pages/missing.html" %}{% block title %}Lost at sea{% endblock %}'
    )
    return replace(settings, site_file=str(tmp_path / "site.yaml"), templates_dir=str(templates))


@pytest.fixture
def dressed_client(dressed: Settings) -> Iterator[FlaskClient]:
    app = create_app(dressed)
    yield app.test_client()
    app.extensions["house"].engine.dispose()


def test_pages_wear_it(dressed_client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(an_article())
    page = dressed_client.get("/en/harbour-bridge")
    assert "--accent: #005a9c" in page.text and '<meta name="theme-color"' in page.text
    assert page.text.count(">Around town</a>") == 2 and "/section/empty" not in page.text
    assert '<a href="/en/policies/about">About us</a>' in page.text
    spanish = dressed_client.get("/es/").text
    assert "Por la ciudad" in spanish and '<a href="/es/policies/about" lang="en" dir="ltr">About us</a>' in spanish
    data = json.loads(page.text.partition('ld+json">')[2].partition("</script>")[0])
    assert data["publisher"]["sameAs"] == ["https://social.example/@harbour"]
    assert data["publisher"]["publishingPrinciples"] == "https://news.example/en/policies/principles"
    mark = dressed_client.get(data["publisher"]["logo"]["url"].removeprefix("https://news.example"))
    assert mark.content_type == "image/svg+xml" and "immutable" in mark.headers["Cache-Control"]
    assert "sandbox" in mark.headers["Content-Security-Policy"]
    assert "Lost at sea" in dressed_client.get("/en/nowhere").text


def test_another_look_is_another_edition_and_the_policy_lets_its_style_in(
    dressed: Settings, dressed_client: FlaskClient, client: FlaskClient, newsroom: Newsroom
) -> None:
    newsroom.publish(an_article())
    plain, worn = client.get("/en/harbour-bridge"), dressed_client.get("/en/harbour-bridge")
    assert "Cache-Status" in worn.headers and "hit" not in worn.headers["Cache-Status"], "the other's page is not shown"
    assert plain.headers["Content-Security-Policy"] != worn.headers["Content-Security-Policy"]


def test_a_broken_template_ends_the_start(dressed: Settings, tmp_path: Path) -> None:
    (tmp_path / "templates" / "list.html").write_text("{% block %}")
    with pytest.raises(SettingError, match=r"PUBLISHER_TEMPLATES: list.html, line 1"):
        open_house(dressed)
    with pytest.raises(SettingError, match="expected a directory"):
        open_house(replace(dressed, templates_dir=str(tmp_path / "none")))


def test_without_a_file_the_newsroom_has_its_name_from_the_setting(house: House) -> None:
    assert house.site.name == house.settings.site_name and house.site.assets == {}
