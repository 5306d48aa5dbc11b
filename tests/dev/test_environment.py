import subprocess
from pathlib import Path

from dev import environment
from dev.environment import Ports


def test_both_services_are_told_under_one_host_name() -> None:
    settings = environment.compose({}, Path("/data"), Ports(8002, 8003, 6380))
    assert settings["PUBLISHER_PUBLIC_URL"] == "http://localhost:8002"
    assert settings["CONSENT_PUBLIC_URL"] == "http://localhost:8003"
    assert settings["REDIS_URL"] == "redis://127.0.0.1:6380/0"


def test_what_the_developer_has_set_wins() -> None:
    given = {"CONSENT_DATABASE_URL": "postgresql+psycopg://me@localhost/consent", "MEDIA_DIR": "", "HOME": "/root"}
    settings = environment.compose(given, Path("/data"), Ports(8000, 8001, None))
    assert settings["CONSENT_DATABASE_URL"] == given["CONSENT_DATABASE_URL"]
    assert settings["MEDIA_DIR"] == "/data/media"
    assert "HOME" not in settings


def test_commands_elsewhere_are_told_every_setting_but_no_key() -> None:
    given = {"PUBLISHER_LANGUAGES": "en,ar", "REDIS_URL": "redis://127.0.0.1:7000/1", "AZURE_TRANSLATOR_KEY": "hush"}
    settings = environment.compose(given, Path("/data"), Ports(8000, 8001, None))
    assert {name: settings.get(name) for name in given} == given | {"AZURE_TRANSLATOR_KEY": None}


def test_a_shell_reads_what_was_written(tmp_path: Path) -> None:
    environment.write({"PUBLISHER_NAME": "The Bird's Eye"}, tmp_path / "environment")
    script = f'. {tmp_path / "environment"}; printf %s "$PUBLISHER_NAME"'
    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True).stdout == "The Bird's Eye"
