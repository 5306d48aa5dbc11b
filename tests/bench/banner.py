"""`make bench-banner`: our banner beside orestbida's cookieconsent v3 and Klaro, on the same page in the same Chromium.

The other two are installed from npm into a folder of this run. Each page holds one script that waits for consent, in
the tool's own markup. What is told is the median of the turns: bytes as served (gzip -9), the time from the
navigation to the banner's first frame on the screen, layout shift, and what ran before and after the reader agreed. The
tools take turns, so that whatever else the machine does falls on all of them.
"""

import gzip
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from consent import notices
from consent.banner import assets, texts
from tests.consent.banner import living
from tests.consent.banner.living import PURPOSES, Living
from tests.servers import chromium

TURNS = 5
PACKAGES = ("vanilla-cookieconsent@3.1.0", "klaro@0.7.22")
#: A phone on a mobile network: round trip in ms, bytes a second, how much slower than this processor.
PHONE = {"latency": 100, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
SLOWDOWN = 4
PAGE = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>A page</title>
<link rel="icon" href="data:,">{head}<body><h1>Harbour bridge reopens</h1><p>The first ferry passed.</p>{blocked}"""
WATCH = """
window.shift = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { shift += entry.value; }))
  .observe({type: 'layout-shift', buffered: true});
const look = () => {
  const roots = [document, document.querySelector('#imprimatur')?.shadowRoot].filter(Boolean);
  const found = roots.flatMap((root) => [...root.querySelectorAll('SELECTOR')]);
  if (found.some((node) => node.checkVisibility())) requestAnimationFrame(() => { window.seen = performance.now(); });
  else requestAnimationFrame(look);
};
look();"""


@dataclass
class Tool:
    """One banner: what the page's head holds, how a script waits, what to look for and to press."""

    name: str
    head: str
    blocked: str
    visible: str
    agree: str
    files: list[bytes]
    times: dict[str, list[float]] = field(default_factory=lambda: {"desk": [], "phone": []})
    shifts: list[float] = field(default_factory=list)
    ran: list[tuple[int, int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Return the bytes of script, styles and one language, each file by itself at gzip's best."""
        return sum(len(gzip.compress(each, 9)) for each in self.files)


def main() -> None:
    """Measure, and print a table."""
    if not shutil.which("npm") or not chromium.path():
        sys.exit("bench-banner: npm and Chromium are needed")
    with (
        tempfile.TemporaryDirectory() as directory,
        living.running(Path(directory)) as served,
        chromium.running() as browser,
    ):
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", directory, *PACKAGES]
        subprocess.run(install, check=True)
        modules = Path(directory) / "node_modules"
        tools = [ours(served), orestbida(served, modules), klaro(served, modules)]
        for turn in range(TURNS):
            for tool in tools:
                for place in ("desk", "phone"):
                    measure(browser, served, tool, place)
            print(f"\r{turn + 1} of {TURNS} turns", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
    show(tools)


def ours(served: Living) -> Tool:
    """Set up a site with three purposes in one language."""
    site = served.site()
    notice = notices.of(site.document)
    return Tool(
        "imprimatur",
        f'<script async src="{served.url}/v1/sites/{site.id}/banner.js?lang=en"></script>',
        '<script type="text/plain" data-category="analytics" data-src="{tag}"></script>',
        ".buttons button",
        "Agree to all",
        [
            assets.of("banner.js", notice).body,
            json.dumps(texts.standard(["en"], PURPOSES), ensure_ascii=False).encode(),
        ],
    )


def orestbida(served: Living, modules: Path) -> Tool:
    """Set up cookieconsent v3 with the same purposes and words."""
    dist = modules / "vanilla-cookieconsent" / "dist"
    script, style = (dist / "cookieconsent.umd.js").read_bytes(), (dist / "cookieconsent.css").read_bytes()
    told = texts.standard(["en"], PURPOSES)["en"]
    sections = [{"title": text["title"], "description": text["body"]} for text in told["purposes"].values()]
    modal = {"title": told["title"], "description": told["body"], "acceptAllBtn": told["agree"]}
    modal |= {"acceptNecessaryBtn": told["refuse"], "showPreferencesBtn": told["preferences"]}
    panel = {"title": told["settings"], "savePreferencesBtn": told["save"], "closeIconLabel": told["close"]}
    panel |= {"acceptAllBtn": told["agree"], "acceptNecessaryBtn": told["refuse"], "sections": sections}
    config = {
        "hideFromBots": False,  # it takes a driven browser for one
        "categories": {"necessary": {"enabled": True, "readOnly": True}, "analytics": {}, "marketing": {}},
        "language": {"default": "en", "translations": {"en": {"consentModal": modal, "preferencesModal": panel}}},
    }
    start = f"addEventListener('DOMContentLoaded', () => CookieConsent.run({json.dumps(config)}));"
    return Tool(
        "orestbida 3.1.0",
        head(served, (script, "text/javascript"), (start.encode(), "text/javascript"), (style, "text/css")),
        '<script type="text/plain" data-category="analytics" data-src="{tag}"></script>',
        "#cc-main .cm__btn",
        told["agree"],
        [script, style, start.encode()],
    )


def klaro(served: Living, modules: Path) -> Tool:
    """Set up Klaro with the same purposes; its own words in English."""
    dist = modules / "klaro" / "dist"
    script, style = (dist / "klaro-no-translations-no-css.js").read_bytes(), (dist / "klaro.min.css").read_bytes()
    words = "window.klaroConfig = " + json.dumps({
        "acceptAll": True,
        "lang": "en",
        "translations": {"en": klaro_words()},
        "services": [{"name": name, "title": name, "purposes": [name]} for name in ("analytics", "marketing")],
    })  # fmt: skip
    return Tool(
        "klaro 0.7.22",
        head(served, (words.encode(), "text/javascript"), (script, "text/javascript"), (style, "text/css")),
        '<script type="text/plain" data-type="application/javascript" data-name="analytics" data-src="{tag}"></script>',
        ".cookie-notice button, .cookie-modal button",
        "Agree to all",
        [script, style, words.encode()],
    )


def klaro_words() -> dict[str, Any]:
    """Say in Klaro's keys what our standard wording says."""
    told = texts.standard(["en"], PURPOSES)["en"]
    named = {
        purpose: {"title": text["title"], "description": text["body"]} for purpose, text in told["purposes"].items()
    }
    notice = {
        "title": told["title"],
        "description": told["body"],
        "learnMore": told["preferences"],
        "changeDescription": "",
    }
    return {
        "consentNotice": notice,
        "consentModal": {"title": told["settings"], "description": told["body"]},
        "ok": told["agree"],
        "acceptAll": told["agree"],
        "acceptSelected": told["save"],
        "decline": told["refuse"],
        "close": told["close"],
        "save": told["save"],
        "purposes": named,
        "service": {"purpose": "Purpose", "purposes": "Purposes", "disableAll": {"title": "All", "description": ""}},
        "privacyPolicy": {"name": told["policy"], "text": ""},
        "poweredBy": "",
    }


def head(served: Living, *files: tuple[bytes, str]) -> str:
    """Serve files from the page's own side, and return the tags that bring them."""
    tags = []
    for body, kind in files:
        address = served.serve(body.decode(), kind)
        served.pages[address.removeprefix(served.pages_url)].headers["Cache-Control"] = "no-store"
        script = f'<script defer src="{address}"></script>'
        tags.append(f'<link rel="stylesheet" href="{address}">' if kind == "text/css" else script)
    return "".join(tags)


def measure(browser: Browser, served: Living, tool: Tool, place: str) -> None:
    """Open the page as a first-time reader, wait for the banner, agree, and see what ran."""
    context = browser.new_context(
        viewport={"width": 390, "height": 780} if place == "phone" else None, locale="en-GB", bypass_csp=True
    )
    page = context.new_page()
    page.add_init_script(WATCH.replace("SELECTOR", tool.visible))
    if place == "phone":
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", {"offline": False, **PHONE})
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    tag = served.serve("window.ran = (window.ran || 0) + 1", "text/javascript")
    page.goto(served.serve(PAGE.format(head=tool.head, blocked=tool.blocked.format(tag=tag))), wait_until="commit")
    page.wait_for_function("window.seen")
    tool.times[place].append(page.evaluate("seen"))
    before = page.evaluate("window.ran || 0")
    page.get_by_role("button", name=tool.agree, exact=True).first.click()
    page.wait_for_function("window.ran > 0")
    tool.shifts.append(page.evaluate("shift"))
    tool.ran.append((before, page.evaluate("window.ran")))
    context.close()


COLUMNS: dict[str, Callable[[Tool], str]] = {
    "gzip bytes": lambda tool: f"{tool.size:,}",
    "desk, ms": lambda tool: f"{statistics.median(tool.times['desk']):.0f}",
    "phone, ms": lambda tool: f"{statistics.median(tool.times['phone']):.0f}",
    "layout shift": lambda tool: f"{max(tool.shifts):.3f}",
    "ran before, after": lambda tool: ", ".join(str(max(each)) for each in zip(*tool.ran, strict=True)),
}


def show(tools: list[Tool]) -> None:
    """Print the table."""
    print(f"{'':16}" + "".join(f"{title:>20}" for title in COLUMNS))
    for tool in tools:
        print(f"{tool.name:16}" + "".join(f"{tell(tool):>20}" for tell in COLUMNS.values()))


if __name__ == "__main__":
    main()
