import gzip
import json

import brotli
import pytest

from consent.banner import assets, texts

NOTICE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
BUDGET_BYTES = 8_000
NAMES = ["banner.js", "banner.css", "banner.d.ts", "compat.js", "pages.css", "placeholder.js", "signals.js"]


def test_what_is_served_is_built_from_the_sources() -> None:
    build = pytest.importorskip("consent.banner.build", reason="the minifier has no wheel here", exc_type=ImportError)
    served = {path.name: path.read_text() for path in assets.BUILT.iterdir()}
    assert served == build.files(), "run python -m consent.banner.build"


def test_script_knows_the_notice_of_its_site_and_only_that() -> None:
    body = assets.script(NOTICE).body.decode()
    assert body.count(NOTICE[:16]) == 1
    assert assets.NOTICE_MARK not in body
    assert assets.script(NOTICE).sha256 != assets.script("0" * 64).sha256


def test_name_holds_the_hash_of_the_content() -> None:
    asset = assets.script(NOTICE)
    assert asset.hashed_name == f"banner.{asset.sha256[:16]}.js"
    assert assets.types().hashed_name.startswith("banner.") and assets.types().hashed_name.endswith(".d.ts")


def test_script_names_the_style_sheet_that_is_served() -> None:
    assert assets.style().hashed_name in assets.script(NOTICE).body.decode()


def test_script_names_the_placeholder_that_is_served() -> None:
    assert assets.placeholder().hashed_name in assets.script(NOTICE).body.decode()


def test_script_names_the_file_for_moving_sites_that_is_served() -> None:
    assert assets.compat(NOTICE).hashed_name in assets.script(NOTICE).body.decode()


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_found_by_its_plain_name(name: str) -> None:
    found = assets.find(name, NOTICE)
    assert found is not None and found.name == name


def test_no_other_file_is_found() -> None:
    assert assets.find("../assets.py", NOTICE) is None


@pytest.mark.parametrize("name", NAMES)
def test_compressed_forms_hold_the_same_bytes(name: str) -> None:
    asset = assets.find(name, NOTICE)
    assert asset is not None
    assert gzip.decompress(asset.gzip) == asset.body
    assert brotli.decompress(asset.brotli) == asset.body


@pytest.mark.parametrize("language", texts.languages())
def test_script_styles_and_one_language_keep_the_budget(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The script carries the styles; the texts are those of a notice with every standard purpose."""
    told = json.dumps(texts.standard([language], texts.PURPOSES)[language], ensure_ascii=False).encode()
    script, words = len(assets.script(NOTICE).gzip), len(gzip.compress(told, 9))
    if language == "en":
        with capsys.disabled():
            print(f"\nbanner: script and styles {script} B + texts {words} B = {script + words} B gzip -9")
    assert script + words <= BUDGET_BYTES


def test_scripts_carry_no_comment() -> None:
    assert not [name for name in NAMES if name.endswith(".js") and "/*" in assets.find(name, NOTICE).body.decode()]
