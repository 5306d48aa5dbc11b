from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.openid.roles import Granted, Rule, granted, parse, values


def test_a_rule_is_a_value_a_role_and_perhaps_a_site() -> None:
    text = "legal=officer; cn=law,dc=example=auditor@paper ;admins = administrator;"
    assert parse(text) == (
        Rule("legal", "officer", None),
        Rule("cn=law,dc=example", "auditor", "paper"),
        Rule("admins", "administrator", None),
    )
    assert parse("") == ()


@pytest.mark.parametrize("text", ["legal", "=officer", "legal=", "legal=@paper", "a=b;c"])
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="value=role"):
        parse(text)


@pytest.mark.parametrize(
    ("name", "claims", "found"),
    [
        ("groups", {"groups": ["a", "b", 7, None]}, ["a", "b"]),
        ("role", {"role": "a"}, ["a"]),
        ("realm_access.roles", {"realm_access": {"roles": ["a"]}}, ["a"]),
        ("https://paper.example/roles", {"https://paper.example/roles": ["a"]}, ["a"]),
        ("groups", {}, []),
        ("groups", {"groups": {"a": "b"}}, []),
        ("groups.inner", {"groups": ["a"]}, []),
    ],
)
def test_a_claim_holds_a_text_or_a_list_of_them(name: str, claims: dict[str, Any], found: list[str]) -> None:
    assert values(claims, name) == found


RULES = st.lists(
    st.builds(Rule, st.sampled_from("abc"), st.sampled_from(["x", "y"]), st.sampled_from([None, "s", "t"]))
)


@given(RULES, st.lists(st.sampled_from("abcd")))
def test_nobody_gets_a_role_on_a_site_that_no_rule_gives_them_there(rules: list[Rule], held: list[str]) -> None:
    given_to = granted(rules, held)
    fitting = [rule for rule in rules if rule.value in held]
    if given_to is None:
        assert fitting == []
        return
    assert given_to.site == fitting[0].site
    assert given_to == Granted(frozenset(r.role for r in fitting if r.site == given_to.site), given_to.site)
