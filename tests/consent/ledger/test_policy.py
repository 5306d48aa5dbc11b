"""Policy files (c2sp.org/tlog-policy): the specification's example, its quorum, and what it forbids."""

from itertools import combinations

import pytest

from consent.ledger.policy import Policy, parse
from consent.ledger.signing import COSIGNATURE, Signer

NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
KEYS = {name: Signer(f"{name}.example", name.encode() * 16, COSIGNATURE).verifier.vkey for name in NAMES}
LOG = Signer("consent.example/log", bytes(32)).verifier.vkey
EXAMPLE = f"""
# a comment
log {LOG}

witness X1 {KEYS["X1"]} https://x1.example/
  witness\tX2  {KEYS["X2"]}\t
witness X3 {KEYS["X3"]}
group X-witnesses 2 X1 X2 X3

witness Y1 {KEYS["Y1"]}
witness Y2 {KEYS["Y2"]}
witness Y3 {KEYS["Y3"]}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""
ONE = f"witness X1 {KEYS['X1']}\n"


def test_two_of_one_house_and_any_of_the_other_are_enough_and_nothing_less() -> None:
    policy = parse(EXAMPLE)
    for count in range(len(NAMES) + 1):
        for names in combinations(NAMES, count):
            enough = sum(name[0] == "X" for name in names) >= 2 and any(name[0] == "Y" for name in names)
            assert policy.met_by([KEYS[name] for name in names]) is enough, names


def test_witnesses_have_their_addresses_without_a_slash_at_the_end() -> None:
    policy = parse(EXAMPLE)
    assert [each.url for each in policy.witnesses.values()] == ["https://x1.example", None, None, None, None, None]


def test_a_policy_may_ask_for_nothing_or_for_one_witness() -> None:
    assert parse("quorum none\n").met_by([]) and Policy().met_by([])
    assert parse(f"{ONE}quorum none").met_by([])
    one = parse(f"{ONE}quorum X1")
    assert one.met_by([KEYS["X1"]]) and not one.met_by([KEYS["X2"]])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a quorum line is missing"),
        (ONE, "a quorum line is missing"),
        ("quorum X1", "line 1: X1 is not defined before"),
        (f"quorum X1\n{ONE}", "line 1: X1 is not defined before"),
        (f"{ONE}quorum X1\nquorum none", "line 3: a second quorum"),
        (f"{ONE}{ONE}quorum none", "line 2: X1 is taken already"),
        (f"{ONE}witness again {KEYS['X1']}\nquorum none", "line 2: a key that is there already"),
        (f"witness none {KEYS['X1']}\nquorum none", "line 1: none is taken already"),
        (f"witness X1 {LOG}\nquorum none", "line 1: witness X1: key: expected"),
        (f"log {KEYS['X1']}\nquorum none", "line 1: key: expected"),
        (f"{ONE}group g 2 X1\nquorum g", "line 2: group g: expected any, all, or a number from 1 to 1, got '2'"),
        (f"{ONE}group g 0 X1\nquorum g", "line 2: group g: expected any, all, or a number"),
        (f"{ONE}group g most X1\nquorum g", "line 2: group g: expected any, all, or a number"),
        (f"{ONE}group g any\nquorum g", "line 2: group g: expected a member"),
        (f"{ONE}group g any X1 X1\nquorum g", "line 2: X1 is a member twice"),
        (f"{ONE}group g any X1\ngroup h any X1\nquorum h", "line 3: X1 is a member twice"),
        (f"{ONE}group g any none\nquorum g", "line 2: none is not defined before"),
        (f"{ONE}group X1 any X1\nquorum X1", "line 2: X1 is taken already"),
        (f"{ONE.strip()} ftp://x1.example\nquorum X1", "line 1: witness X1: expected an address"),
        ("witness X1\nquorum none", "line 1: "),
        ("quorum\n", "line 1: "),
        ("quorum none none\n", "line 1: "),
        ("policy none", "line 1: expected log, witness, group or quorum"),
        ("quorum none\r\n", "line 1: a control character"),
        ("quorum none\x7f", "line 1: a control character"),
    ],
)
def test_a_file_that_is_no_policy_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ValueError) as raised:
        parse(text)
    assert str(raised.value).startswith(told)
