"""Set the sample newsroom up through the command lines, as an operator would; doing it again changes nothing."""

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from dev.environment import SITE
from dev.failure import StartFailure

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample"
LEAD = "harbour-bridge"


class Tokens(NamedTuple):
    """What opens the console and the desk, once each."""

    console: str
    desk: str


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

    def tokens(self) -> Tokens:
        """Make tokens that open the console and the desk once, within a day."""
        create = ["token", "create", "--label", "make run", "--role", "administrator", "--one-time"]
        with ThreadPoolExecutor() as at_once:
            return Tokens(*at_once.map(lambda of: self._run(of, [*create, "--ttl", "86400"]), ("consent", "publisher")))

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
