"""A disk whose power can be cut: ext4 in a file, of which only what was flushed is in a copy of that file.

`kill -9` leaves the page cache to the next process; only a copy of the image, taken while nothing was unmounted, shows
what a machine would find after its power was gone.
"""

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

# the filesystem itself must not flush by chance: what survives is what a program asked for
OPTIONS = "loop,commit=300"


class CannotMount(Exception):
    """No loop devices, no rights or no ext4 here."""


class LoopDisk:
    """A mounted image."""

    def __init__(self, size_mb: int = 64) -> None:
        """Make an empty disk.

        Raises:
            CannotMount: with the reason.
        """
        # Not in pytest's own directory: that one is closed to PostgreSQL's user.
        self._place = tempfile.TemporaryDirectory(prefix="disk-")
        self._image = Path(self._place.name) / "image"
        self._mounted: list[Path] = []
        with self._image.open("wb") as file:
            file.truncate(size_mb << 20)
        try:
            _run("mkfs.ext4", "-q", "-F", str(self._image))
            self.path = self._mount(self._image)
        except CannotMount:
            self._place.cleanup()
            raise

    def cut(self) -> Path:
        """Return where the disk is mounted as it would be after a power cut now; whoever wrote to it was killed."""
        copy = self._image.with_name(f"image-{len(self._mounted)}")
        _run("cp", "--sparse=always", str(self._image), str(copy))
        self.path = self._mount(copy)
        return self.path

    def fill(self) -> Path:
        """Leave no room on it; returns the file to delete for having room again."""
        ballast = self.path / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(1 << 16))
        return ballast

    def close(self) -> None:
        """Unmount and forget everything. Whoever used it has ended."""
        for path in reversed(self._mounted):
            _run("umount", str(path))
        self._place.cleanup()

    def _mount(self, image: Path) -> Path:
        os.chmod(self._place.name, 0o755)
        path = Path(self._place.name) / f"disk-{len(self._mounted)}"
        path.mkdir()
        _run("mount", "-o", OPTIONS, str(image), str(path))
        self._mounted.append(path)
        return path


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        raise CannotMount(f"{command[0]} is not installed") from None
    if done.returncode:
        raise CannotMount(f"{command[0]}: {done.stderr.strip() or done.returncode}")
