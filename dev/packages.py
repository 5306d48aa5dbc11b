"""Install the Debian packages that a make target wants, where that is possible; else say what is missing and go on.

Runs on the system's Python before the virtual environment exists, so it imports nothing but the standard library.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

RUN = ("apertium", "apertium-eng-spa", "apertium-eng-cat")
SERVERS = ("redis-server", "postgresql", "nginx-light")
# the first, without windows, takes half the time; not every Debian has it
BROWSERS = ("chromium-headless-shell", "chromium")
GO = ("golang-go", "golang-golang-x-mod-dev")
TEST = (*RUN, *SERVERS, *BROWSERS, *GO, "openssl", "default-jre-headless")
FAULTS = ("redis-server", "postgresql", *GO, "e2fsprogs", "strace", "faketime")
PURPOSES = {
    "run": (RUN, "English will be translated by the other engines that are set up, or not at all"),
    "test": (TEST, "the tests that need them are skipped"),
    "faults": (FAULTS, "the faults that need them are skipped"),
}


def missing(wanted: tuple[str, ...]) -> list[str]:
    """Name the packages that are not installed."""
    states = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted], capture_output=True, text=True
    )
    installed = {line.split()[0] for line in states.stdout.splitlines() if line.endswith(" installed")}
    return [package for package in wanted if package not in installed]


def installer() -> list[str] | None:
    """Return how to call apt-get as root, or None where this user may not."""
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return None


def install(packages: list[str], apt: list[str]) -> bool:
    """Install without a question; tell whether it worked."""
    # Without this, Debian starts a Redis and a PostgreSQL of its own, which nobody asked for.
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    options = ["-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]
    for arguments in (["update", "-qq"], ["install", *options, *packages]):
        done = subprocess.run([*apt, *arguments], env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode and arguments[0] == "install":
            print((done.stderr.strip().splitlines() or ["apt-get failed"])[-1], file=sys.stderr)
            return False
    return True


def main(purpose: str) -> None:
    """Bring the machine as near to what `purpose` wants as it can be brought."""
    wanted, consequence = PURPOSES[purpose]
    if not shutil.which("dpkg-query"):
        if not Path("/usr/share/apertium/modes").is_dir():
            print(f"Apertium is not installed and this is no Debian: {consequence}.", flush=True)
        return
    lacking = missing(wanted)
    if not lacking:
        return
    apt = installer()
    if apt:
        print(f"Installing {' '.join(lacking)} …", flush=True)
    if apt:
        # one that is nowhere must not cost the others
        lacking = [] if install(lacking, apt) else [each for each in lacking if not install([each], apt)]
    if lacking:
        print(f"Not installed: {' '.join(lacking)} (apt-get install them as root): {consequence}.", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
