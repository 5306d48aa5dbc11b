"""What a reader of a region would see of a notice on a day: a dry run, for whoever writes notices."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from consent.choice import records
from consent.notices import Notice, direction
from consent.regulations import applying
from consent.regulations.region import Region, Rules


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom it is shown to; `language` None for a reader of the notice's default."""

    region: Region
    on: date
    language: str | None = None


def see(notice: Notice, reader: Reader) -> dict[str, Any]:
    """Return what the reader would see, and the rules that it follows from.

    Raises:
        Invalid: the reader's language is no language tag.
    """
    language = notice.closest(reader.language)
    rules = Rules(applying(reader.region.code, reader.on, notice.regulation), reader.region)
    return {
        "site": notice.site,
        "notice": notice.sha256,
        "date": reader.on.isoformat(),
        "language": language,
        "dir": direction(language),
        **_regulation(notice, rules),
        "first_layer": _first_layer(notice, language),
        "purposes": [_purpose(each, notice, language, rules) for each in notice.document["purposes"]],
    }


def _regulation(notice: Notice, rules: Rules) -> dict[str, Any]:
    pack, region = rules.pack, rules.region
    return {
        "regulation": pack.id,
        "name": pack.name,
        "since": pack.since.isoformat(),
        "until": pack.until and pack.until.isoformat(),
        "region": region.code,
        "region_source": region.source,
        "validity_days": records.validity_days("given", notice, pack),
        "reask_days": records.validity_days("refused", notice, pack),
        "shows": list(pack.shows),
        "signals": list(pack.signals),
        "sources": list(pack.sources),
    }


def _first_layer(notice: Notice, language: str) -> dict[str, Any]:
    texts, layout = notice.texts(language), notice.document["layout"]
    return {
        "position": layout["position"],
        "title": texts["title"],
        "body": texts["body"],
        "accounts": texts.get("accounts"),
        "buttons": [texts[button] for button in layout["buttons"]],
    }


def _purpose(purpose: dict[str, Any], notice: Notice, language: str, rules: Rules) -> dict[str, Any]:
    told, mode = notice.texts(language)["purposes"][purpose["id"]], "always-on"
    if not purpose["required"]:
        mode = rules.pack.mode_of(notice.kinds[purpose["id"]])
    names = [each["name"] for each in notice.document["vendors"] if purpose["id"] in each["purposes"]]
    return {"id": purpose["id"], "mode": mode, "title": told["title"], "body": told["body"], "vendors": names}


def lines(seen: dict[str, Any]) -> Iterator[str]:
    """Write what `see` returns for a person."""
    first, until = seen["first_layer"], f" until {seen['until']}" if seen["until"] else ""
    yield f"{seen['site']} on {seen['date']}, in {seen['language']} ({seen['dir']})"
    yield f"notice      {seen['notice']}"
    yield f"region      {seen['region'] or 'not known'} ({seen['region_source']})"
    yield f"regulation  {seen['regulation']}: {seen['name']}, since {seen['since']}{until}"
    yield from (f"            {source}" for source in seen["sources"])
    yield f"agreement   holds {seen['validity_days']} days"
    yield f"refusal     is not asked about again for {seen['reask_days']} days"
    yield f"must show   {', '.join(seen['shows'])}"
    yield f"signals     {', '.join(seen['signals']) or 'none by law'}"
    yield f"\nFirst layer ({first['position']})\n"
    yield f"  {first['title']}"
    yield f"  {first['body']}"
    if first["accounts"]:
        yield f"  {first['accounts']}"
    yield f"  {' · '.join(purpose['title'] for purpose in seen['purposes'])}"
    yield "  " + "  ".join(f"[ {label} ]" for label in first["buttons"])
    yield "\nPreferences\n"
    for purpose in seen["purposes"]:
        yield f"  {purpose['title']} ({purpose['mode']}): {purpose['body']}"
        if purpose["vendors"]:
            yield f"    {', '.join(purpose['vendors'])}"
