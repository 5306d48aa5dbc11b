"""Build the banner from its sources: `python -m consent.banner.build`, after any change to source/ or its style sheets.

What it writes to built/ is committed, so that the script a reader runs is the one that stands in this repository,
byte for byte, whatever machine serves it; a test holds the two together. The minifier is a development tool only.
"""

import json
import re
from collections.abc import Mapping

import minify

from consent.banner.assets import BUILT, CMP_MARK, GPP_MARK, HERE, KINDS_MARK, LEFT_MARK, MARKS, NOTICE_MARK, TCF_MARK
from consent.iab import gpp_string

#: Every module stands after those it imports.
BANNER = (
    "state", "store", "service", "consent", "outbox", "elements", "blocking", "surface", "layers", "banner",
)  # fmt: skip
PLACEHOLDER = ("elements", "placeholder")
COOKIES = ("cookies",)
SIGNALS = ("state", "signals")
IAB = ("iab/frames", "iab/tcfapi", "iab/gpp_stub", "iab/iab")
COMPAT = (
    "state", "cookies", "compat/names", "compat/standing", "compat/markup", "compat/orestbida", "compat/klaro",
    "compat/cookiebot", "compat/imports", "compat/compat",
)  # fmt: skip


def files() -> dict[str, str]:
    """Return what stands in built/: content by name."""
    known = {"NOTICE": NOTICE_MARK, "LEFT": LEFT_MARK, "STYLE": _sheet("banner"), **MARKS}
    return {
        "banner.css": known["STYLE"],
        "banner.js": _classic(f"if (window.imprimatur?.show) return; {_joined(BANNER, known)}", "SHOWN"),
        "compat.js": _classic(_joined(COMPAT, {"NOTICE": NOTICE_MARK, "KINDS": KINDS_MARK})),
        "cookies.js": _module(COOKIES, "deleteLeft", {}),
        "iab.js": _classic(_joined(IAB, _of_stubs())),
        "placeholder.js": _module(PLACEHOLDER, "place", {"STYLE": _sheet("placeholder")}),
        "signals.js": _classic(_joined(SIGNALS, {"NOTICE": NOTICE_MARK, "KINDS": KINDS_MARK})),
    }


def _of_stubs() -> dict[str, object]:
    sections = [f"{layout.id}:{layout.name}" for layout in gpp_string.layouts().values()]
    return {"TCF_NAME": TCF_MARK, "GPP_NAME": GPP_MARK, "CMP_ID": CMP_MARK, "SECTIONS": sections}


def _classic(code: str, taken: str = "") -> str:
    """Close the code in: only a classic script can be `async`, or come before all others, and know its own address.

    Args:
        code: the parts, joined.
        taken: the name of what the service may hand to it.
    """
    return _minified(f"(({taken}) => {{ {code} }})()")


def _module(modules: tuple[str, ...], face: str, known: dict[str, str]) -> str:
    """Keep a module a module: the banner imports it."""
    return _minified(f"{_joined(modules, known)}\nexport {{ {face} }};")


def _joined(modules: tuple[str, ...], known: Mapping[str, object]) -> str:
    constants = "".join(f"const {name}={json.dumps(value)};" for name, value in known.items())
    return constants + "\n".join(_plain((HERE / "source" / f"{module}.js").read_text()) for module in modules)


def _plain(module: str) -> str:
    """Take the module syntax off: the parts share one scope, their names are distinct."""
    without_links = re.sub(r"^(import .*|export \{.*\};)$", "", module, flags=re.MULTILINE)
    return re.sub(r"^export ", "", without_links, flags=re.MULTILINE)


def _sheet(name: str) -> str:
    sheet = str(minify.string("text/css", (HERE / f"{name}.css").read_text()))
    # Custom properties and container queries are left as they were written.
    return re.sub(r"\s*([{};,])\s*|(?<=[a-z])(:)\s+", r"\1\2", sheet)


def _minified(code: str) -> str:
    # one word for all declarations compresses better
    return re.sub(r"\bconst ", "let ", f"{minify.string('text/javascript', code)}\n")


if __name__ == "__main__":
    for name, content in files().items():
        (BUILT / name).write_text(content)
