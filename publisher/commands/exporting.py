"""``publisher export``: articles as files that other newsrooms, and ``publisher import``, take in."""

import json
from collections.abc import Callable
from pathlib import Path

import click

from chassis import command_line
from publisher import clock
from publisher.commands import each_article, progress, the_house
from publisher.exchange import newsml, ninjs
from publisher.exchange.items import Item
from publisher.store.listing import Selection

FORMS: dict[str, tuple[str, Callable[[Item], str]]] = {
    "ninjs": ("json", lambda item: json.dumps(ninjs.write(item), ensure_ascii=False, indent=1) + "\n"),
    "newsml": ("xml", lambda item: newsml.write(item, clock.now_ms())),
}


@click.command()
@click.argument("articles", nargs=-1)
@click.option("--to", "directory", required=True, type=click.Path(path_type=Path, file_okay=False), help="Where to.")
@click.option("--form", type=click.Choice(list(FORMS)), default="ninjs", show_default=True)
@click.option("--language", help="Default: each article's own.")
def export(articles: tuple[str, ...], directory: Path, form: str, language: str | None) -> int:
    """Write articles, all of them without an id, into a directory, a file each; pictures are named by address."""
    house, failed = the_house(), 0
    names = list(articles) or [each.article_id for each in each_article(house, Selection())]
    ending, write = FORMS[form]
    directory.mkdir(parents=True, exist_ok=True)
    with progress(names) as bar:
        for name in bar:
            item = house.syndicator.item(name, language)
            if item is None:
                told = f"no article {name!r}" + (f" that can be read in {language!r}" if language else "")
                click.echo(f"{name}: {told}", err=True)
                failed += bool(articles)  # of all there are, what cannot be read is only told
                continue
            path = directory / f"{name}.{item.language}.{ending}"
            part = path.with_name(f".{path.name}.part")
            part.write_text(write(item))
            part.replace(path)  # whoever watches the directory meets whole files alone
            click.echo(path)
    return command_line.FAILED if failed else 0
