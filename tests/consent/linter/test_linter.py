"""Each rule is broken alone and named; what standard wording says passes in every language."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent import linter
from consent.banner import texts
from consent.notices import CONFLICTS
from tests.consent.factories import document

Change = Callable[[dict[str, Any]], object]
THEME = {
    "light": {"accent": "#34568b", "background": "#ffffff", "text": "#20242b"},
    "dark": {"accent": "#8fb0e3", "background": "#1b1d22", "text": "#e9eaee"},
}

BREACHES: list[tuple[str, str, Change]] = [
    ("refusal-on-first-layer", "layout.buttons", lambda it: it["layout"].update(buttons=["agree", "preferences"])),
    ("equal-weight", "layout.weight", lambda it: it["layout"].update(weight={"agree": 2})),
    ("equal-weight", "layout.refuse_style", lambda it: it["layout"].update(refuse_style="link")),
    (
        "equal-weight",
        "layout.buttons.2",
        lambda it: it["layout"].update(buttons=["refuse", "preferences", {"id": "agree", "primary": True}]),
    ),
    (
        "equal-weight",
        "theme.light.agree_button",
        lambda it: it.update(theme={**THEME, "light": {**THEME["light"], "agree_button": "#00ff00"}}),
    ),
    ("pre-ticked", "purposes.1.default", lambda it: it["purposes"][1].update(default=True)),
    ("pre-ticked", "purposes.2.required", lambda it: it["purposes"][2].update(required=True)),
    ("contrast", "theme.light.text", lambda it: it.update(theme=_coloured(text="#777777"))),
    ("contrast", "theme.light.accent", lambda it: it.update(theme=_coloured(accent="#dddddd"))),
    ("controller", "controller", lambda it: it.pop("controller")),
    ("controller", "controller.email", lambda it: it["controller"].update(email=" ")),
    ("controller", "controller.privacy_policy", lambda it: it["controller"].pop("privacy_policy")),
    ("withdrawal", "texts.es.withdraw", lambda it: it["texts"]["es"].pop("withdraw")),
    ("withdrawal", "texts.en.settings", lambda it: it["texts"]["en"].update(settings="")),
    ("language-complete", "texts.es.saved", lambda it: it["texts"]["es"].pop("saved")),
    ("accounts", "texts.en.accounts", lambda it: it["texts"]["en"].update(accounts="Your choice counts everywhere.")),
    (
        "purposes-named",
        "texts.en.purposes.marketing.body",
        lambda it: it["texts"]["en"]["purposes"]["marketing"].pop("body"),
    ),
    ("vendors", "vendors.0.purposes", lambda it: it["vendors"][0].update(purposes=[])),
    ("vendors", "vendors.1.privacy_policy", lambda it: it["vendors"][1].pop("privacy_policy")),
    ("validity", "validity_days", lambda it: it.update(validity_days=181)),
    ("regulation", "regulation", lambda it: it.update(regulation="atlantis")),
    ("implied-consent", "texts.es.title", lambda it: it["texts"]["es"].update(title="Si sigue navegando, acepta todo")),
    (
        "implied-consent",
        "texts.en.purposes.analytics.body",
        lambda it: it["texts"]["en"]["purposes"]["analytics"].update(body="Scrolling means that you consent."),
    ),
    ("labels", "texts.en.refuse", lambda it: it["texts"]["en"].update(refuse="Manage")),
    ("labels", "texts.es.refuse", lambda it: it["texts"]["es"].update(refuse="Más tarde")),
    ("labels", "texts.en.agree", lambda it: it["texts"]["en"].update(agree="Got it")),
    ("labels", "texts.en.refuse", lambda it: it["texts"]["en"].update(refuse=it["texts"]["en"]["agree"])),
    ("labels", "texts.en.refuse", lambda it: it["texts"]["en"].update(refuse="Close")),
    ("cookie-wall", "texts.en.body", lambda it: it["texts"]["en"].update(body="Accept all cookies or subscribe.")),
]


def _coloured(**light: str) -> dict[str, Any]:
    return {**THEME, "light": {**THEME["light"], **light}}


@pytest.mark.parametrize(("rule", "field", "change"), BREACHES, ids=[f"{rule}:{field}" for rule, field, _ in BREACHES])
def test_a_broken_rule_is_named_and_no_other(rule: str, field: str, change: Change) -> None:
    broken = document()
    change(broken)
    findings = linter.lint(broken)
    assert [(each.rule, each.field) for each in findings] == [(rule, field)]
    assert findings[0].source and findings[0].expected
    assert findings[0].level == ("warn" if rule == "cookie-wall" else "refuse")


def test_a_breach_refuses_and_a_doubt_does_not() -> None:
    doubtful = document()
    doubtful["texts"]["en"]["body"] = "Accept all cookies or subscribe."
    assert [each.rule for each in linter.admit(doubtful)] == ["cookie-wall"]
    doubtful["layout"]["buttons"] = ["agree"]
    with pytest.raises(linter.NoticeRefused, match="refusal-on-first-layer") as caught:
        linter.admit(doubtful)
    assert [each.field for each in caught.value.fields] == ["layout.buttons"]


def test_choices_that_count_in_accounts_are_told_in_every_language() -> None:
    shared = document(accounts={"conflict": "newest"})
    assert [(each.rule, each.field) for each in linter.lint(shared)] == [
        ("accounts", "texts.en.accounts"),
        ("accounts", "texts.es.accounts"),
    ]


@pytest.mark.parametrize("conflict", [None, *CONFLICTS])
@pytest.mark.parametrize("language", texts.languages())
def test_standard_wording_breaks_no_rule(language: str, conflict: str | None) -> None:
    standard = document(
        default_language=language,
        theme=THEME,
        texts=texts.standard([language], ("necessary", "analytics", "marketing"), conflict),
        **({"accounts": {"conflict": conflict}} if conflict else {}),
    )
    standard["texts"][language]["body"] += "".join(
        f" {texts.standard([language], [purpose])[language]['purposes'][purpose]['body']}" for purpose in texts.PURPOSES
    )
    assert linter.lint(standard) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([*document(), "theme"]), JSON)
def test_whatever_stands_in_a_member_the_linter_answers(member: str, value: Any) -> None:
    strange = copy.deepcopy(document())
    strange[member] = value
    assert all(finding.line().isprintable() for finding in linter.lint(strange))


def test_a_finding_is_one_line_whatever_the_notice_names() -> None:
    strange = document(texts={"\n\x1b[2J": {}})
    assert all(finding.line().isprintable() for finding in linter.lint(strange))


@given(JSON)
def test_whatever_comes_it_is_no_notice_to_publish(value: Any) -> None:
    with pytest.raises(linter.NoticeRefused):
        linter.admit(value)
