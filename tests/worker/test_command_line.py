"""The `worker` command as its operator meets it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from redis import Redis

from worker import signs


def worker(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "worker", *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"RELAY_S": "never"}, "RELAY_S: expected a number of seconds, got 'never'"),
        ({"TRANSLATION_ENGINES": "google"}, "TRANSLATION_ENGINES: expected some of azure, libretranslate, apertium"),
        ({"JOB_HEARTBEAT_S": "20"}, "JOB_HEARTBEAT_S: expected at most half of JOB_LEASE_S"),
        ({"PUBLISHER_LANGUAGES": "en,tlh"}, "tlh"),
    ],
)
def test_a_wrong_setting_is_one_line_and_starts_nothing(environ: dict[str, str], told: str) -> None:
    ended = worker("run", **environ)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert told in ended.stderr and ended.stderr.count("\n") == 1


def test_health_is_an_exit_code(redis_url: str, tmp_path: Path, free_port: int) -> None:
    environ = {"REDIS_URL": redis_url, "WORKER_DIR": str(tmp_path)}
    assert worker("health", **environ).returncode == 0
    signs.touch(tmp_path, "translate")
    long_ago = time.time() - signs.QUIET_S - 5
    os.utime(tmp_path / "translate.alive", (long_ago, long_ago))
    with Redis.from_url(redis_url) as redis:
        redis.rpush("translate", "a message")
    ill = worker("health", **environ)
    assert ill.returncode == 1 and ill.stderr.startswith("translate: 1 messages wait")
    blind = worker("health", **environ | {"REDIS_BROKER_URL": f"redis://127.0.0.1:{free_port}/0"})
    assert blind.returncode == 1 and blind.stderr.startswith("Redis is away") and blind.stderr.count("\n") == 1


def test_the_doctor_names_what_is_wrong(redis_url: str, tmp_path: Path, free_port: int) -> None:
    environ = {"REDIS_URL": redis_url, "WORKER_DIR": str(tmp_path), "TRANSLATION_ENGINES": "pseudo"}
    environ |= {"PUBLISHER_DATABASE_URL": f"sqlite:///{tmp_path}/p.db"}
    found = worker("doctor", **environ, REDIS_CACHE_URL=f"redis://127.0.0.1:{free_port}/0")
    lines = {line[6:].partition(":")[0]: line[:5].strip() for line in found.stdout.splitlines()}
    assert found.returncode == 1
    assert {subject for subject, verdict in lines.items() if verdict == "FAULT"} == {"database", "cache", "engines"}
    assert lines["celery"] == lines["broker"] == lines["node press"] == "ok"
