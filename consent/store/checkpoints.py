"""Signing the committed tree: one root per size for ever, and never a smaller size than was signed before."""

import time
from typing import NamedTuple

from sqlalchemy import insert, select

from chassis.sql import read, write
from consent.ledger.notes import Checkpoint, open_checkpoint, sign
from consent.ledger.signing import Signer
from consent.store import ledger_tables as tables
from consent.store.ledger import Ledger
from consent.store.tree_tiles import edge_of


class Equivocation(Exception):
    """Signing now would contradict a checkpoint that was signed before. The log must be looked at by a person."""


class Behind(Exception):
    """The ledger is smaller than what was signed: restored from a backup, and not caught up yet."""


class Checkpoints:
    """The signed checkpoints of one log."""

    def __init__(self, ledger: Ledger, *signers: Signer) -> None:
        """Sign for `ledger` with all of `signers`: during a rotation the old key's line stands beside the new one's."""
        self._ledger = ledger
        self._signers = signers

    def sign(self) -> str:
        """Return the checkpoint of the committed tree, signed now or before.

        Raises:
            Behind: the ledger is smaller than the newest checkpoint.
            Equivocation: the tree of that size was signed with another root.
        """
        table, state = tables.checkpoint, tables.log_state
        with write(self._ledger.engine) as connection:
            log_id, size = connection.execute(
                select(state.c.log_id, state.c.size).where(state.c.origin == self._ledger.origin).with_for_update()
            ).one()
            root = edge_of(connection, log_id, size).root()
            newest = connection.execute(
                select(table.c.size, table.c.root, table.c.note)
                .where(table.c.log_id == log_id)
                .order_by(table.c.size.desc())
                .limit(1)
            ).one_or_none()
            if newest is not None and newest.size > size:
                raise Behind(f"the ledger has {size} entries, {newest.size} were signed")
            if newest is not None and newest.size == size:
                if newest.root != root:
                    raise Equivocation(f"at {size} entries another root was signed")
                return str(newest.note)
            note = sign(Checkpoint(self._ledger.origin, size, root).text(), self._signers)
            created = int(time.time() * 1000)
            connection.execute(insert(table).values(log_id=log_id, size=size, root=root, note=note, created_ms=created))
        return note

    def check_against(self, known: str) -> None:
        """Compare the ledger with a checkpoint kept elsewhere.

        Raises:
            Behind: the ledger has not come that far (again).
            Equivocation: at that size it has another root.
            NoteError: it is no checkpoint of this log.
        """
        own = {signer.verifier for signer in self._signers}
        checkpoint = open_checkpoint(known, *own.union(self._ledger.keys))
        size = self._ledger.size
        if size < checkpoint.size:
            raise Behind(f"the ledger has {size} entries, a checkpoint of {checkpoint.size} is known")
        if self._ledger.tree(checkpoint.size).root() != checkpoint.root:
            raise Equivocation(f"the known checkpoint of {checkpoint.size} entries has another root")


class Signed(NamedTuple):
    """A checkpoint that was signed: of how many leaves, and when (unix ms)."""

    size: int
    created_ms: int


def newest(ledger: Ledger) -> Signed | None:
    """Return the newest checkpoint of a log; None where none was signed yet."""
    table, state = tables.checkpoint, tables.log_state
    statement = (
        select(table.c.size, table.c.created_ms)
        .join(state, state.c.log_id == table.c.log_id)
        .where(state.c.origin == ledger.origin)
        .order_by(table.c.size.desc())
        .limit(1)
    )
    with read(ledger.engine) as connection:
        row = connection.execute(statement).one_or_none()
    return None if row is None else Signed(*row)
