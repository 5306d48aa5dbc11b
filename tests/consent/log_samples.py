"""Logs and bundles made without any server, signed by a key of the test, to be read and broken."""

import base64
import json
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from consent.ledger.canonical import canonical
from consent.ledger.commitments import Opening, commit
from consent.ledger.entries import record_tag
from consent.ledger.merkle import inclusion_proof, leaf_hash, root
from consent.ledger.notes import Checkpoint
from consent.ledger.signing import Signer
from consent.ledger.tiles import WIDTH, encode_bundle, encode_path, widths
from consent.ledger.tree import Edge
from tests.consent.ledger.conftest import NOTICE, choice

SIGNER = Signer("consent.example/log", bytes(range(32)))
KEY = SIGNER.verifier.vkey


def leaves(size: int) -> list[bytes]:
    """So many entries, all different."""
    return [b'{"n":%d}' % n for n in range(size)]


def write_log(directory: Path, entries: Sequence[bytes], signer: Signer = SIGNER) -> str:
    """Write a log's files and return its address."""
    edge = Edge(0)
    for tile, data in edge.append(map(leaf_hash, entries)):
        _write(directory / f"tile/{tile.level}/{encode_path(tile.n)}", data)
    for tile in widths(len(entries)):
        _write(directory / f"tile/{tile.level}/{encode_path(tile.n, tile.width)}", edge.levels()[tile.level])
    for n in range(0, len(entries), WIDTH):
        part = entries[n : n + WIDTH]
        _write(directory / f"tile/entries/{encode_path(n // WIDTH, len(part))}", encode_bundle(part))
    _write(directory / "checkpoint", signer.sign(Checkpoint(signer.name, len(entries), edge.root()).text()).encode())
    return directory.as_uri()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


class Bundle:
    """A regulator bundle of a log of `size` records, to be changed member by member before it is written."""

    def __init__(self, size: int = 5, taken: Sequence[int] = (4, 2, 0)) -> None:
        parts = [self._parts(n) for n in range(size)]
        stored = [self._leaf(n, each) for n, each in enumerate(parts)]
        hashes = [leaf_hash(leaf) for leaf in stored]
        self.records: list[dict[str, Any]] = [
            {
                "index": n,
                "record": self._record(n),
                "leaf": _base64(stored[n]),
                **{name: _opening(part) for name, part in parts[n].items()},
                "inclusion": [_base64(each) for each in inclusion_proof(n, hashes)],
            }
            for n in taken
        ]
        note = SIGNER.sign(Checkpoint(SIGNER.name, size, root(hashes)).text())
        self.members = {"checkpoint": note.encode(), f"notices/{sha256(NOTICE).hexdigest()}.json": NOTICE}
        self.manifest: dict[str, Any] = {
            "format": "imprimatur/bundle/v1",
            "origin": SIGNER.name,
            "keys": [KEY],
            "witnesses": [],
            "created_at": "2026-11-26T05:00:00.000Z",
            "filter": {"site": "newsroom"},
            "records": len(taken),
        }

    @staticmethod
    def _record(n: int) -> str:
        return f"721ed0b1-1f5b-8ff6-8667-{n:012}"

    @staticmethod
    def _parts(n: int) -> dict[str, Opening]:
        bodies = {"choice": choice(), "person": {"subject": f"reader {n}", "account": None}, "context": {"page": "/a"}}
        return {name: Opening(bytes([n]) * 32, canonical(body)) for name, body in bodies.items()}

    def _leaf(self, n: int, parts: dict[str, Opening]) -> bytes:
        head = {"v": 1, "k": "given", "id": record_tag(self._record(n)), "site": "newsroom", "t": n}
        commitments = {name: commit(name, *part) for name, part in parts.items()}
        return canonical(head | {"notice": sha256(NOTICE).hexdigest()} | commitments)

    def write(self, path: Path) -> Path:
        """Write it with the hashes of what its members are by now."""
        lines = "".join(json.dumps(each) + "\n" for each in self.records).encode()
        members = self.members | {"records.jsonl": lines}
        hashes = {name: sha256(data).hexdigest() for name, data in members.items()}
        manifest = {"members": hashes} | self.manifest
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
            archive.writestr("manifest.json", json.dumps(manifest))
        return path


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _opening(part: Opening) -> dict[str, str]:
    return {"salt": _base64(part.salt), "body": part.body.decode()}
