"""Sending anchors: to a directory, to an address, by mail; each so that a second copy can be told from a second one."""

import hashlib
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from consent.anchors.anchor import Anchor, Failed
from consent.durable_files import write_once

TIMEOUT_S = 30.0
MAIL = """The log {origin} had {size} entries when this checkpoint was signed, on {day} (UTC).

Keep this message. Whoever rewrites the log's history later, its owner included, will contradict it:

    consent verify https://<the log>/log --since {file_name}

{note}"""


@dataclass(frozen=True)
class ToDirectory:
    """Writes a file a day into a directory, which had better be somebody else's."""

    directory: Path
    name = "file"

    def send(self, anchor: Anchor) -> None:
        """Write the file, or leave the one that is there."""
        path = self.directory / anchor.file_name
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            write_once(path, anchor.note)
            kept = path.read_text(encoding="utf-8")
        except OSError as error:
            raise Failed(f"{path}: {error.strerror}") from None
        if kept != anchor.note:
            raise Failed(f"{path}: there is another checkpoint of that day")


@dataclass(frozen=True)
class ToAddress:
    """Posts the note; 2xx means that it is kept. `Idempotency-Key` names log and day."""

    url: str
    name = "address"

    def send(self, anchor: Anchor) -> None:
        """Post it."""
        headers = {"Content-Type": "text/plain; charset=utf-8", "Idempotency-Key": f"{anchor.origin}/{anchor.day}"}
        try:
            # what it says beside the status is not read
            with httpx.stream(
                "POST", self.url, content=anchor.note.encode(), headers=headers, timeout=TIMEOUT_S
            ) as answer:
                kept = answer.is_success
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Failed(f"{self.url}: {type(error).__name__} {error}") from None
        if not kept:
            raise Failed(f"{self.url}: {answer.status_code}")


@dataclass(frozen=True)
class ByMail:
    """Mails the note, in the text and attached; its `Message-ID` follows from log and day.

    Attributes:
        server: `smtp://[user:password@]host[:port]`, encrypted where the server offers it, or `smtps://…`.
    """

    server: str
    sender: str
    recipients: Sequence[str]
    name = "mail"

    def send(self, anchor: Anchor) -> None:
        """Mail it."""
        try:
            with self._connect() as smtp:
                smtp.send_message(self.message(anchor))
        except (OSError, smtplib.SMTPException) as error:
            raise Failed(f"{urlsplit(self.server).hostname}: {type(error).__name__} {error}") from None

    def message(self, anchor: Anchor) -> EmailMessage:
        """Return the message."""
        message = EmailMessage()
        message["From"], message["To"] = self.sender, ", ".join(self.recipients)
        message["Subject"] = f"Checkpoint of {anchor.origin}, {anchor.day}"
        message["Date"] = formatdate()
        same = hashlib.sha256(f"{anchor.origin}/{anchor.day}".encode()).hexdigest()[:32]
        message["Message-ID"] = f"<{same}@{parseaddr(self.sender)[1].rpartition('@')[2]}>"
        told = {name: getattr(anchor, name) for name in ("origin", "size", "day", "file_name", "note")}
        message.set_content(MAIL.format(**told))
        message.add_attachment(anchor.note.encode(), "text", "plain", filename=anchor.file_name)
        return message

    def _connect(self) -> smtplib.SMTP:
        server = urlsplit(self.server)
        host, secure = server.hostname or "", server.scheme == "smtps"
        kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
        smtp = kind(host, server.port or (465 if secure else 25), timeout=TIMEOUT_S)
        smtp.ehlo()
        if not secure and smtp.has_extn("starttls"):
            smtp.starttls()
            smtp.ehlo()
            secure = True
        if server.username:
            if not secure:
                smtp.close()
                raise smtplib.SMTPException("the server offers no encryption, and a password goes over no open line")
            smtp.login(unquote(server.username), unquote(server.password or ""))
        return smtp
