"""The edge sends each address to the service that answers it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from chassis.migrations import upgrade
from chassis.problems import TABLE
from consent.app import PROBLEMS
from consent.app import create_app as create_consent
from consent.keys import Keys
from consent.settings import Settings as ConsentSettings
from publisher.app import create_app as create_publisher
from publisher.settings import Settings as PublisherSettings

CONF = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text()
# Off in production (CONSENT_DEMO), and so nothing that the edge leads to.
OF_DEVELOPMENT = {"/demo", "/demo/some-name"}
# Both services have them; the edge shows the publisher's, and the consent service's below /consent.
OF_BOTH = {"/healthz", "/readyz", "/metrics", "/docs", "/openapi.json", "/problems/some-name"}


def to_consent(path: str) -> bool:
    pattern = re.search(r"location ~ (\^/\(v1\S+) \{\s+proxy_pass \$consent;", CONF)
    assert pattern is not None
    return re.match(pattern[1], path) is not None


def paths(app: Flask) -> set[str]:
    rules = {re.sub(r"<[^>]+>", "some-name", rule.rule) for rule in app.url_map.iter_rules()}
    return rules - OF_BOTH - OF_DEVELOPMENT


@pytest.fixture
def consent(tmp_path: Path, redis_url: str) -> Flask:
    database = f"sqlite:///{tmp_path / 'consent.db'}"
    upgrade("consent", database)
    Keys.create(tmp_path / "keys", "localhost/consent")
    return create_consent(ConsentSettings(redis_url=redis_url, database_url=database, keys_dir=tmp_path / "keys"))


@pytest.fixture
def publisher(tmp_path: Path, redis_url: str) -> Flask:
    database = f"sqlite:///{tmp_path / 'publisher.db'}"
    upgrade("publisher", database)
    return create_publisher(
        PublisherSettings(redis_url=redis_url, database_url=database, media_dir=str(tmp_path / "media"))
    )


def test_every_address_of_the_consent_service_reaches_it(consent: Flask) -> None:
    assert {path for path in paths(consent) if not to_consent(path)} == set()


def test_the_consent_services_own_problems_lead_to_it() -> None:
    assert all(to_consent(f"/problems/{kind}") for kind in set(PROBLEMS) - set(TABLE))
    assert not to_consent("/problems/invalid")


def test_no_address_of_the_publisher_is_sent_elsewhere(publisher: Flask) -> None:
    assert {path for path in paths(publisher) if to_consent(path)} == set()


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed; `make test` installs it on Debian")
def test_nginx_takes_the_configuration(tmp_path: Path) -> None:
    whole = tmp_path / "nginx.conf"
    site = CONF.replace("listen 8080", f"listen unix:{tmp_path}/edge.sock").replace("/dev/stdout", f"{tmp_path}/log")
    whole.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\nresolver 127.0.0.1;\n{site}\n}}\n")
    done = subprocess.run(["nginx", "-t", "-c", str(whole), "-e", "stderr"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
