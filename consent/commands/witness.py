"""`consent witness`: run a witness for other people's logs, and have one's own witnessed."""

import os
import time

import click

from chassis import settings
from consent.ledger.notes import parse_checkpoint, take_apart
from consent.ledger.signing import NoteError
from consent.witness.settings import Settings
from consent.witness.state import State, StateError, hash_of


def _state() -> State:
    return State(settings.read(Settings, os.environ).directory)


@click.group()
def witness() -> None:
    """A witness: it cosigns the checkpoints of logs that only ever grew."""


@witness.command()
@click.argument("name")
def create(name: str) -> None:
    """Make the key of the witness NAME (an address without scheme, as witness.example/w1) where there is none."""
    try:
        click.echo(_state().create(name).verifier.vkey)
    except (StateError, NoteError) as error:
        raise click.ClickException(str(error)) from None


@witness.command()
@click.argument("vkeys", metavar="VKEY…", nargs=-1, required=True)
def add(vkeys: tuple[str, ...]) -> None:
    """Cosign the log that signs with VKEY; during its rotation give both keys."""
    state = _state()
    try:
        _ = state.signer
        click.echo(f"{state.add(list(vkeys))} is cosigned")
    except (StateError, NoteError) as error:
        raise click.ClickException(str(error)) from None


@witness.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8003, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Take checkpoints over HTTP until SIGTERM."""
    from granian.constants import Interfaces  # a server takes long to load, and is needed here only
    from granian.server import Server

    try:
        _ = _state().signer
    except StateError as error:
        raise click.ClickException(f"{error}: run `consent witness create`") from None
    Server(
        "consent.witness.app:create_app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        blocking_threads=4,
        log_access=False,
    ).serve()


@witness.command(name="state")
def show_state() -> None:
    """Tell the latest checkpoint that was cosigned of each log, and when."""
    state = _state()
    try:
        for origin in state.origins():
            note = state.note(hash_of(origin))
            click.echo(f"{origin}\t{'nothing yet' if note is None else _told(note, state)}")
    except (StateError, NoteError) as error:
        raise click.ClickException(str(error)) from None


def _told(note: str, state: State) -> str:
    text, signatures = take_apart(note)
    own = next(each for each in signatures if each.key_id == state.signer.verifier.key_id)
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int.from_bytes(own.data[:8], "big")))
    checkpoint = parse_checkpoint(text)
    return f"{checkpoint.size}\t{checkpoint.root.hex()}\t{at}"
