import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from chassis import sql
from consent import notices
from consent.__main__ import consent
from consent.store.notices import Notices
from tests.consent.api.test_subjects import erase, subject_of
from tests.consent.factories import document
from tests.consent.service import Service


def run(service: Service, *arguments: str, stdin: str | None = None) -> Result:
    settings = service.settings
    environment = {
        "CONSENT_DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "KEYS_DIR": str(settings.keys_dir),
        "LOG_ORIGIN": settings.log_origin,
    }
    return CliRunner().invoke(consent, arguments, env=environment, input=stdin)


def done(service: Service, *arguments: str, stdin: str | None = None) -> str:
    result = run(service, *arguments, stdin=stdin)
    assert result.exit_code == 0, result.output or result.exception
    return result.stdout.strip()


def test_a_hold_is_laid_listed_and_ended_from_a_shell(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree")
    subject = subject_of(browser)
    done(service, "hold", "add", subject, "--rule", "Art. 17(3)(e)", "--reason", "case 12")
    service.drain()
    listed = done(service, "hold", "list")
    assert "Art. 17(3)(e)\tcase 12" in listed and subject not in listed
    done(service, "hold", "remove", listed.split("\t")[0])
    service.drain()
    assert done(service, "hold", "list") == ""
    assert run(service, "hold", "remove", listed.split("\t")[0]).exit_code == 1


def test_what_was_erased_is_erased_again_in_an_older_copy_beyond_the_streams_reach(
    service: Service, tmp_path: Path
) -> None:
    browser, other = service.browser(), service.browser()
    for each in (browser, other):
        each.choose("agree", page="/en/a")
    service.drain()
    path = Path(service.settings.database_url.removeprefix("sqlite:///"))
    service.engine.dispose()
    service.app.extensions["ledger"].engine.dispose()
    older = shutil.copy(path, tmp_path / "older.db")
    erase(service, subject_of(browser))
    service.drain()
    kept = done(service, "erasures", "list")
    assert subject_of(browser) not in kept
    [told] = map(json.loads, kept.splitlines())
    assert (told["outcome"], len(told["records"])) == ("erased", 1)
    service.engine.dispose()
    service.app.extensions["ledger"].engine.dispose()
    for each in path.parent.glob(path.name + "-*"):
        each.unlink()
    shutil.copy(older, path)
    behind = run(service, "erasures", "reapply", "-", stdin=kept)
    assert behind.exit_code == 1 and "let the drain catch up first" in behind.output
    assert "2 parts erased again" in done(service, "erasures", "reapply", "-", "--force", stdin=kept)
    assert "0 parts erased again" in done(service, "erasures", "reapply", "-", "--force", stdin=kept)
    with sql.read(service.engine) as connection:
        subjects = connection.execute(text("SELECT body FROM person")).scalars().all()
    assert [json.loads(bytes(body))["subject"] for body in subjects] == [subject_of(other)]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"parts": ["leaf"], "records": []}', '{"parts": ["person"], "records": [1]}']
)
def test_a_list_of_another_form_erases_nothing_and_says_where(service: Service, line: str) -> None:
    result = run(service, "erasures", "reapply", "-", "--force", stdin=f"\n{line}\n")
    assert result.exit_code == 1 and "line 2: expected an erasure" in result.output


def test_a_notice_is_declared_faulty_from_a_shell_once_another_is_shown(service: Service) -> None:
    faulty = service.browser().notice()["notice"]
    refused = run(service, "notice", "invalidate", faulty, "--reason", "x")
    assert "publish the mended one first" in str(refused.exception)
    Notices(service.engine).publish(notices.of(document(validity_days=90)), service.clock())
    done(service, "notice", "invalidate", faulty, "--reason", "vendors missing")
    service.drain()
    assert Notices(service.engine).invalidated() == {faulty}
