from io import BytesIO
from pathlib import Path

import pytest
import yaml
from PIL import Image

from consent import linter, notice_schema, notices
from dev import searches
from publisher.body.markdown import Manuscript, read_manuscript
from sample.drawing.paint import HEIGHT, WIDTH, Canvas

SAMPLE = Path(__file__).parents[2] / "sample"
FILES = sorted(SAMPLE.glob("articles/*.md"))
MANUSCRIPTS = {path.stem: read_manuscript(path.read_text()) for path in FILES}
INLINE = ("<a ", "<em>", "<strong>")


def pictures(manuscript: Manuscript) -> list[dict[str, str]]:
    return [block for block in manuscript.blocks if block["type"] == "image"]


def paragraphs(manuscript: Manuscript) -> list[str]:
    return [block["html"] for block in manuscript.blocks if block["type"] == "paragraph"]


@pytest.mark.parametrize("name", MANUSCRIPTS)
def test_an_article_is_whole(name: str) -> None:
    manuscript = MANUSCRIPTS[name]
    assert manuscript.fields["id"] == manuscript.fields["slug"] == name
    assert all(
        manuscript.fields[field] for field in ("headline", "byline", "section", "source", "description", "keywords")
    )
    assert manuscript.ignored == ()
    assert pictures(manuscript)
    for picture in pictures(manuscript):
        assert picture["alt"] and picture["caption"] and picture["credit"]
        assert (SAMPLE / "articles" / picture["path"]).is_file()


def test_the_newsroom_is_varied() -> None:
    fields = [manuscript.fields for manuscript in MANUSCRIPTS.values()]
    assert len(fields) >= 6
    assert len({each["section"] for each in fields}) >= 3
    assert {each["language"] for each in fields} == {"en", "es"}
    lengths = [len(paragraphs(manuscript)) for manuscript in MANUSCRIPTS.values()]
    assert min(lengths) <= 5 and max(lengths) >= 25


def test_the_long_one_has_headings_and_three_pictures() -> None:
    blocks = MANUSCRIPTS["harbour-bridge"].blocks
    assert sum(block["type"] == "heading" for block in blocks) >= 3
    assert len(pictures(MANUSCRIPTS["harbour-bridge"])) == 3
    assert {"quote", "list"} <= {block["type"] for block in blocks}


def test_one_has_a_link_and_emphasis_in_every_paragraph() -> None:
    for html in paragraphs(MANUSCRIPTS["violin-makers"]):
        assert all(tag in html for tag in INLINE), html


def test_every_picture_is_shown_and_small() -> None:
    shown = {Path(picture["path"]).name for manuscript in MANUSCRIPTS.values() for picture in pictures(manuscript)}
    files = list(SAMPLE.glob("pictures/*"))
    assert shown == {path.name for path in files}
    for path in files:
        with Image.open(path) as picture:
            assert (picture.format, picture.size) == ("JPEG", (WIDTH, HEIGHT))
            assert not picture.getexif()
        assert path.stat().st_size < 200_000


def test_the_notice_is_one_that_can_be_published() -> None:
    document = yaml.safe_load((SAMPLE / "notice.yaml").read_text())
    assert linter.lint(document) == ()
    notice = notices.of(notice_schema.load(document))
    assert notice.languages == ("en", "ca", "es")
    assert notice.purposes == {"necessary": True, "analytics": False, "marketing": False, "media": False}


def test_enough_distinct_readers_search_for_something_in_each_language() -> None:
    found = searches.read(SAMPLE / "searches.txt")
    for language in ("en", "es"):
        words = [search.words for search in found if search.language == language]
        most = max(set(words), key=words.count)
        assert len({search.reader for search in found if search.words == most and search.language == language}) >= 3


def test_a_picture_is_drawn_alike_each_time() -> None:
    def draw() -> bytes:
        canvas = Canvas("test")
        canvas.gradient(["#000000", "#ffffff"])
        canvas.ridge(500, 80, "#335577")
        canvas.glow((1590, -20), 60, "#ffcc88")
        canvas.reflect(700, "#224466")
        file = BytesIO()
        canvas.save(file)
        return file.getvalue()

    assert draw() == draw()
