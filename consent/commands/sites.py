"""`consent site`, `consent notice`: where readers are asked, and what they are shown."""

import json
from pathlib import Path
from typing import Any

import click
import yaml
from marshmallow import ValidationError

from chassis import sql, strict_json
from chassis.errors import Invalid, NotFound
from chassis.problems import against_schema
from consent import frameworks, invalidation, linter, notice_schema, notices, sites
from consent.banner import assets, texts
from consent.catalogue import Catalogue
from consent.choice.traces import KINDS
from consent.commands import BY, configured, configuring, rights
from consent.iab import drafting
from consent.iab.signals import Framework
from consent.notices import CONFLICTS, Notice
from consent.store.notices import Notices
from consent.store.sites import Sites
from consent.vendor_lists import Unreachable, VendorLists


@click.group()
def site() -> None:
    """The sites whose readers are asked."""


@site.command()
@click.argument("name", metavar="SITE")
@click.option("--origin", "origins", multiple=True, required=True, help="An origin of its pages; once for each.")
@click.option("--cookie-domain", help="Share its cookies with the subdomains of this host.")
@click.option("--region", help="Where its readers are when the edge does not say: ISO 3166, as FR or US-CA.")
@click.option(
    "--keep",
    "traces",
    multiple=True,
    type=click.Choice(tuple(KINDS)),
    help="Keep this of where a choice came from, shortened, for as long as its context; nothing without.",
)
def add(
    name: str, origins: tuple[str, ...], cookie_domain: str | None, region: str | None, traces: tuple[str, ...]
) -> None:
    """Add a site, or replace the settings of one."""
    made = sites.make(name, origins, cookie_domain, region, traces)
    new = configuring().put_site(BY, made)
    click.echo(f"site {name} {'added' if new else 'changed'}: {' '.join(sorted(made.origins))}")


@site.command(name="list")
def list_sites() -> None:
    """List the sites with their origins and current notices."""
    engine = sql.connect(configured().database_url)
    current = Notices(engine).current()
    for each in Sites(engine).all():
        click.echo(f"{each.id}\t{' '.join(sorted(each.origins))}\t{current.get(each.id, 'no notice')}")


@site.command()
@click.argument("name", metavar="SITE")
def tag(name: str) -> None:
    """Print what SITE's pages need: the script, and a form without it; then the script as it is now, pinned."""
    engine = sql.connect(configured().database_url)
    sha256 = Notices(engine).current().get(name)
    body = None if sha256 is None else Notices(engine).body(sha256)
    if sha256 is None or body is None:
        raise NotFound(f"the site {name!r} has published no notice")
    shown = Notice(sha256, body, json.loads(body))
    script = assets.of("banner.js", shown)
    files = f"{configured().public_url}/v1/sites/{name}"
    click.echo(f'<script async src="{files}/banner.js?lang={shown.default_language}"></script>')
    click.echo(f'<noscript><iframe title="Privacy" src="{files}/banner" width="320" height="480"></iframe></noscript>')
    pinned = f'src="{files}/{script.hashed_name}" integrity="{script.integrity}" crossorigin'
    click.echo(f"<script async {pinned}></script>")


@click.group()
def notice() -> None:
    """What readers are shown before they choose."""


@notice.command()
@click.argument("name", metavar="SITE")
@click.option("--language", "languages", multiple=True, default=("en",), type=click.Choice(texts.languages()))
@click.option("--purpose", "purposes", multiple=True, type=click.Choice(texts.PURPOSES))
@click.option(
    "--accounts",
    "conflict",
    type=click.Choice(CONFLICTS),
    help="Choices count on all of a reader's signed-in devices; what counts where two differ.",
)
@click.option("--tcf", "country", metavar="COUNTRY", help="Draft it for IAB TCF: the publisher's country, as DE.")
@click.option("--vendor", "vendors", multiple=True, type=int, help="With --tcf, a vendor's number; once for each.")
def draft(
    name: str,
    languages: tuple[str, ...],
    purposes: tuple[str, ...],
    conflict: str | None,
    country: str | None,
    vendors: tuple[int, ...],
) -> None:
    """Print a notice for SITE in standard wording, as YAML: complete the controller and the vendors, and publish it."""
    if not purposes and country is None:
        raise click.UsageError("expected --purpose, or --tcf for the purposes of the IAB's vendor list")
    offered = dict.fromkeys(("necessary", *purposes))
    document: dict[str, Any] = {
        "site": name,
        "default_language": languages[0],
        "controller": dict.fromkeys(("name", "address", "email", "privacy_policy"), ""),
        "purposes": [{"id": purpose, "required": purpose == "necessary"} for purpose in offered],
        "vendors": [],
        "layout": {"position": "bar", "buttons": ["refuse", "preferences", "agree"]},
        "validity_days": 180,
        "regulation": "eu",
        **({"accounts": {"conflict": conflict}} if conflict else {}),
        "texts": texts.standard(languages, offered, conflict),
    }
    if country is not None:
        _draft_tcf(document, country, vendors)
    click.echo(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120), nl=False)


def _draft_tcf(document: dict[str, Any], country: str, wanted: tuple[int, ...]) -> None:
    """Add what the vendor list says to a draft."""
    lists = VendorLists(configured().vendor_list)
    try:
        if not lists.all():
            raise click.ClickException(f"the vendor list cannot be read: {lists.fault()}")
        made = drafting.members(lists.all()[0], wanted, country)
        for language, told in document["texts"].items():
            told["purposes"] |= drafting.texts(made["purposes"], lists.wording(language), told["purposes"]["necessary"])
    except (drafting.Undraftable, Unreachable) as error:
        raise click.ClickException(str(error)) from None
    own = [each for each in document["purposes"] if each["id"] != "necessary"]
    document |= made | {"purposes": made["purposes"] + own}


@notice.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def publish(context: click.Context, file: Path) -> None:
    """Publish the notice in FILE (JSON or YAML) and make it its site's current one, if it breaks no rule."""
    made = _admitted(context, file)
    new = configuring().publish(BY, made)
    click.echo(f"notice {made.sha256} {'published' if new else 'is current already'}: {' '.join(made.languages)}")


@notice.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def lint(context: click.Context, file: Path) -> None:
    """Check the notice in FILE (JSON or YAML) and publish nothing."""
    _admitted(context, file)
    click.echo(f"{file}: may be published")


def _admitted(context: click.Context, file: Path) -> Notice:
    """Return the notice in `file`; tell the linter's findings, one on a line, and end where one of them refuses it."""
    document = _read(file)
    findings = linter.lint(document, _framework())
    for finding in findings:
        click.echo(finding.line(), err=True)
    if any(finding.level == linter.REFUSE for finding in findings):
        context.exit(1)
    return notices.of(_shaped(document))


def _framework() -> Framework:
    settings = configured()
    return frameworks.of(settings, VendorLists(settings.vendor_list))


def _read(file: Path) -> Any:
    if file.suffix not in (".yaml", ".yml"):
        return strict_json.loads(file.read_bytes())
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid(f"{file}: expected YAML: {error}") from None


def _shaped(document: Any) -> dict[str, Any]:
    try:
        return notice_schema.load(document)
    except ValidationError as error:
        raise against_schema(error.messages) from None


@notice.command()
@click.argument("sha256", metavar="SHA256")
@click.option("--reason", required=True, help="What is wrong with it.")
def invalidate(sha256: str, reason: str) -> None:
    """Declare a notice faulty: no choice under it counts, and who answered it is asked again."""
    settings = configured()
    engine = sql.connect(settings.database_url)
    catalogue = Catalogue(Sites(engine), Notices(engine))
    act = invalidation.declare(rights.acting(settings), catalogue, catalogue.notice(sha256), reason, BY)
    click.echo(f"notice {sha256} invalid: {act}")
