"""The linter: a notice that breaks a rule of consent is not published, whoever asks.

It reads a notice of any shape, before its schema does, so that a breach is told as the rule it breaks.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chassis.errors import Problem
from consent.iab.signals import Framework
from consent.linter import contrast, duties, first_layer, frameworks, wording
from consent.linter.findings import REFUSE, Finding, members

NONE = Framework()

Rule = Callable[[Mapping[str, Any]], Iterator[Finding]]

__all__ = ["REFUSE", "Finding", "NoticeRefused", "admit", "lint"]

RULES: tuple[Rule, ...] = (
    first_layer.refusal,
    first_layer.weight,
    first_layer.ticks,
    contrast.theme,
    duties.controller,
    duties.withdrawal,
    duties.every_language,
    duties.accounts,
    duties.purposes_named,
    duties.vendors,
    duties.validity,
    wording.implied,
    wording.labels,
    wording.wall,
)


#: Rules that ask what the operator has of the IAB's frameworks.
FRAMEWORK_RULES = (
    frameworks.operator,
    frameworks.marketing,
    frameworks.vendor_list,
    frameworks.standard_wording,
)


class NoticeRefused(Problem):
    """A notice breaks a rule of consent; its fields are the findings."""

    kind = "notice-refused"


def lint(notice: Any, framework: Framework = NONE) -> tuple[Finding, ...]:
    """Return what is wrong or doubtful in a notice, in the order of the rules.

    Args:
        notice: of any shape.
        framework: what the operator has of TCF and GPP.
    """
    read = members(notice)
    found = [finding for rule in RULES for finding in rule(read)]
    return (*found, *(finding for each in FRAMEWORK_RULES for finding in each(read, framework)))


def admit(notice: Any, framework: Framework = NONE) -> tuple[Finding, ...]:
    """Return the warnings about a notice that may be published.

    Args:
        notice: of any shape.
        framework: what the operator has of TCF and GPP.

    Raises:
        NoticeRefused: it breaks a rule.
    """
    findings = lint(notice, framework)
    breaches = tuple(finding for finding in findings if finding.level == REFUSE)
    if breaches:
        raise NoticeRefused("; ".join(f"{each.rule}: {each.field}" for each in breaches), *breaches)
    return findings
