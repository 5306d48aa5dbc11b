"""Whoever changes who may read, or what is asked, leaves a leaf: by the command line, the API, or the clock."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from chassis.sql import read
from consent.__main__ import consent
from consent.configuring import Configuring
from consent.keys import KeyFileError, Keys
from consent.ledger.commitments import commit
from consent.store.changes import config_change
from tests.consent.factories import document
from tests.consent.service import ORIGIN, Service

COMMAND = {"command": "consent"}


def run(service: Service, *arguments: str) -> str:
    environment = {
        "CONSENT_DATABASE_URL": service.settings.database_url,
        "KEYS_DIR": str(service.settings.keys_dir),
        "LOG_ORIGIN": service.settings.log_origin,
        "REDIS_URL": "redis://127.0.0.1:1",
    }
    result = CliRunner().invoke(consent, arguments, env=environment)
    assert result.exit_code == 0, result.output or result.exception
    return result.stdout.strip()


def noted(service: Service) -> list[dict[str, Any]]:
    """Return what the log tells of the configuration, oldest first, each held against its leaf."""
    service.drain()
    client, token = service.app.test_client(), service.token("audit:read")
    acts = client.get("/v1/audit/acts?kind=config", headers=token).get_json()["acts"]
    for act in acts:
        proof = client.get(f"/v1/audit/acts/{act['id']}", headers=token).get_json()["proof"]
        salt, body = b64decode(proof["act"]["salt"]), proof["act"]["body"].encode()
        assert json.loads(b64decode(proof["leaf"]))["act"] == commit("act", salt, body)
        assert json.loads(body) == act["told"]
    return [{"site": act["site"], **act["told"]} for act in reversed(acts)]


def test_each_command_leaves_one_without_a_redis_and_none_where_nothing_changed(
    service: Service, tmp_path: Path
) -> None:
    file = tmp_path / "notice.json"
    file.write_text(json.dumps(document(site="gazette")))
    for _ in range(2):
        run(service, "site", "add", "gazette", "--origin", ORIGIN)
        run(service, "notice", "publish", str(file))
    run(service, "site", "add", "gazette", "--origin", ORIGIN, "--region", "FR")
    token = run(service, "token", "create", "--role", "auditor", "--site", "gazette", "--label", "the auditor")
    run(service, "token", "revoke", token.partition(".")[0])
    told = noted(service)
    assert [each["what"] for each in told] == [
        "site-added", "notice-published", "site-changed", "token-made", "token-ended",
    ]  # fmt: skip
    assert all(each["by"] == COMMAND and each["site"] == "gazette" and each["at"] for each in told)
    assert told[2]["region"] == "FR" and told[3]["scopes"] == ["audit:read", "console"]
    assert told[3]["token"] == told[4]["token"] == token.partition(".")[0]
    assert token.partition(".")[2] not in json.dumps(told)


def test_a_rotation_of_the_signing_key_leaves_two(service: Service) -> None:
    run(service, "keys", "rotate")
    fresh, old = (each.verifier.vkey for each in Keys(service.settings.keys_dir).signers)
    service.drain()
    run(service, "keys", "retire")
    assert [(each["what"], each["key"]) for each in noted(service)] == [
        ("signing-key-made", fresh), ("signing-key-retired", old),
    ]  # fmt: skip


def test_a_notice_that_is_put_names_the_token(service: Service) -> None:
    token = service.token("notices:write")
    body = document(validity_days=90)
    answer = service.app.test_client().put("/v1/sites/newsroom/notices", json=body, headers=token)
    assert answer.status_code == 201
    [told] = noted(service)
    assert told["notice"] == answer.get_json()["notice"]
    assert told["by"] == {"token": token["Authorization"].split()[1].partition(".")[0], "label": "test"}


def test_what_fails_is_neither_done_nor_noted(service: Service) -> None:
    def fail() -> str:
        raise KeyFileError("no")

    with pytest.raises(KeyFileError):
        Configuring(service.engine, service.clock).change_key(COMMAND, "signing-key-made", fail)
    with read(service.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(config_change)) == 0
