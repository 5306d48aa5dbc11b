import gzip
import json
import re

import brotli
import pytest

from consent import notices
from consent.banner import assets, texts
from tests.consent.factories import document

NOTICE, ANOTHER = notices.of(document()), notices.of(document(validity_days=90))
BUDGET_BYTES = 8_000
NAMES = list(assets.FILES)


def test_what_is_served_is_built_from_the_sources() -> None:
    build = pytest.importorskip("consent.banner.build", reason="the minifier has no wheel here", exc_type=ImportError)
    served = {path.name: path.read_text() for path in assets.BUILT.iterdir()}
    assert served == build.files(), "run python -m consent.banner.build"


def test_script_knows_the_notice_of_its_site_and_only_that() -> None:
    script = assets.of("banner.js", NOTICE)
    assert script.body.decode().count(NOTICE.sha256[:16]) == 1
    assert b"@" not in re.sub(rb"@(media|container|keyframes)", b"", script.body), "a mark is left"
    assert script.sha256 != assets.of("banner.js", ANOTHER).sha256


def test_name_holds_the_hash_of_the_content() -> None:
    asset = assets.of("banner.js", NOTICE)
    assert asset.hashed_name == f"banner.{asset.sha256[:16]}.js"
    types = assets.of("banner.d.ts", NOTICE).hashed_name
    assert types.startswith("banner.") and types.endswith(".d.ts")


@pytest.mark.parametrize("name", ["compat.js", "cookies.js", "placeholder.js"])
def test_script_names_the_files_that_it_fetches_as_they_are_served(name: str) -> None:
    assert assets.of(name, NOTICE).hashed_name in assets.of("banner.js", NOTICE).body.decode()


THEME = {
    "light": {"accent": "#7a1f3d", "background": "#fffaf3", "text": "#111111"},
    "dark": {"accent": "#f0a8bf", "background": "#101014", "text": "#eeeeee"},
}


@pytest.mark.parametrize("name", ["banner.js", "banner.css", "placeholder.js", "pages.css"])
def test_a_notices_theme_takes_the_place_of_every_usual_colour(name: str) -> None:
    themed = assets.of(name, notices.of(document(theme=THEME))).body.decode()
    for part, usual in assets.COLOURS.items():
        assert usual in assets.of(name, NOTICE).body.decode()
        assert usual not in themed
        assert f"light-dark({THEME['light'][part]}, {THEME['dark'][part]})" in themed


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_found_by_its_plain_name(name: str) -> None:
    found = assets.find(name, NOTICE)
    assert found is not None and found.name == name


def test_no_other_file_is_found() -> None:
    assert assets.find("../assets.py", NOTICE) is None


@pytest.mark.parametrize("name", NAMES)
def test_compressed_forms_hold_the_same_bytes(name: str) -> None:
    asset = assets.of(name, NOTICE)
    assert gzip.decompress(asset.gzip) == asset.body
    assert brotli.decompress(asset.brotli) == asset.body


@pytest.mark.parametrize("language", texts.languages())
def test_script_styles_and_one_language_keep_the_budget(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The script carries the styles; the texts are those of a notice with every standard purpose, and with accounts."""
    told, most = (texts.standard([language], texts.PURPOSES, each)[language] for each in (None, "refusal"))
    script, words = len(assets.of("banner.js", NOTICE).gzip), _size(told)
    if language == "en":
        with capsys.disabled():
            print(f"\nbanner: script and styles {script} B + texts {words} B = {script + words} B gzip -9")
    assert script + _size(most) <= BUDGET_BYTES


def _size(told: dict[str, object]) -> int:
    return len(gzip.compress(json.dumps(told, ensure_ascii=False).encode(), 9))


def test_scripts_carry_no_comment() -> None:
    assert not [name for name in NAMES if name.endswith(".js") and "/*" in assets.of(name, NOTICE).body.decode()]
