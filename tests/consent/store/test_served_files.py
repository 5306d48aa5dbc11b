"""The banner's files that were served are kept by their hash, each once."""

import hashlib
import logging

import pytest
from sqlalchemy import create_engine, func, select

from consent import notices
from consent.banner import assets
from consent.store.served_files import NAMES, ServedFiles
from consent.store.site_tables import served_file
from tests.consent.factories import document
from tests.consent.service import Service


def test_what_a_reader_is_shown_with_is_kept_once_and_comes_back_byte_by_byte(service_on_both: Service) -> None:
    service, files = service_on_both, ServedFiles(service_on_both.engine, lambda: 7)
    shown = service.app.extensions["consent"].catalogue.notice(service.browser().notice()["notice"])
    for name in NAMES:
        asset = assets.of(name, shown)
        assert files.body(name, asset.sha256) == asset.body and files.has(name, asset.sha256)
        assert hashlib.sha256(asset.body).hexdigest() == asset.sha256
    assert not files.has("banner.css", assets.of("pages.css", shown).sha256)  # a hash is of the file that it names
    themed = {part: {"accent": "#123456", "background": "#ffffff", "text": "#000000"} for part in ("light", "dark")}
    other = notices.of(document(theme=themed))
    for _ in range(2):
        files.keep(other)
    with service.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(served_file)).scalar_one() == 6


def test_what_another_process_has_kept_meanwhile_stays(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    files, notice = ServedFiles(service.engine, lambda: 7), notices.of(document())
    files.keep(notice)
    monkeypatch.setattr(files, "_known", lambda _hashes: set())
    files.keep(notice)
    assert files.has("pages.css", assets.of("pages.css", notice).sha256)


def test_without_the_database_readers_are_served_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    files = ServedFiles(create_engine("sqlite:////nowhere/at/all.db"), lambda: 7)
    with caplog.at_level(logging.WARNING):
        files.keep(notices.of(document()))
    assert "not kept" in caplog.text
