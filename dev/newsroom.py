"""Set the sample newsroom up through the command lines, as an operator would; doing it again changes nothing."""

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dev.environment import SITE
from dev.failure import StartFailure

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample"
LEAD = "harbour-bridge"


class Newsroom:
    """The newsroom of one run.

    Args:
        environ: the environment of its commands.
        page_port: where readers find it; its pages' origins are made of it.
    """

    def __init__(self, environ: Mapping[str, str], page_port: int) -> None:
        self._environ = environ
        self._origins = [f"http://{host}:{page_port}" for host in ("localhost", "127.0.0.1")]

    def set_up(self) -> None:
        """Make databases, keys, site, notice and articles.

        Raises:
            StartFailure: a command failed.
        """
        with ThreadPoolExecutor() as at_once:
            for done in [at_once.submit(self._set_up_consent), at_once.submit(self._set_up_publisher)]:
                done.result()

    def console_token(self) -> str:
        """Make a token that opens the console once, within a day."""
        arguments = ["--label", "make run", "--role", "administrator"]
        return self._run("consent", ["token", "create", *arguments, "--ttl", "86400", "--one-time"])

    def _set_up_consent(self) -> None:
        origins = [word for origin in self._origins for word in ("--origin", origin)]
        self._run(
            "consent",
            ["migrate"],
            ["keys", "create"],
            ["site", "add", SITE, *origins],
            ["notice", "publish", str(SAMPLE / "notice.yaml")],
        )

    def _set_up_publisher(self) -> None:
        # the newest leads the front page, hence the long one last
        files = sorted(SAMPLE.glob("articles/*.md"), key=lambda path: (path.stem == LEAD, path.stem))
        self._run(
            "publisher",
            ["migrate"],
            ["import", *map(str, files)],
            ["documents", "add", *map(str, sorted(SAMPLE.glob("documents/*.md")))],
        )

    def _run(self, package: str, *commands: list[str]) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "dev.commands", package],
            env=dict(self._environ),
            input=json.dumps(commands),
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise StartFailure(f"{package}: {last}")
        return done.stdout.strip()
