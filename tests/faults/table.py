"""The table of faults, as `README.md` has it; run, it names the tests that are kept elsewhere, for pytest."""

import re
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
_ROW = re.compile(r"^\| (F\d+) \| (.*?) \|.*$", re.MULTILINE)
_NAMED = re.compile(r"\[(test_\w+)\]\(([\w./]+)\)")


class Row(NamedTuple):
    """A fault and the tests that make it, each as pytest names it: `file::test`."""

    number: str
    fault: str
    tests: list[str]


def rows() -> list[Row]:
    text = (HERE / "README.md").read_text()
    return [Row(match[1], match[2], [_id(*each) for each in _NAMED.findall(match[0])]) for match in _ROW.finditer(text)]


def _id(name: str, file: str) -> str:
    return f"{(HERE / file).resolve().relative_to(ROOT)}::{name}"


if __name__ == "__main__":
    print(*sorted({test for row in rows() for test in row.tests if not test.startswith("tests/faults/")}))
