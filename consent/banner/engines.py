"""Bundle the engines of TCF and GPP: `python -m consent.banner.engines`, where npm is there.

What it writes is not in the repository: the IAB's libraries are npm's to bring, in the versions of package-lock.json.
Without npm the two frameworks are off, and the rest of the banner is what it is.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from consent.banner.assets import ENGINES, HERE

ROOT = HERE.parent.parent
NAMES = ("tcf", "gpp")
LICENCES = "/* With @iabtechlabtcf/core and @iabgpp/cmpapi of the IAB Tech Lab, Apache License 2.0 */"


class Unbuildable(Exception):
    """It cannot be bundled here; the message says why."""


def build(root: Path = ROOT, into: Path = ENGINES) -> None:
    """Install what package-lock.json names, unless it is there, and write the engines.

    Raises:
        Unbuildable: there is no npm, or it or the bundler failed.
    """
    install(root)
    bundler = root / "node_modules/.bin/esbuild"
    sources = [str(HERE / "engines" / f"{name}.js") for name in NAMES]
    options = ["--bundle", "--format=esm", "--minify", "--target=es2021", "--log-level=error", "--legal-comments=none"]
    _run([str(bundler), *sources, *options, f"--banner:js={LICENCES}", f"--outdir={into}"], root)


def install(root: Path = ROOT) -> None:
    """Install what package-lock.json names, unless it is there.

    Raises:
        Unbuildable: there is no npm, or it failed.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise Unbuildable("npm is not installed")
    lock, installed = root / "package-lock.json", root / "node_modules/.package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _run([npm, "ci", "--silent"], root)


def _run(command: list[str], root: Path) -> None:
    done = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Unbuildable(f"{Path(command[0]).name}: {said[-1] if said else f'exit {done.returncode}'}")


def main() -> int:
    """Bundle; returns the exit code, which is 0 where it cannot be done, for what needs it goes on without."""
    try:
        build()
    except Unbuildable as error:
        print(f"TCF and GPP are off: {error}.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
