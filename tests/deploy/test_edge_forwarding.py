"""The real edge before a real service: whom it names, whatever the caller claims."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.servers.ports import free_port, wait_for_port

CONF = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text()
READER = "127.0.0.9"

pytestmark = pytest.mark.skipif(
    shutil.which("nginx") is None, reason="nginx is not installed; `make test` installs it on Debian"
)


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an edge whose publisher says whom it takes the caller for; it trusts the edge's address alone."""
    directory, service, port = tmp_path_factory.mktemp("edge"), free_port(), free_port()
    site = CONF.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("/dev/stdout", f"{directory}/log")
    site = site.replace("http://publisher:8000", f"http://127.0.0.1:{service}")
    (directory / "nginx.conf").write_text(
        f"pid {directory}/pid;\ndaemon off;\nevents {{}}\nhttp {{\nresolver 127.0.0.1;\n{site}\n}}\n"
    )
    granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--factory", "--no-ws"]
    environ = {**os.environ, "TRUSTED_PROXIES": "127.0.0.1", "LOG_LEVEL": "error"}
    options = ["--port", str(service), "--log-level", "error", "tests.chassis.answering_who:create_app"]
    processes = [
        subprocess.Popen([*granian, *options], env=environ),
        subprocess.Popen(["nginx", "-c", str(directory / "nginx.conf"), "-e", f"{directory}/faults"]),
    ]
    wait_for_port(service)
    wait_for_port(port)
    yield port
    for process in processes:
        process.terminate()
        process.wait()


def who(port: int, reader: str = READER, **headers: str) -> dict[str, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10, source_address=(reader, 0))
    connection.request("GET", "/who", headers=headers)
    answer: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return answer


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X_Forwarded_For", "x_forwarded-for", "Forwarded", "X-Real-IP"])
@pytest.mark.parametrize("claim", ["203.0.113.9", "203.0.113.9, 127.0.0.1", "for=203.0.113.9", "127.0.0.1", "unknown"])
def test_a_reader_is_whom_the_edge_saw(edge: int, name: str, claim: str) -> None:
    assert who(edge, **{name: claim})["address"] == READER


def test_a_proxy_before_the_edge_may_name_its_reader(edge: int) -> None:
    assert who(edge, "127.0.0.1", **{"X-Forwarded-For": "198.51.100.7"})["address"] == "198.51.100.7"


def test_the_host_is_the_one_that_was_asked_for(edge: int) -> None:
    told = who(edge, Host="news.example:8080", **{"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert told["root"] == "http://news.example:8080/"
