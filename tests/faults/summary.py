"""What a full round tells at its end: for each row of the table how its tests went, and what was counted in them."""

from collections import Counter, defaultdict
from collections.abc import Iterable

import pytest

from tests.faults.table import Row, rows

FIRST = ("kills", "cuts", "acknowledged", "lost", "double")


class Summary:
    """A plugin of pytest."""

    def __init__(self) -> None:
        self._outcomes = defaultdict[str, dict[str, str]](dict)
        self._seconds = Counter[str]()
        self._counted: dict[str, list[tuple[str, object]]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = report.nodeid.partition("[")[0]
        self._seconds[test] += report.duration
        self._counted[report.nodeid] = report.user_properties
        if report.when == "call" or report.outcome != "passed":
            self._outcomes[test][report.nodeid] = report.outcome

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("faults")
        for row in rows():
            terminalreporter.line(self._line(row))
        named = {test for row in rows() for test in row.tests}
        terminalreporter.line(
            self._line(Row("", "other tests", [each for each in self._outcomes if each not in named]))
        )
        terminalreporter.line(f"all: {_told(self._counts(self._counted))}")

    def _line(self, row: Row) -> str:
        outcomes = Counter(each for test in row.tests for each in self._outcomes.get(test, {}).values())
        seconds = sum(self._seconds[test] for test in row.tests)
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "not run"
        counts = self._counts(each for test in row.tests for each in self._outcomes.get(test, {}))
        return f"{row.number:3} {told:24} {seconds:5.0f} s  {row.fault}{': ' if counts else ''}{_told(counts)}"

    def _counts(self, tests: Iterable[str]) -> Counter[str]:
        counts = Counter[str]()
        for test in tests:
            for name, count in self._counted[test]:
                counts[name] += int(str(count))
        return counts


def _told(counts: Counter[str]) -> str:
    names = [*(name for name in FIRST if name in counts), *(name for name in counts if name not in FIRST)]
    return ", ".join(f"{counts[name]} {name.replace('_', ' ')}" for name in names)
