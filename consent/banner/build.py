"""Build the banner from its sources: `python -m consent.banner.build`, after any change to source/ or banner.css.

What it writes to built/ is committed, so that the script a reader runs is the one that stands in this repository,
byte for byte, whatever machine serves it; a test holds the two together. The minifier is a development tool only.
"""

import hashlib
import json
import re

import minify

from consent.banner.assets import BUILT, HERE, NOTICE_MARK, hashed

#: Every module stands after those it imports.
MODULES = ("state", "store", "service", "outbox", "blocking", "elements", "layers", "banner")


def style() -> str:
    """Return the minified style sheet."""
    return str(minify.string("text/css", (HERE / "banner.css").read_text()))


def script() -> str:
    """Return the modules as one classic script: only such a one can be `async` and still know its own address."""
    sheet = style()
    sheet_name = hashed("banner.css", hashlib.sha256(sheet.encode()).hexdigest())
    known = {"NOTICE": NOTICE_MARK, "STYLE": sheet, "STYLE_NAME": sheet_name}
    constants = "".join(f"const {name}={json.dumps(value)};" for name, value in known.items())
    code = "\n".join(_plain((HERE / "source" / f"{module}.js").read_text()) for module in MODULES)
    whole = f"(() => {{ if (window.imprimatur?.show) return; {constants} {code} }})()"
    return f"{minify.string('text/javascript', whole)}\n"


def _plain(module: str) -> str:
    """Take the module syntax off: the parts share one scope, their names are distinct."""
    without_links = re.sub(r"^(import .*|export \{.*\};)$", "", module, flags=re.MULTILINE)
    return re.sub(r"^export ", "", without_links, flags=re.MULTILINE)


if __name__ == "__main__":
    BUILT.mkdir(exist_ok=True)
    (BUILT / "banner.css").write_text(style())
    (BUILT / "banner.js").write_text(script())
