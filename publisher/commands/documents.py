"""``publisher documents``: privacy policy, terms and what else the newsroom holds itself to, version by version."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from chassis import sql
from chassis.errors import Invalid, Problem
from publisher import clock
from publisher.body.markdown import Manuscript, read_manuscript
from publisher.commands import moment, the_house
from publisher.documents import in_force, path_of
from publisher.editing import keeping_documents
from publisher.editing.importing import text_of
from publisher.store import documents as stored


def _day(text: str) -> int:
    try:
        return round(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise click.BadParameter(f"expected a day as in 2026-12-01, got {text!r}") from None


@click.group()
def documents() -> None:
    """Look after the policy documents."""


@documents.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--effective", "effective_ms", type=_day, help="The day (UTC) on which it comes into force; now without.")
def add(files: tuple[Path, ...], effective_ms: int | None) -> None:
    """Add the next version of documents: Markdown files named `privacy.en.md`, every language of a document at once.

    The same texts again change nothing. Print each version's number, hash and address.
    """
    house = the_house()
    by_name: dict[str, list[Manuscript]] = {}
    for path in files:
        by_name.setdefault(path.name.split(".")[0], []).append(_manuscript(path))
    for name, manuscripts in by_name.items():
        version, new = keeping_documents.add(house, name, manuscripts, effective_ms)
        address = house.site.url + path_of(next(iter(version.texts)), name, version.number)
        told = "new" if new else "unchanged"
        click.echo(f"{name} version {version.number} {told}\t{version.sha256}\t{address}")


def _manuscript(path: Path) -> Manuscript:
    """Read a file; its language is that of its front matter, else of its name."""
    try:
        manuscript = read_manuscript(text_of(path))
    except Problem as problem:
        raise Invalid(f"{path}: {problem.detail}") from None
    language = manuscript.fields["language"] or path.name.split(".")[1]
    return replace(manuscript, fields=manuscript.fields | {"language": language})


@documents.command(name="list")
def list_documents() -> None:
    """List every version: name, number, when it came into force, languages, hash; the ones in force are marked."""
    with sql.read(the_house().engine) as connection:
        for name in stored.names(connection):
            versions = stored.versions(connection, name)
            current = in_force(versions, clock.now_ms())
            for each in versions:
                mark = "in force" if each == current else "-"
                words = (
                    each.name,
                    str(each.number),
                    moment(each.effective_ms),
                    " ".join(each.texts),
                    each.sha256,
                    mark,
                )
                click.echo("\t".join(words))
