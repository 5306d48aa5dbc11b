"""One bit that a node shares with its forked children: it was asked to stop, so long work is to be given back."""

import mmap


class Stopping:
    """Set once in the parent, seen in every child that was forked after it was made."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 1)  # anonymous and shared: a fork keeps it, other processes never see it

    def set(self) -> None:
        """Ask everybody to stop."""
        self._memory[0] = 1

    def __bool__(self) -> bool:
        """Whether that was asked."""
        return bool(self._memory[0])
