import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from chassis.errors import Problem
from consent.__main__ import consent
from consent.statistics import members
from tests.consent.banner.living import VENDOR_LIST
from tests.consent.factories import document
from tests.consent.service import Service


@pytest.fixture
def environment(sqlite_url: str, redis_url: str, tmp_path: Path) -> dict[str, str]:
    return {"CONSENT_DATABASE_URL": sqlite_url, "REDIS_URL": redis_url, "KEYS_DIR": str(tmp_path / "keys")}


def _run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(consent, arguments, env=environment)


def _done(environment: dict[str, str], *arguments: str) -> str:
    result = _run(environment, *arguments)
    assert result.exit_code == 0, result.output or result.exception
    return result.stdout.strip()


def _set_up(environment: dict[str, str]) -> None:
    _done(environment, "migrate")
    _done(environment, "keys", "create")
    _done(environment, "site", "add", "newsroom", "--origin", "https://news.example")


def test_a_site_is_told_what_its_pages_need_and_a_tag_pinned_to_the_bytes_that_are_served(service: Service) -> None:
    environment = {
        "CONSENT_DATABASE_URL": str(service.settings.database_url),
        "CONSENT_PUBLIC_URL": "https://c.example",
    }
    plain, without, pinned = _done(environment, "site", "tag", "newsroom").splitlines()
    assert plain == '<script async src="https://c.example/v1/sites/newsroom/banner.js?lang=en"></script>'
    for told in (plain, without):
        [address] = re.findall('src="https://c.example([^"]+)"', told)
        assert service.app.test_client().get(address).status_code == 200
    found = re.fullmatch(
        r'<script async src="https://c.example(\S+)" integrity="sha384-(\S+)" crossorigin></script>', pinned
    )
    assert found is not None
    served = service.app.test_client().get(found[1])
    assert served.status_code == 200 and served.headers["Access-Control-Allow-Origin"] == "*"
    assert base64.b64encode(hashlib.sha384(served.data).digest()).decode() == found[2]


def test_a_site_without_a_notice_has_no_tag(environment: dict[str, str]) -> None:
    _set_up(environment)
    assert "published no notice" in str(_run(environment, "site", "tag", "newsroom").exception)


def test_a_deployment_is_set_up_and_doing_it_again_changes_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "notice.yaml"
    file.write_text(yaml.safe_dump(document()), encoding="utf-8")
    _set_up(environment)
    assert "published" in _done(environment, "notice", "publish", str(file))
    key = (tmp_path / "keys" / "record").read_bytes()
    _set_up(environment)
    assert "current already" in _done(environment, "notice", "publish", str(file))
    assert (tmp_path / "keys" / "record").read_bytes() == key
    assert _done(environment, "site", "list").startswith("newsroom\thttps://news.example\t")


def test_the_doctor_names_what_is_wrong(environment: dict[str, str]) -> None:
    before = _run(environment, "doctor")
    assert before.exit_code == 1
    assert "consent migrate" in before.stdout and "consent keys create" in before.stdout
    _set_up(environment)
    lines = _run(environment, "doctor").stdout.splitlines()
    told = {line[6:].partition(":")[0]: line[:6].strip() for line in lines}
    assert told["database"] in ("ok", "warn") and told["redis"] == told["keys"] == told["clock"] == "ok"
    assert {subject for subject, level in told.items() if level == "FAULT"} == {"stream", "drain", "checkpoint"}
    away = _run({**environment, "REDIS_URL": "redis://127.0.0.1:1/0"}, "doctor")
    assert away.exit_code == 1 and "Redis is away" in away.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "expected JSON"),
        (json.dumps(document(colour="red")), "colour"),
        ("\xff", "UTF-8"),
    ],
)
def test_a_file_that_is_no_notice_is_refused(environment: dict[str, str], tmp_path: Path, text: str, told: str) -> None:
    _set_up(environment)
    file = tmp_path / "notice.json"
    file.write_bytes(text.encode("latin-1"))
    failure = _run(environment, "notice", "publish", str(file)).exception
    assert isinstance(failure, Problem) and told in failure.detail
    assert _done(environment, "site", "list").endswith("no notice")


def test_a_broken_yaml_file_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "notice.yaml"
    file.write_text("a: [", encoding="utf-8")
    failure = _run(environment, "notice", "publish", str(file)).exception
    assert isinstance(failure, Problem) and "expected YAML" in failure.detail


def test_a_token_is_made_listed_and_revoked(environment: dict[str, str]) -> None:
    _set_up(environment)
    text = _done(environment, "token", "create", "--scope", "audit:read", "--site", "newsroom", "--label", "auditor")
    identifier, _, secret = text.partition(".")
    listed = _done(environment, "token", "list")
    assert listed == f"{identifier}\taudit:read\tnewsroom\tnever\tauditor" and secret not in listed
    _done(environment, "token", "revoke", identifier)
    assert _done(environment, "token", "list") == ""
    assert isinstance(_run(environment, "token", "revoke", identifier).exception, Problem)
    assert _run(environment, "token", "create", "--scope", "everything").exit_code == 2


def test_records_are_exported_and_receipts_verified(service: Service, tmp_path: Path) -> None:
    environment = {
        "CONSENT_DATABASE_URL": service.settings.database_url,
        "KEYS_DIR": str(service.settings.keys_dir),
        "LOG_ORIGIN": service.settings.log_origin,
        "CONSENT_PUBLIC_URL": service.settings.public_url,
    }
    browser = service.browser()
    given, refused = browser.choose("agree"), browser.choose("refuse")
    service.drain()
    exported = [json.loads(line) for line in _done(environment, "export").splitlines()]
    assert [each["receipt"] for each in exported] == [refused["receipt"], given["receipt"]]
    assert (
        len(
            _done(
                environment, "export", "--format", "csv", "--purpose", "analytics", "--decision", "given"
            ).splitlines()
        )
        == 2
    )
    assert len(_done(environment, "export", "--subject", exported[0]["subject"]).splitlines()) == 2
    file = tmp_path / "receipt.json"
    file.write_bytes(browser.client.get(f"/v1/receipts/{given['record']}").data)
    assert "VALID" in _done({}, "verify", str(file))
    file.write_bytes(file.read_bytes().replace(b"ConsentGiven", b"ConsentGivem"))
    broken = _run({}, "verify", str(file))
    assert broken.exit_code == 1 and "FAILS" in broken.stdout


def test_drafted_notice_lacks_only_what_the_operator_alone_can_say(environment: dict[str, str], tmp_path: Path) -> None:
    _set_up(environment)
    draft = tmp_path / "notice.yaml"
    draft.write_text(_done(environment, "notice", "draft", "newsroom", "--language", "ar", "--purpose", "analytics"))
    refused = _run(environment, "notice", "publish", str(draft))
    assert refused.exit_code == 1
    assert [line.partition(": expected")[0] for line in refused.stderr.splitlines()] == [
        f"refuse: controller: controller.{name}" for name in ("name", "address", "email", "privacy_policy")
    ]
    completed = yaml.safe_load(draft.read_text()) | {"controller": document()["controller"]}
    draft.write_text(yaml.safe_dump(completed))
    assert _done(environment, "notice", "publish", str(draft)).endswith("published: ar")


def test_a_drafted_notice_says_that_choices_count_in_accounts(environment: dict[str, str], tmp_path: Path) -> None:
    _set_up(environment)
    options = ["--language", "en", "--purpose", "analytics", "--accounts", "refusal"]
    drafted = yaml.safe_load(_done(environment, "notice", "draft", "newsroom", *options))
    assert drafted["accounts"] == {"conflict": "refusal"}
    told = drafted["texts"]["en"]["accounts"]
    assert told.endswith("whatever was refused on either side stays refused.")
    file = tmp_path / "notice.yaml"
    file.write_text(yaml.safe_dump(drafted | {"controller": document()["controller"]}))
    _done(environment, "notice", "publish", str(file))
    assert told in _done(environment, "preview", "newsroom")


def test_linting_publishes_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    _set_up(environment)
    file = tmp_path / "notice.json"
    file.write_text(json.dumps(document()))
    assert _done(environment, "notice", "lint", str(file)).endswith("may be published")
    file.write_text("[]")
    assert _run(environment, "notice", "lint", str(file)).exit_code == 1
    assert _done(environment, "site", "list").endswith("no notice")


def test_statistics_are_a_table_and_records_of_before_are_counted_once(service: Service) -> None:
    for action in ("agree", "refuse", "refuse"):
        service.browser().choose(action)
    service.drain()
    settings = service.settings
    environment = {
        "CONSENT_DATABASE_URL": settings.database_url,
        "KEYS_DIR": str(settings.keys_dir),
        "LOG_ORIGIN": settings.log_origin,
    }
    ever = ("--from", "2020-01-01", "--to", "2100-01-01")
    lines = _done(environment, "statistics", "newsroom", "--by", "notice", *ever).splitlines()
    assert lines[0].split() == ["notice", *members(("notice",))]
    assert lines[1].split()[1:] == lines[2].split()[1:] == ["0", "1", "0", "2", "0", "0", "0", "3", "0"]
    assert _done(environment, "recount") == "0 records counted"
    assert _done(environment, "recount", "--again") == "3 records counted"
    whole = json.loads(_done(environment, "statistics", "newsroom", "--by", "", "--format", "json", *ever))
    assert whole["total"]["refused"] == 2
    with pytest.raises(Problem, match="no site"):
        raise _run(environment, "statistics", "gazette").exception or AssertionError


def test_a_notice_of_tcf_is_drafted_from_the_list_and_published(environment: dict[str, str], tmp_path: Path) -> None:
    environment |= {"CONSENT_CMP_ID": "300", "CONSENT_VENDOR_LIST": str(VENDOR_LIST)}
    _set_up(environment)
    options = ("--vendor", "2", "--vendor", "44", "--language", "en", "--language", "de")

    drafted = yaml.safe_load(_done(environment, "notice", "draft", "newsroom", "--tcf", "DE", *options))

    assert [vendor["tcf"] for vendor in drafted["vendors"]] == [2, 44]
    assert drafted["texts"]["de"]["purposes"]["basic_ads"]["title"] == "Choose advertising by the page (de)"
    file = tmp_path / "notice.yaml"
    file.write_text(yaml.safe_dump(drafted | {"controller": document()["controller"]}), encoding="utf-8")
    assert "published" in _done(environment, "notice", "publish", str(file))
    refused = _run({**environment, "CONSENT_CMP_ID": ""}, "notice", "publish", str(file))
    assert refused.exit_code == 1 and "refuse: cmp-id: tcf: expected a CMP id of your own" in refused.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "expected --purpose"),
        (("--tcf", "DE", "--vendor", "3"), "expected vendors of the vendor list 57, got 3"),
        (("--tcf", "DE", "--language", "fr"), "purposes-fr.json: No such file or directory"),
    ],
)
def test_what_cannot_be_drafted_is_told_in_a_line(
    environment: dict[str, str], options: tuple[str, ...], told: str
) -> None:
    environment |= {"CONSENT_VENDOR_LIST": str(VENDOR_LIST)}

    result = _run(environment, "notice", "draft", "newsroom", *options)

    assert result.exit_code and told in result.stderr


def test_a_draft_of_tcf_needs_a_list(environment: dict[str, str]) -> None:
    result = _run(environment, "notice", "draft", "newsroom", "--tcf", "DE")

    assert result.exit_code == 1 and "CONSENT_VENDOR_LIST names none" in result.stderr


def test_the_doctor_tells_of_the_frameworks_where_the_operator_is_a_cmp(environment: dict[str, str]) -> None:
    _set_up(environment)
    environment |= {"CONSENT_CMP_ID": "300", "CONSENT_VENDOR_LIST": "/away.json"}

    checked = _run(environment, "doctor")

    assert checked.exit_code == 1
    assert "vendor list: /away.json: No such file or directory" in checked.stdout
    assert " engines: " in checked.stdout
    whole = _run({**environment, "CONSENT_VENDOR_LIST": str(VENDOR_LIST)}, "doctor")
    assert "vendor list: there and whole" in whole.stdout
