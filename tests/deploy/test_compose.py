"""Rules that the production shape keeps; that it comes up is tried by bringing it up."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.settings import ServiceSettings, read

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONE_SHOT = {"database-password", "set-up"}


def test_every_part_of_the_production_shape_is_there() -> None:
    parts = {
        "consent",
        "publisher",
        "watch",
        "worker",
        "beat",
        "drain",
        "redis-durable",
        "redis-cache",
        "postgres",
        "edge",
    }
    assert set(SERVICES) == parts | ONE_SHOT


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOT))
def test_what_serves_is_started_again_and_asked_for_its_health(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned_to_a_release(name: str) -> None:
    assert re.fullmatch(r"[a-z-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?", SERVICES[name]["image"])


def test_the_edge_alone_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["edge"]


def test_no_secret_stands_in_the_file() -> None:
    for name, service in SERVICES.items():
        for variable, text in service.get("environment", {}).items():
            if re.search(r"KEY$|PASSWORD$|SECRET|TOKEN", variable):
                assert text == f"${{{variable}:-}}", f"{name}: {variable}"
            assert not re.search(r"://[^/@]*:[^/@]+@", str(text)), f"{name}: {variable}"


def test_what_is_for_development_stays_off() -> None:
    assert "CONSENT_DEMO" not in (ROOT / "compose.yaml").read_text()


def test_the_edge_is_a_trusted_proxy_and_a_reader_is_none() -> None:
    default = re.fullmatch(r"\$\{TRUSTED_PROXIES:-(.+)\}", COMPOSE["x-environment"]["TRUSTED_PROXIES"])
    assert default is not None
    trusted = read(ServiceSettings, {"TRUSTED_PROXIES": default[1]}).trusted_proxies
    assert trusted.client("172.18.0.9", "203.0.113.9, 198.51.100.1, 172.18.0.1") == "198.51.100.1"


def test_choices_are_fsynced_and_never_evicted() -> None:
    command = " ".join(SERVICES["redis-durable"]["command"])
    for option in ("--appendonly yes", "--appendfsync always", "--maxmemory-policy noeviction"):
        assert option in command
    assert "redis-durable:/data" in SERVICES["redis-durable"]["volumes"]


def test_both_images_run_as_nobody_special() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    for stage in ("service", "worker"):
        last = re.search(rf"AS {stage}\n(.*?)(?=\nFROM|\Z)", dockerfile, re.DOTALL)
        assert last is not None
        assert last[1].strip().endswith("USER imprimatur")


def test_the_build_gets_every_file_that_it_copies() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    wanted = {name for names in copies for name in names.split()}
    assert {name for name in wanted if not any(name == each or each.startswith(f"{name}/") for each in let_in)} == set()
    assert all((ROOT / name).exists() for name in let_in - {"**/__pycache__"})
