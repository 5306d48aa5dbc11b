"""``publisher list``, ``show``, the moves, ``import``, ``translate`` and ``reindex``."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from chassis import command_line, sql
from chassis.errors import Invalid, NotFound, Problem
from publisher import indexing
from publisher.articles import article_json, section_slug
from publisher.commands import each_article, hand, moment, progress, the_house
from publisher.editing import importing
from publisher.editing.moving import move
from publisher.editing.publishing import offer_missing
from publisher.house import House
from publisher.ingest.files import read_file
from publisher.ingest.formats import SUFFIXES
from publisher.ingest.taking import Outcome, Taking, take_all
from publisher.states import STATES
from publisher.store import articles, search_words, transitions
from publisher.store.listing import Selection


def time(text: str) -> int:
    """Read a time, in UTC where it has no offset; return unix milliseconds."""
    try:
        given = datetime.fromisoformat(text)
        return round((given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise click.BadParameter(f"expected a time as in 2026-11-26T06:00:00Z, got {text!r}") from None


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell as JSON what is understood; not of Markdown.")
@click.option("--missing", is_flag=True, help="Of Markdown files only those whose article is not there.")
def import_files(files: tuple[Path, ...], dry_run: bool, missing: bool) -> int:
    """Publish Markdown files, and take in ninjs, NewsML-G2, feeds and copied text, by their names' endings.

    What is there already becomes its next revision if it changed.
    """
    house = the_house()
    with progress(list(files)) as bar:
        failed = sum(not _import(house, path, dry_run, missing) for path in bar)
    return command_line.FAILED if failed else 0


def _import(house: House, path: Path, dry_run: bool, missing: bool) -> bool:
    def note(text: str) -> None:
        click.echo(f"{path}: {' '.join(text.split())}", err=True)

    try:
        if path.suffix.lower() != ".md" and path.suffix.lower() in SUFFIXES:
            told = [_told(outcome, note) for outcome in take_all(house, read_file(path), Taking(hand(), dry_run))]
            return all(told)
        if dry_run:
            raise Invalid("--dry-run: expected a file of another format than Markdown")
        done = importing.import_file(house, path, note, hand(), missing)
    except Problem as problem:
        note(problem.detail)
        return False
    what = "new" if done.new else "changed" if done.changed else "unchanged"
    click.echo(f"{done.revision.article_id} revision {done.revision.number} {what}")
    return True


def _told(outcome: Outcome, note: Callable[[str], None]) -> bool:
    for text in outcome.notes:
        note(text)
    for text, why in outcome.left_out:
        note(f"left out, {why}: {text}")
    if outcome.problem is not None:
        note(f"{outcome.uri}: {outcome.problem.detail}")
        return False
    made = outcome.revision
    if outcome.data is not None:
        click.echo(json.dumps(outcome.data, ensure_ascii=False, indent=1))
        return True
    click.echo(
        f"{made.article_id} revision {made.number} {outcome.outcome}" if made else f"{outcome.uri} {outcome.outcome}"
    )
    return True


@click.command(name="list")
@click.option("--state", type=click.Choice(STATES))
@click.option("--section")
@click.option("--keyword")
@click.option("--language")
@click.option("--since", "changed_since_ms", type=time, help="Changed at this time or after it.")
def list_articles(
    state: str | None, section: str | None, keyword: str | None, language: str | None, changed_since_ms: int | None
) -> None:
    """List the articles: id, revision, state, language, slug, time of the last change; the newest change first."""
    selection = Selection(state, section and section_slug(section), keyword, language, changed_since_ms)
    for each in each_article(the_house(), selection):
        words = (each.article_id, str(each.number), each.state, each.article.language, each.article.slug)
        click.echo("\t".join([*words, moment(each.changed_ms)]))


@click.command()
@click.argument("article")
@click.option("--json", "as_json", is_flag=True, help="Its content as JSON.")
def show(article: str, as_json: bool) -> None:
    """Show an article's state, times and what was done to it."""
    with sql.read(the_house().engine) as connection:
        found = articles.load(connection, article)
        done = transitions.of_article(connection, article)
    if as_json and found:
        click.echo(json.dumps(article_json(found.article), ensure_ascii=False, indent=1))
        return
    if found:
        timing = found.timing
        for name, value in (
            ("headline", found.article.headline),
            ("state", found.state),
            ("revision", f"{found.number} ({found.kind})"),
            ("first published", moment(found.first_published_ms)),
            ("scheduled for", moment(timing.publish_ms)),
            ("embargoed until", moment(timing.embargoed_until_ms)),
            ("expires", moment(timing.expires_ms)),
        ):
            click.echo(f"{name + ':':17}{value}")
    elif not done or as_json:
        raise NotFound(f"no article {article!r}")
    for each in done:
        states = f"{each.from_state or '-'} -> {each.to_state or '-'}"
        click.echo("\t".join([moment(each.at_ms), each.action, states, each.who, each.reason or ""]).rstrip())


def _mover(action: str, doc: str) -> click.Command:
    def run(articles: tuple[str, ...], reason: str | None) -> int:
        return _move_all(action, articles, reason, None)

    return click.command(name=action, help=doc)(_options(run))


def _options(run: Callable[..., int]) -> Callable[..., int]:
    named = click.argument("articles", nargs=-1, required=True)
    return named(click.option("--reason", help="Why; it stands in the record.")(run))


publish = _mover("publish", "Make articles public.")
unpublish = _mover("unpublish", "Take articles off the pages; they can be published again.")
kill = _mover("kill", "Take articles down for good: their pages are 410, and nothing of them can be changed any more.")
submit = _mover("submit", "Hand articles in for review.")


@click.command()
@_options
@click.option("--at", "publish_ms", type=time, required=True, help="When, e.g. 2026-11-26T06:00:00Z.")
def schedule(articles: tuple[str, ...], reason: str | None, publish_ms: int) -> int:
    """Have articles published at a time."""
    return _move_all("schedule", articles, reason, publish_ms)


def _move_all(action: str, names: tuple[str, ...], reason: str | None, publish_ms: int | None) -> int:
    house, failed = the_house(), 0
    with progress(list(names)) as bar:
        for name in bar:
            try:
                done = move(house.engine, name, action, hand(reason), house.offer, publish_ms=publish_ms)
            except Problem as problem:
                click.echo(f"{name}: {' '.join(problem.detail.split())}", err=True)
                failed += 1
                continue
            if done.changed:
                house.announce(name)
            click.echo(f"{name} {done.revision.state}{'' if done.changed else ' already'}")
    return command_line.FAILED if failed else 0


@click.command()
def translate() -> None:
    """Ask for the translations that articles lack: languages that are new, and jobs that failed."""
    house = the_house()
    with progress([each.article_id for each in each_article(house, Selection())]) as bar:
        for name in bar:
            missing = offer_missing(house.engine, name, house.offer)
            if missing:
                click.echo(f"{name} {' '.join(missing)}")
                house.announce(name)


@click.command()
@click.argument("articles", nargs=-1)
def reindex(articles: tuple[str, ...]) -> None:
    """Make articles findable by what their pages show; all of them without an id, which also forgets unused words."""
    house = the_house()
    names = list(articles) or [each.article_id for each in each_article(house, Selection())]
    if not articles:
        with sql.write(house.engine) as connection:
            search_words.clear(connection)
    with progress(names) as bar:
        for name in bar:
            indexing.index_article(house.engine, name)
    click.echo(f"{len(names)} articles indexed")
