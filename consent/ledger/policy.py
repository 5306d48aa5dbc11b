"""Which witnesses a log asks, and how many of them make its checkpoint count: the file of c2sp.org/tlog-policy."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from consent.ledger.signing import COSIGNATURE, NoteError, Verifier, read_vkey

NONE = "none"


@dataclass(frozen=True)
class Witness:
    """A witness, by the name that the policy gives it; `url` is where it takes checkpoints, None where not told."""

    name: str
    key: Verifier
    url: str | None


@dataclass(frozen=True)
class Group:
    """At least `least` of the members, which are witnesses and other groups."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """The witnesses, and the quorum among them. The empty one has no witnesses and is always met."""

    witnesses: Mapping[str, Witness] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    def met_by(self, vkeys: Collection[str]) -> bool:
        """Tell whether cosignatures by these keys are enough."""
        return self.quorum == NONE or self._met(self.quorum, vkeys)

    def _met(self, name: str, vkeys: Collection[str]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name].key.vkey in vkeys
        group = self.groups[name]
        return sum(self._met(member, vkeys) for member in group.members) >= group.least


def parse(text: str) -> Policy:
    """Read a policy file; lines of logs are checked and passed over.

    Raises:
        ValueError: it is none; the message names the line.
    """
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), start=1):
        if any((letter < " " and letter != "\t") or letter == "\x7f" for letter in line):
            raise ValueError(f"line {number}: a control character")
        words = [word for word in line.replace("\t", " ").split(" ") if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            reader.take(*words)
        except (ValueError, TypeError) as error:
            raise ValueError(f"line {number}: {error}") from None
    if reader.quorum is None:
        raise ValueError("a quorum line is missing (`quorum none` asks for nothing)")
    return Policy(reader.witnesses, reader.groups, reader.quorum)


class _Reader:
    def __init__(self) -> None:
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._public: set[bytes] = set()
        self._members: set[str] = set()

    def take(self, what: str, *words: str) -> None:
        lines: dict[str, Callable[..., None]] = {
            "log": self._log, "witness": self._witness, "group": self._group, "quorum": self._quorum
        }  # fmt: skip
        if what not in lines:
            raise ValueError(f"expected log, witness, group or quorum, got {what!r}")
        lines[what](*words)

    def _log(self, vkey: str, url: str | None = None) -> None:
        self._once(read_vkey(vkey))

    def _witness(self, name: str, vkey: str, url: str | None = None) -> None:
        self._fresh(name)
        try:
            key = read_vkey(vkey, COSIGNATURE)
        except NoteError as error:
            raise ValueError(f"witness {name}: {error}") from None
        self._once(key)
        if url is not None and not url.startswith(("http://", "https://")):
            raise ValueError(f"witness {name}: expected an address that starts with http:// or https://, got {url!r}")
        self.witnesses[name] = Witness(name, key, None if url is None else url.rstrip("/"))

    def _group(self, name: str, least: str, *members: str) -> None:
        self._fresh(name)
        if not members:
            raise ValueError(f"group {name}: expected a member")
        for member in members:
            self._known(member)
            if member in self._members:
                raise ValueError(f"{member} is a member twice")
            self._members.add(member)
        counts = {"any": 1, "all": len(members)}
        count = counts.get(least) or (int(least) if least.isascii() and least.isdigit() else 0)
        if not 1 <= count <= len(members):
            raise ValueError(f"group {name}: expected any, all, or a number from 1 to {len(members)}, got {least!r}")
        self.groups[name] = Group(count, members)

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise ValueError("a second quorum")
        if name != NONE:
            self._known(name)
        self.quorum = name

    def _fresh(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise ValueError(f"{name} is taken already")

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise ValueError(f"{name} is not defined before")

    def _once(self, key: Verifier) -> None:
        if key.public in self._public:
            raise ValueError("a key that is there already")
        self._public.add(key.public)
