"""Set the sample newsroom up through the command lines, as an operator would; doing it again changes nothing."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import yaml

from dev.environment import SITE
from dev.failure import StartFailure

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample"
LEAD = "harbour-bridge"
POLICY = "/en/policies/privacy/versions/1"


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
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as notice:
            notice.write(self._notice())
            notice.flush()
            self._run(
                "consent",
                ["migrate"],
                ["keys", "create"],
                ["site", "add", SITE, *origins],
                ["notice", "publish", notice.name],
            )

    def _notice(self) -> str:
        """Return the sample's notice, which refers to the first version of the sample's privacy policy."""
        notice = yaml.safe_load((SAMPLE / "notice.yaml").read_text(encoding="utf-8"))
        notice["controller"]["privacy_policy"] = f"{self._environ['PUBLISHER_PUBLIC_URL']}{POLICY}"
        return yaml.safe_dump(notice, allow_unicode=True, sort_keys=False)

    def _set_up_publisher(self) -> None:
        # the newest leads the front page, hence the long one last
        files = sorted(SAMPLE.glob("articles/*.md"), key=lambda path: (path.stem == LEAD, path.stem))
        self._run(
            "publisher",
            ["migrate"],
            ["import", "--missing", *map(str, files)],
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
