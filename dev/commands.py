"""Run several commands of one of the command lines in one process, which takes longer to start than most of them.

`python -m dev.commands PACKAGE`; standard input holds a JSON list of argument lists. The first that fails ends it, as
it would have ended alone.
"""

import importlib
import json
import sys


def main(package: str) -> None:
    """Run the commands in turn."""
    run = importlib.import_module(f"{package}.__main__").main
    for arguments in json.load(sys.stdin):
        sys.argv[1:] = arguments
        try:
            run()
        except SystemExit as end:
            if end.code:
                raise


if __name__ == "__main__":
    main(sys.argv[1])
