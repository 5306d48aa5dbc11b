import subprocess
import sys
from pathlib import Path

import pytest

from dev import packages


def dpkg_query(directory: Path, answer: str) -> None:
    program = directory / "dpkg-query"
    program.write_text(f"#!/bin/sh\nprintf '{answer}'\n")
    program.chmod(0o755)


def test_packages_that_were_removed_or_never_there_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dpkg_query(tmp_path, "apertium installed\\nchromium config-files\\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert packages.missing(("apertium", "chromium", "golang-go")) == ["chromium", "golang-go"]


def test_a_machine_without_debian_packages_is_told_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/usr/bin/env", f"PATH={tmp_path}", sys.executable, "-m", "dev.packages", "run"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") <= 1
