"""What a reader is shown before they choose, and the token that says so: one answer, however it travels."""

from typing import Any

from flask import request

from consent import instants, notices, statistics
from consent.api import regions
from consent.api.reader import open_to
from consent.api.services import services
from consent.banner import assets
from consent.choice import cookies, gpc, records
from consent.choice.display import LIFE_MS, Shown
from consent.notices import Notice
from consent.regulations.region import Rules
from consent.sites import Site

SHOWN = ("purposes", "vendors", "controller", "layout")


def to_reader(site: Site, notice: Notice, wanted: str | None) -> dict[str, Any]:
    """Return the notice in the language closest to `wanted`, with a display token, and count that it was served.

    Raises:
        Invalid: `wanted` is no language tag.
    """
    language, rules = notice.closest(wanted), regions.rules(site, notice.regulation)
    now_ms = services().now_ms()
    script, style = (assets.of(name, notice).sha256 for name in ("banner.js", "banner.css"))
    seen = Shown(notice.site, notice.sha256, language, "script", script, style, *rules.in_token(), now_ms)
    document, ask = notice.document, open_to(notice)
    if ask != "none":
        services().served.count(statistics.served(seen))
    return {
        "site": notice.site,
        "notice": notice.sha256,
        "language": language,
        "dir": notices.direction(language),
        "texts": notice.told(language),
        **{name: document[name] for name in SHOWN},
        **({"theme": document["theme"]} if "theme" in document else {}),
        **_ruled(notice, rules),
        "ask": ask,
        "gpc": gpc.signalled(request.headers.get("Sec-GPC")),
        "cookie": cookies.state_name(notice.site),
        "display": services().displays.issue(seen),
        "display_expires": instants.text(now_ms + LIFE_MS),
    }


def _ruled(notice: Notice, rules: Rules) -> dict[str, Any]:
    regulation, region, source = rules.in_token()
    return {
        "validity_days": records.validity_days("given", notice, rules.pack),
        "reask_days": records.validity_days("refused", notice, rules.pack),
        "regulation": regulation,
        "region": region,
        "region_source": source,
        "signals": list(rules.pack.signals),
        "modes": rules.pack.modes_of(notice.kinds),
    }
