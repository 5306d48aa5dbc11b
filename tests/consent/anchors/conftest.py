"""Places that anchors are sent to: a web server, a mail server, and a time-stamping authority made with openssl."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from werkzeug.wrappers import Request, Response

from consent.anchors.anchor import Anchor
from consent.anchors.timestamp import REQUEST, RESPONSE, TimeStamp
from tests.consent.log_samples import SIGNER
from tests.servers.ports import free_port
from tests.servers.web_server import WebServer

NOTE = SIGNER.sign(f"{SIGNER.name}\n7\n{'A' * 43}=\n")
ANCHOR = Anchor("2026-11-26", NOTE)
CONFIG = """
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamper]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = stamping
[stamping]
serial = {directory}/serial
signer_cert = {directory}/stamper.pem
signer_key = {directory}/stamper.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Inbox:
    """A web server that keeps what is posted to it, or answers with another status."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], str]] = []
        self.status = 204
        self._server = WebServer(self._take)
        self.url = f"http://127.0.0.1:{self._server.port}/inbox"

    def _take(self, environ: "dict[str, object]", start_response: object) -> object:
        request = Request(environ)
        if self.status == 204:
            self.received.append((dict(request.headers), request.get_data(as_text=True)))
        return Response(status=self.status)(environ, start_response)  # type: ignore[arg-type]

    def stop(self) -> None:
        self._server.stop()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    made = Inbox()
    yield made
    made.stop()


class Mailbox(Message):
    """A mail server's memory."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[object] = []

    def handle_message(self, message: object) -> None:
        self.messages.append(message)


@pytest.fixture
def mailbox() -> Iterator[tuple[str, Mailbox]]:
    kept = Mailbox()
    controller = Controller(kept, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}", kept
    controller.stop()


class Authority:
    """A certificate authority and a time-stamping authority under it, answering over HTTP through `openssl ts`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()
        (directory / "config").write_text(CONFIG.format(directory=directory))
        (directory / "serial").write_text("01\n")
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "authority.key",
                      "-out", "authority.pem", "-subj", "/CN=Test authority", "-days", "30",
                      "-extensions", "authority")  # fmt: skip
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "stamper.key", "-out", "stamper.csr",
                      "-subj", "/CN=Test stamper")  # fmt: skip
        self._run("x509", "-req", "-in", "stamper.csr", "-CA", "authority.pem", "-CAkey", "authority.key",
                  "-CAcreateserial", "-out", "stamper.pem", "-days", "30", "-extfile", "config",
                  "-extensions", "stamper")  # fmt: skip
        self.roots = directory / "authority.pem"
        self._server = WebServer(self._stamp)
        self.url = f"http://127.0.0.1:{self._server.port}/"

    def verify(self, note: str, response: bytes) -> bool:
        """Check a stamp as anybody would, with openssl."""
        (self.directory / "note").write_text(note)
        (self.directory / "response").write_bytes(response)
        command = ["openssl", "ts", "-verify", "-data", "note", "-in", "response", "-CAfile", "authority.pem"]
        return subprocess.run(command, cwd=self.directory, capture_output=True, check=False).returncode == 0

    def _stamp(self, environ: "dict[str, object]", start_response: object) -> object:
        request = Request(environ)
        assert request.content_type == REQUEST
        (self.directory / "query").write_bytes(request.get_data())
        self._run("ts", "-reply", "-config", "config", "-queryfile", "query", "-out", "reply")
        answer = Response((self.directory / "reply").read_bytes(), content_type=RESPONSE)
        return answer(environ, start_response)  # type: ignore[arg-type]

    def _openssl(self, *arguments: str) -> None:
        self._run(*arguments, "-config", "config")

    def _run(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.directory, check=True, capture_output=True)

    def stop(self) -> None:
        self._server.stop()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    made = Authority(tmp_path_factory.mktemp("tsa") / "tsa")
    yield made
    made.stop()


@pytest.fixture
def stamp(authority: Authority) -> TimeStamp:
    return TimeStamp(authority.url, authority.roots)
