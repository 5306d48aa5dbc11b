"""Asks the IAB's own libraries, where node and the packages of package.json are; and the answers they gave, kept."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from consent.banner.engines import ROOT, Unbuildable, build

HERE = Path(__file__).parent
VECTORS = HERE / "vectors.json"


def vectors() -> dict[str, list[list[Any]]]:
    """Return what the libraries answered when the vectors were made: (question, answer) by the kind of the question."""
    kept: dict[str, list[list[Any]]] = json.loads(VECTORS.read_text())
    return kept


def ask(questions: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return the libraries' answers (see reference.mjs); without them the test is skipped."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not (ROOT / "node_modules/@iabtechlabtcf").is_dir():
        try:
            build()
        except Unbuildable as error:
            pytest.skip(str(error))
    command = ["node", str(HERE / "reference.mjs")]
    done = subprocess.run(command, input=json.dumps(questions), capture_output=True, text=True, check=True)
    answers: list[Any] = json.loads(done.stdout)
    return answers
