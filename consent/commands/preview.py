"""`consent preview`: what a reader of some region would see on some day."""

import json
from datetime import UTC, datetime

import click

from chassis import sql
from consent.catalogue import Catalogue
from consent.choice.preview import Reader, lines, see
from consent.commands import configured
from consent.regulations.region import CODE, Region, decide
from consent.store.notices import Notices
from consent.store.sites import Sites


@click.command()
@click.argument("site")
@click.option("--region", help="ISO 3166, as FR or US-CA; without it the site's own, else the strictest rules.")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="The day, as 2027-01-01; today without it.")
@click.option("--lang", help="The reader's language; the notice's default without it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def preview(site: str, region: str | None, on: datetime | None, lang: str | None, as_json: bool) -> None:
    """Print what a reader of SITE would see of its current notice, and the rules that apply."""
    engine = sql.connect(configured().database_url)
    catalogue = Catalogue(Sites(engine), Notices(engine))
    where = _region(region, catalogue.site(site).region)
    seen = see(catalogue.current(site), Reader(where, (on or datetime.now(UTC)).date(), lang))
    click.echo(json.dumps(seen, ensure_ascii=False, indent=2) if as_json else "\n".join(lines(seen)))


def _region(asked: str | None, setting: str | None) -> Region:
    if asked is not None and not CODE.fullmatch(asked.upper()):
        raise click.BadParameter("expected an ISO 3166 code, as FR or US-CA", param_hint="--region")
    return decide(asked, setting)
