"""Commands that share a process."""

import json
import subprocess
import sys


def test_they_run_in_turn_until_one_fails() -> None:
    commands = [["token", "--help"], ["nonsense"], ["token", "--help"]]
    command = [sys.executable, "-m", "dev.commands", "publisher"]
    done = subprocess.run(command, input=json.dumps(commands), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, "No such command 'nonsense'.\n")
    assert done.stdout.count("Usage:") == 1
