"""The table of faults names tests that are there."""

import re
from pathlib import Path

HERE = Path(__file__).parent
ROW = re.compile(r"^\| (F\d+) \|.*$", re.MULTILINE)
NAMED = re.compile(r"\[(test_\w+)\]\(([\w./]+)\)")


def test_every_fault_names_tests_and_every_one_of_them_exists() -> None:
    table = (HERE / "README.md").read_text()
    rows = {match[1]: NAMED.findall(match[0]) for match in ROW.finditer(table)}
    assert list(rows) == [f"F{number}" for number in range(1, 20)]
    assert all(rows.values())
    named = [each for tests in rows.values() for each in tests]
    assert [name for name, file in named if f"\ndef {name}(" not in (HERE / file).read_text()] == []


def test_every_test_of_a_fault_stands_in_the_table() -> None:
    table = (HERE / "README.md").read_text()
    ours = ("kills", "power_cut", "disk_faults", "redis_faults", "rival_drains", "drain_deaths", "clock_steps")
    defined = [
        name for each in ours for name in re.findall(r"^def (test_\w+)", (HERE / f"test_{each}.py").read_text(), re.M)
    ]
    assert [name for name in defined if f"[{name}]" not in table] == []
