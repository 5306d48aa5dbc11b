"""The table of faults names tests that are there, and no test of a fault is missing from it."""

import re

from tests.faults.table import HERE, ROOT, rows


def test_every_fault_names_tests_and_every_one_of_them_exists() -> None:
    table = rows()
    assert [row.number for row in table] == [f"F{number}" for number in range(1, 20)]
    assert all(row.tests for row in table)
    named = [test.split("::") for row in table for test in row.tests]
    assert [name for file, name in named if f"\ndef {name}(" not in (ROOT / file).read_text()] == []


def test_every_test_of_a_fault_stands_in_the_table() -> None:
    named = {test for row in rows() for test in row.tests}
    defined = {
        f"tests/faults/{file.name}::{name}"
        for file in HERE.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
    }
    elsewhere = {each for each in defined - named if re.search(r"/test_(rows|jobs_\w+|accounts_\w+)\.py", each)}
    assert defined - named == elsewhere
