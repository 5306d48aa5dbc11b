"""Each way on a real server: what arrives, that a second copy is known as one, and what fails in one line."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consent.anchors.anchor import Anchor, Failed, Way
from consent.anchors.timestamp import TimeStamp
from consent.anchors.ways import ByMail, ToAddress, ToDirectory
from tests.consent.anchors.conftest import ANCHOR, NOTE, Authority, Inbox, Mailbox

OTHER = Anchor(ANCHOR.day, NOTE.replace("\n7\n", "\n8\n"))


def failure(way: Way, anchor: Anchor = ANCHOR) -> str:
    with pytest.raises(Failed) as raised:
        way.send(anchor)
    return str(raised.value)


def test_a_directory_gets_a_file_a_day_and_keeps_the_first(tmp_path: Path) -> None:
    way = ToDirectory(tmp_path / "kept")
    way.send(ANCHOR)
    way.send(ANCHOR)
    (path,) = (tmp_path / "kept").iterdir()
    assert path.name == "consent.example-log-2026-11-26.checkpoint" and path.read_text() == NOTE
    assert "another checkpoint of that day" in failure(way, OTHER)
    assert path.read_text() == NOTE
    (tmp_path / "file").write_text("")
    assert failure(ToDirectory(tmp_path / "file" / "below")).endswith("Not a directory")


def test_an_address_gets_the_note_and_a_key_that_is_the_same_for_a_second_copy(inbox: Inbox) -> None:
    way = ToAddress(inbox.url)
    way.send(ANCHOR)
    way.send(ANCHOR)
    for headers, body in inbox.received:
        assert body == NOTE
        assert headers["Idempotency-Key"] == "consent.example/log/2026-11-26"
        assert headers["Content-Type"] == "text/plain; charset=utf-8"
    inbox.status = 500
    assert failure(way) == f"{inbox.url}: 500"
    assert "ConnectError" in failure(ToAddress("http://127.0.0.1:1/"))
    assert failure(ToAddress("http://[")).startswith("http://[: ")


def test_a_mail_carries_the_note_and_an_id_that_is_the_same_for_a_second_copy(mailbox: tuple[str, Mailbox]) -> None:
    server, kept = mailbox
    way = ByMail(server, "Log <log@consent.example>", ("officer@example.org", "auditor@example.net"))
    way.send(ANCHOR)
    way.send(ANCHOR)
    message: Any
    first, message = kept.messages
    assert message["Message-ID"] == first["Message-ID"] and message["Message-ID"].endswith("@consent.example>")
    assert message["Subject"] == "Checkpoint of consent.example/log, 2026-11-26"
    assert message["To"] == "officer@example.org, auditor@example.net"
    text, attachment = message.get_payload()
    assert NOTE in text.get_payload(decode=True).decode().replace("\r\n", "\n")
    assert attachment.get_filename() == ANCHOR.file_name and attachment.get_payload(decode=True).decode() == NOTE


def test_a_mail_server_that_is_away_or_would_see_a_password_in_the_clear_gets_nothing(
    mailbox: tuple[str, Mailbox],
) -> None:
    server, kept = mailbox
    way = ByMail("smtp://127.0.0.1:1", "log@consent.example", ("officer@example.org",))
    assert "ConnectionRefusedError" in failure(way)
    secret = server.replace("//", "//log:secret@")
    told = failure(replace(way, server=secret))
    assert "a password goes over no open line" in told and "secret" not in told
    assert kept.messages == []


def test_a_time_stamp_is_one_that_openssl_takes_too(stamp: TimeStamp, authority: Authority) -> None:
    response = stamp.send(ANCHOR)
    stamp.check(response, ANCHOR)
    assert authority.verify(NOTE, response)
    assert not authority.verify(OTHER.note, response)
    with pytest.raises(Failed, match="Mismatch"):
        stamp.check(response, OTHER)


def test_no_changed_byte_of_a_time_stamp_s_signature_or_time_passes(stamp: TimeStamp) -> None:
    response = stamp.send(ANCHOR)
    for at in range(60, len(response), 97):
        changed = response[:at] + bytes([response[at] ^ 1]) + response[at + 1 :]
        try:
            stamp.check(changed, ANCHOR)
        except Failed:
            continue
        # certificates that are sent along and not needed may change
        assert b"Test authority" in response[at - 900 : at + 900], at


def test_what_is_longer_than_a_time_stamp_is_not_kept(stamp: TimeStamp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consent.anchors.timestamp.MAX_SIZE", len(stamp.send(ANCHOR)) - 1)
    with pytest.raises(Failed, match="expected at most"):
        stamp.send(ANCHOR)


def test_a_stamp_of_an_authority_that_is_not_trusted_is_refused(
    stamp: TimeStamp, tmp_path_factory: pytest.TempPathFactory, inbox: Inbox
) -> None:
    stranger = Authority(tmp_path_factory.mktemp("stranger") / "tsa")
    try:
        told = failure(TimeStamp(stranger.url, stamp.roots))
    finally:
        stranger.stop()
    assert "no time-stamp to rely on" in told
    assert "expected application/timestamp-reply" in failure(TimeStamp(inbox.url, stamp.roots))
    assert "No such file" in failure(replace(stamp, roots=Path("/nonexistent")))
    with pytest.raises(Failed):
        stamp.check(b"rubbish", ANCHOR)
