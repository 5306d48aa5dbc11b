"""A drain that ends or stops itself at a call of one function, and writes down every note as soon as it has signed it.

    HOOK='{"at": "consent.store.ledger Ledger.append_batch", "when": "before", "signal": "SIGSTOP"}' \
    NOTES=file python -m tests.faults.hooked_drain

It does so once; stopped, it goes on after SIGCONT like any other.
"""

import importlib
import json
import os
import signal
from collections.abc import Callable
from functools import reduce
from typing import Any

from chassis.settings import read
from consent.settings import Settings
from consent.store import checkpoints
from worker import drain


def hook(at: str, when: str, signal: str) -> None:
    """Send this process a signal `before` the next call of a function, or `after` it has returned."""
    module, path = at.split()
    *owners, name = path.split(".")
    owner = reduce(getattr, owners, importlib.import_module(module))
    _replace(owner, name, when, lambda _: _once(signal))


def _once(name: str, sent: list[str] = []) -> None:  # noqa: B006 - it is the process's own memory
    if not sent:
        sent.append(name)
        os.kill(os.getpid(), signal.Signals[name])


def _replace(owner: Any, name: str, when: str, do: Callable[[Any], None]) -> None:
    function = getattr(owner, name)

    def hooked(*arguments: Any, **more: Any) -> Any:
        if when == "before":
            do(None)
        result = function(*arguments, **more)
        if when == "after":
            do(result)
        return result

    setattr(owner, name, hooked)


def keep_notes(file: str) -> None:
    """Write each note down as it leaves the key, committed or not."""

    def keep(note: str) -> None:
        with open(file, "a") as notes:
            notes.write(json.dumps(note) + "\n")

    _replace(checkpoints, "sign", "after", keep)


if __name__ == "__main__":
    keep_notes(os.environ["NOTES"])
    hook(**json.loads(os.environ["HOOK"]))
    drain.main(read(Settings, os.environ))
