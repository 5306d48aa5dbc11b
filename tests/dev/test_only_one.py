import os
from pathlib import Path

import pytest

from dev.failure import StartFailure
from dev.only_one import only_one


def test_a_second_run_is_refused_and_names_the_first(tmp_path: Path) -> None:
    lock = tmp_path / "var" / "run.pid"
    with (
        only_one(lock),
        pytest.raises(StartFailure, match=f"already running in this checkout, as process {os.getpid()}"),
        only_one(lock),
    ):
        pass


def test_a_run_after_the_first_is_let_in(tmp_path: Path) -> None:
    for _ in range(2):
        with only_one(tmp_path / "run.pid"):
            assert (tmp_path / "run.pid").read_text() == str(os.getpid())
