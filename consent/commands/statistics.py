"""`consent statistics`, `consent recount`: what was served and chosen, in numbers."""

import json
import sys
from typing import Any

import click
from marshmallow import ValidationError

from chassis import sql
from chassis.problems import against_schema
from consent import audit, statistics
from consent.catalogue import Catalogue
from consent.commands import configured, now_ms
from consent.statistics_query import StatisticsQuery, to_question
from consent.store.notices import Notices
from consent.store.recount import Recount
from consent.store.sites import Sites
from consent.store.statistics import Statistics


@click.command(name="statistics")
@click.argument("site")
@click.option("--from", "from_", metavar="DAY", help="The first day, as 2026-11-01; 30 days without.")
@click.option("--to", metavar="DAY", help="The last day; today without.")
@click.option(
    "--by", default="day", show_default=True, help=f"Some of {', '.join(statistics.DIMENSIONS)}, with commas."
)
@click.option("--format", "form", type=click.Choice(("table", "csv", "json")), default="table", show_default=True)
def show(site: str, form: str, **asked: Any) -> None:
    """Print how often SITE's readers were asked, and what they chose. Days are in UTC."""
    settings = configured()
    engine = sql.connect(settings.database_url)
    catalogue = Catalogue(Sites(engine), Notices(engine))
    catalogue.site(site)
    given = {("from" if name == "from_" else name): value for name, value in asked.items() if value is not None}
    try:
        query = StatisticsQuery().load({"site": site, **given})
    except ValidationError as error:
        raise against_schema(error.messages) from None
    question = to_question(query, None, statistics.day_of(now_ms()))
    rows, total = Statistics(engine, catalogue.notice).answer(question)
    columns = (*question.by, *statistics.members(question.by))
    if form == "csv":
        sys.stdout.writelines(audit.csv_table(columns, rows))
    elif form == "json":
        click.echo(json.dumps({"rows": rows, "total": total}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(table(columns, [*rows, {question.by[0]: "total", **total}] if question.by else [total])))
    if missing := Recount(engine, settings.log_origin).missing():
        click.echo(f"{missing} records are not counted yet: run `consent recount`", err=True)


def table(columns: tuple[str, ...], rows: list[dict[str, Any]]) -> list[str]:
    """Lay rows out in columns: numbers to the right, a notice by its first digits, what is not known as `-`."""
    lines = [columns, *(tuple(_cell(name, row.get(name, "")) for name in columns) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    numbers = set(statistics.CHOICES + statistics.DECISIONS) | {"served", "ignored"}
    return [
        "  ".join(
            text.rjust(width) if name in numbers else text.ljust(width)
            for name, text, width in zip(columns, line, widths, strict=True)
        ).rstrip()
        for line in lines
    ]


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "-"
    return str(value)[:16] if name == "notice" else str(value)


@click.command()
@click.option("--again", is_flag=True, help="Drop the counts of choices first, and count every record anew.")
def recount(again: bool) -> None:
    """Count the records that the statistics lack: those of before there were any. May be interrupted and run again."""
    settings = configured()
    counting = Recount(sql.connect(settings.database_url), settings.log_origin)
    if again:
        counting.forget()
    missing = counting.missing()
    with click.progressbar(length=missing, label="Counting", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for counted in counting.steps():
            bar.update(counted)
    click.echo(f"{missing} records counted")
