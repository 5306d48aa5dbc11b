import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent import audit
from consent.audit import Row
from consent.exports.forms import Csv, JsonLd, JsonLines
from consent.exports.lines import Line, Terms, client_ms, moment
from consent.instants import text
from consent.ledger.canonical import canonical
from tests.bench.arrivals import arrivals

RECEIPTS = "https://consent.example/v1/receipts/"


def _both(choice: bytes | None, person: Any, context: Any, **changes: Any) -> tuple[Line, Terms, Row]:
    """Make one record as exports have it, and as the audit API does."""
    it = next(iter(arrivals(1)))
    terms = Terms(site=it.site, **it.terms)
    parts = [None if part is None else canonical(part) for part in (person, context)]
    line = Line(7, it.record_id, it.received_ms, 3, it.leaf, choice, *parts)
    words = ("site", "event", "action", "notice", "language", "layer", "writer", "regulation", "region")
    told = [getattr(terms, name) for name in words]
    return line, terms, Row(7, it.record_id, *told, it.received_ms, it.leaf, choice, *parts)


def _json_line(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


TEXTS = st.none() | st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@given(TEXTS, TEXTS, st.booleans(), st.booleans(), st.booleans())
def test_lines_and_rows_are_those_of_the_audit_api(
    account: str | None, page: str | None, known: bool, named: bool, strings: bool
) -> None:
    body = next(iter(arrivals(1))).choice.body
    if strings:
        body = canonical(
            json.loads(body)
            | {"tc_string": "CQ.a", "events": {"tc_string": "given"}, "gpp_string": None, "component": "app"}
        )
    person = {"subject": "s", "account": account} if named else None
    line, terms, row = _both(body if known else None, person, {"page": page})
    told = audit.tell(row, RECEIPTS + row.record)
    assert JsonLines(RECEIPTS).write([line, line], {3: terms}).decode() == 2 * _json_line(told)
    table = Csv(RECEIPTS)
    assert (table.head() + table.write([line], {3: terms})).decode() == "".join(audit.csv_table(audit.COLUMNS, [told]))


def test_the_browser_s_clock_is_found_whatever_purposes_are_called() -> None:
    choice = {"action": "preferences", "asked": ["client_at"], "client_at": 17, "purposes": {"client_at": True}}
    assert client_ms(canonical(choice)) == 17
    assert client_ms(canonical(choice | {"client_at": None})) is None
    assert client_ms(canonical({"action": "agree"})) is None
    assert client_ms(None) is None


@given(st.integers(0, 4_102_444_800_000))
def test_a_moment_is_written_as_everywhere(unix_ms: int) -> None:
    assert moment(unix_ms) == text(unix_ms)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_json_ld_is_one_document_whose_last_node_tells_of_the_export(count: int) -> None:
    form, records = JsonLd(RECEIPTS), list(arrivals(count))
    terms = {at: Terms(site=it.site, **it.terms) for at, it in enumerate(records)}
    lines = [
        Line(at, it.record_id, it.received_ms, at, it.leaf, it.choice.body, b'{"subject":"s"}', None)
        for at, it in enumerate(records)
    ]
    about = {"export": "e", "created_at": "now", "filter": {}, "tree_size": 9, "checkpoint": "note"}
    pieces = [form.head(), *(form.write([line], terms) for line in lines), form.tail(about, [])]
    document = json.loads(b"".join(pieces))
    *nodes, last = document["@graph"]
    assert last["@type"] == "schema:Dataset" and last["dct:description"]["tree_size"] == 9
    assert [node["dct:identifier"] for node in nodes] == [it.record_id for it in records]
    for node, it in zip(nodes, records, strict=True):
        assert {each["dct:identifier"]: each["given"] for each in node["dpv:hasProcess"]} == it.terms["purposes"]
        assert node["dpv:hasConsentStatus"] == f"dpv:Consent{it.terms['event'].title()}"


def test_no_spreadsheet_runs_a_cell_of_an_export() -> None:
    line, terms, _ = _both(None, {"subject": "=1+1", "account": "@x"}, {"page": '+a,\n"b"'})
    [row] = csv.reader(io.StringIO(Csv(RECEIPTS).write([line], {3: terms}).decode(), newline=""))
    told = [row[audit.COLUMNS.index(name)] for name in ("subject", "account", "page")]
    assert told == ["'=1+1", "'@x", '\'+a,\n"b"']
