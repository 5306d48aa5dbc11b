import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chassis.errors import Problem
from chassis.sql import connect
from consent import notices, sites
from consent.__main__ import consent
from consent.store.notices import Notices
from consent.store.sites import Sites
from tests.consent.factories import document


@pytest.fixture
def url(tmp_path: Path, migrated: Path) -> str:
    url = f"sqlite:///{shutil.copy(migrated, tmp_path / 'consent.db')}"
    engine = connect(url)
    Sites(engine).put(sites.make("newsroom", ["https://news.example"], region="GB"), 1)
    Notices(engine).publish(notices.of(document(regulation="us-tx", validity_days=200)), 1)
    engine.dispose()
    return url


def _preview(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(consent, ["preview", *arguments], env={"CONSENT_DATABASE_URL": url})


def test_a_region_sees_its_rules_and_its_language(url: str) -> None:
    text = _preview(url, "newsroom", "--region", "fr", "--date", "2027-01-01", "--lang", "es-MX").stdout
    texts = document()["texts"]["es"]
    assert text.startswith("newsroom on 2027-01-01, in es (ltr)")
    assert "regulation  fr: France, since 2021-04-01" in text and "holds 180 days" in text
    assert f"[ {texts['refuse']} ]  [ {texts['preferences']} ]  [ {texts['agree']} ]" in text
    assert f"{texts['purposes']['marketing']['title']} (opt-in)" in text and "Counter, Seller" in text


@pytest.mark.parametrize(
    ("arguments", "regulation", "region", "source", "marketing", "reask"),
    [
        (["--region", "US-CA", "--date", "2027-01-01"], "us-ca", "US-CA", "header", "opt-out", 365),
        (["--region", "US-CA", "--date", "2025-01-01"], "us-ca-2023", "US-CA", "header", "opt-out", 365),
        (["--region", "JP", "--date", "2027-01-01"], "eu", "JP", "header", "opt-in", 180),
        (["--date", "2027-01-01"], "uk", "GB", "setting", "opt-in", 200),
    ],
)
def test_the_day_and_the_site_decide_where_asked(
    url: str, arguments: list[str], regulation: str, region: str, source: str, marketing: str, reask: int
) -> None:
    seen = json.loads(_preview(url, "newsroom", "--json", *arguments).stdout)
    assert (seen["regulation"], seen["region"], seen["region_source"]) == (regulation, region, source)
    assert [each["mode"] for each in seen["purposes"] if each["id"] in ("necessary", "marketing")] == [
        "always-on",
        marketing,
    ]
    assert seen["reask_days"] == reask


def test_what_cannot_be_previewed_is_named(url: str, tmp_path: Path) -> None:
    assert isinstance(_preview(url, "elsewhere").exception, Problem)
    assert _preview(url, "newsroom", "--region", "Bavaria").exit_code == 2
    assert _preview(url, "newsroom", "--date", "tomorrow").exit_code == 2
