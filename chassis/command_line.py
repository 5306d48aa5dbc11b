"""Command lines: an error is one line on stderr and an exit code."""

import sys
from typing import NoReturn

import click

from chassis.errors import Problem
from chassis.settings import SettingError

FAILED = 1
USAGE = 2


def run(command: click.Command) -> NoReturn:
    """Run `command` with the process's arguments and exit: 0 done, 1 failed, 2 wrong usage or setting."""
    try:
        # standalone: click would print a usage text of several lines before the one that matters
        result = command.main(standalone_mode=False)
    except click.exceptions.Abort:
        _exit("interrupted", 130)
    except click.ClickException as error:
        _exit(error.format_message(), USAGE if isinstance(error, click.UsageError) else FAILED)
    except SettingError as error:
        _exit(str(error), USAGE)
    except Problem as error:
        _exit(error.detail, FAILED)
    sys.exit(result if isinstance(result, int) else 0)


def _exit(message: str, code: int) -> NoReturn:
    print(" ".join(message.split()), file=sys.stderr)
    sys.exit(code)
