"""Where npm is not: the two frameworks are off, and that is said; nothing else changes."""

import shutil
from pathlib import Path

import pytest

from consent import frameworks
from consent.banner import assets, engines
from consent.banner.engines import Unbuildable


@pytest.fixture
def without_engines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "ENGINES", tmp_path / "built-engines")


def test_without_npm_the_build_says_so_and_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Unbuildable, match="npm is not installed"):
        engines.build(tmp_path, tmp_path)
    assert engines.main() == 0
    assert capsys.readouterr().out == "TCF and GPP are off: npm is not installed.\n"


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_what_npm_says_when_it_fails_is_told(tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text("{")

    with pytest.raises(Unbuildable, match=r"^npm: "):
        engines.build(tmp_path, tmp_path)


def test_a_stub_without_engines_names_none(without_engines: None) -> None:
    body = assets.iab(300, True, True).body

    assert assets.engine("tcf.js") is None and assets.engine("banner.js") is None
    assert not any(mark.encode() in body for mark in (assets.TCF_MARK, assets.GPP_MARK, assets.CMP_MARK, "tcf.js"))
    assert "python -m consent.banner.engines" in (frameworks.lacking() or "")


def test_a_stub_is_small(capsys: pytest.CaptureFixture[str]) -> None:
    stub = assets.iab(300, True, True)

    with capsys.disabled():
        print(f"\nstubs of TCF and GPP: {len(stub.gzip)} B gzip -9")
    assert len(stub.gzip) <= 1_800
