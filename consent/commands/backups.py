"""`consent backup`, `consent restore`, `consent log succeed`: copies of the ledger, and a log where none will do."""

import sys
from pathlib import Path

import click

from chassis import redis_roles, sql
from consent import signs
from consent.backups import backup as backups
from consent.backups import restoring
from consent.backups.databases import BackupError
from consent.commands import configured, now_ms
from consent.keys import KeyFileError, Keys
from consent.ledger.notes import open_checkpoint
from consent.ledger.signing import NoteError
from consent.ledger.succession import first_leaf, name_after
from consent.store import succession
from consent.store.ledger import Ledger

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--keys", is_flag=True, help="The keys too: whoever has them can sign as the log.")
def backup(directory: Path, keys: bool) -> None:
    """Copy the ledger's database and its newest checkpoint into the new directory DIR, while all goes on."""
    done = 0
    with click.progressbar(length=0, label="Copying", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def progress(pages: int, of: int) -> None:
            nonlocal done
            bar.length = of
            bar.update(pages - done)
            done = pages

        try:
            made = backups.make(configured(), directory, with_keys=keys, progress=progress)
        except (BackupError, KeyFileError) as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{directory}: {made.origin}, {made.size} entries signed{', with its keys' if made.keys else ''}")


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--checkpoint", "files", multiple=True, type=FILE, help="A checkpoint kept elsewhere; once for each.")
@click.pass_context
def restore(context: click.Context, directory: Path, files: tuple[Path, ...]) -> None:
    """Put the backup in DIR where no database is, and say whether the ledger can go on; exit 1 where it cannot.

    Stop the drain first. Checkpoints that a witness, an auditor or an anchor has kept show how far the log was signed.
    """
    settings = configured()
    redis = redis_roles.durable(settings)
    try:
        known = [path.read_text(encoding="utf-8") for path in files]
        done = restoring.restore(settings, backups.open_backup(directory), redis, known)
    except (BackupError, KeyFileError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{done.size} entries are restored{', and the keys' if done.keys else ''}")
    if done.signed <= done.size:
        click.echo("nothing is known to have been signed beyond them: start the drain")
    elif done.complete:
        click.echo(
            f"{done.signed} were signed, and the stream holds the rest: start the drain, it signs again once the "
            "root is the same"
        )
    else:
        click.echo(
            f"{done.signed} were signed, and the stream does not hold the rest: restore a newer backup, or the "
            "append-only file of that time; if there is none, `consent log succeed`"
        )
        context.exit(1)


@click.group()
def log() -> None:
    """The transparency log."""


@log.command()
@click.option("--checkpoint", "file", type=FILE, help="The newest checkpoint; without it the one that Redis knows.")
def succeed(file: Path | None) -> None:
    """Begin a new log in the place of one whose ledger is lost: its first leaf holds the old one's checkpoint.

    For a ledger that is behind what it had signed and cannot catch up. Stop the drain first.
    """
    settings = configured()
    redis, engine = redis_roles.durable(settings), sql.connect(settings.database_url)
    try:
        ledger, keys = Ledger(engine, settings.log_origin), Keys(settings.keys_dir)
        note = file.read_text(encoding="utf-8") if file else signs.checkpoint(redis)
        if note is None:
            raise click.ClickException("Redis knows no checkpoint: give one with --checkpoint")
        last = open_checkpoint(note, *ledger.keys)
        if last.size <= ledger.size and ledger.tree(last.size).root() == last.root:
            raise click.ClickException(f"the ledger holds all {last.size} entries that were signed: it can go on")
        origin = name_after(settings.log_origin)
        successor = keys.prepare_successor(origin)
        succession.begin(engine, origin, successor.verifier.vkey, first_leaf(note, now_ms()))
        keys.install_successor()
        redis.delete(signs.CHECKPOINT)  # it is the old log's, and stands in the new one's first leaf
    except (NoteError, KeyFileError) as error:
        raise click.ClickException(str(error)) from None
    finally:
        engine.dispose()
    click.echo(f"{origin} begins after {last.size} entries of {settings.log_origin}: set LOG_ORIGIN={origin}")
    click.echo(f"everywhere, start the drain, and tell the witnesses its key, {successor.verifier.vkey}")
