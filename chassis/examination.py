"""What a doctor finds: one line for each thing looked at, and an exit code."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import click
from redis.exceptions import RedisError

from chassis.errors import Unavailable

FAULT, WARN, WELL = "FAULT", "warn", "ok"


class Finding(NamedTuple):
    """One thing looked at: how it is (FAULT, warn or ok), and what was found."""

    subject: str
    level: str
    text: str


class Fault(Exception):
    """Something is wrong; the message says what, and what to do about it."""


class Warn(Exception):
    """Something is not as it should be, and holds for now."""


def look(subject: str, at: Callable[[], str]) -> Finding:
    """Look at one thing: `at` returns what is well, or raises what is not."""
    try:
        return Finding(subject, WELL, at())
    except Warn as warning:
        return Finding(subject, WARN, str(warning))
    except Fault as fault:
        return Finding(subject, FAULT, str(fault))
    except RedisError as error:
        return Finding(subject, FAULT, f"Redis is away: {error}")
    except Unavailable as error:
        return Finding(subject, FAULT, error.detail)


def fault_of(fault: str | None, well: str) -> str:
    """Return `well` where there is no fault, else raise it."""
    if fault:
        raise Fault(fault)
    return well


def tell(findings: Iterable[Finding]) -> int:
    """Print the findings, a line each; returns the exit code, 1 where anything is a fault."""
    code = 0
    for each in findings:
        click.echo(f"{each.level:6}{each.subject}: {' '.join(each.text.split())}")
        code = 1 if each.level == FAULT else code
    return code
