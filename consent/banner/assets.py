"""The banner's files as bytes to serve: addressed by content, compressed once at the best level."""

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import brotli

from consent.notices import Notice

HERE = Path(__file__).parent
BUILT = HERE / "built"
#: Where the engines of TCF and GPP are once they have been bundled (`consent.banner.engines`); not in the repository.
ENGINES = HERE / "built-engines"

#: Stands in a built script where the first digits of its site's current notice go.
NOTICE_MARK = "@notice@"

#: Stands where the kinds of the notice's purposes go.
KINDS_MARK = "@kinds@"

#: Stands where the names of the cookies go that purposes leave.
LEFT_MARK = "@left@"

#: Stand where the hashed names of files go that the banner fetches on some sites only.
MARKS = {"COMPAT_NAME": "@compat.js@", "COOKIES_NAME": "@cookies.js@", "PLACEHOLDER_NAME": "@placeholder.js@"}

#: Stand in the stubs of TCF and GPP where the names of the engines go, and the operator's CMP id.
TCF_MARK, GPP_MARK, CMP_MARK = "@tcf@", "@gpp@", "@cmp@"

#: The colours that a notice's theme puts its own in place of, light and dark, as the built styles write them.
COLOURS = {
    "accent": "light-dark(#34568b,#8fb0e3)",
    "background": "light-dark(#fff,#1b1d22)",
    "text": "light-dark(#20242b,#e9eaee)",
}

FILES = {
    "banner.js": BUILT,
    "banner.css": BUILT,
    "compat.js": BUILT,
    "cookies.js": BUILT,
    "placeholder.js": BUILT,
    "signals.js": BUILT,
    "pages.css": HERE,
    "banner.d.ts": HERE,
}

CONTENT_TYPES = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "d.ts": "text/plain; charset=utf-8",
}


def hashed(name: str, sha256: str) -> str:
    """Return the name that never changes its content: `banner.<first 16 of sha256>.js`."""
    stem, kind = name.split(".", 1)
    return f"{stem}.{sha256[:16]}.{kind}"


@dataclass(frozen=True)
class Asset:
    """A file to serve; `name` is without its hash; `for_one`: it is served once, and compressed in a hurry."""

    name: str
    body: bytes
    for_one: bool = False

    @cached_property
    def sha256(self) -> str:
        """Lower-case hex of the uncompressed bytes; what a display token vouches for."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def integrity(self) -> str:
        """What pins a page to exactly these bytes (Subresource Integrity)."""
        return "sha384-" + base64.b64encode(hashlib.sha384(self.body).digest()).decode()

    @property
    def hashed_name(self) -> str:
        """The immutable name."""
        return hashed(self.name, self.sha256)

    @property
    def content_type(self) -> str:
        """The media type, charset included."""
        return CONTENT_TYPES[self.name.split(".", 1)[1]]

    @cached_property
    def gzip(self) -> bytes:
        """The body at gzip's best; the same bytes on every machine and day."""
        return gzip.compress(self.body, compresslevel=6 if self.for_one else 9, mtime=0)

    @cached_property
    def brotli(self) -> bytes:
        """The body at brotli's best."""
        return bytes(brotli.compress(self.body, quality=5 if self.for_one else 11))


def bringing(script: Asset, shown: Mapping[str, Any]) -> Asset:
    """Return the banner's script with the notice for one reader in it."""
    call = b"()\n"  # what the script ends with: it is one function, and takes the notice
    told = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
    return Asset(script.name, script.body.removesuffix(call) + b"(" + told + b")\n", for_one=True)


def find(name: str, notice: Notice) -> Asset | None:
    """Return the file of this plain name for a site with this current notice; None: there is none."""
    return of(name, notice) if name in FILES else None


def of(name: str, notice: Notice) -> Asset:
    """Return one of `FILES` for a site with this current notice.

    The scripts know their notice, so a page whose reader has answered it asks the service nothing; the styles, and the
    script that carries them, wear its theme.
    """
    theme = notice.document.get("theme")
    colours = theme and tuple((part, theme["light"][part], theme["dark"][part]) for part in COLOURS)
    kinds = " ".join(f"{purpose}:{kind}" for purpose, kind in notice.kinds.items())
    leaving = (":".join((each["id"], *each["cookies"])) for each in notice.document["purposes"] if each.get("cookies"))
    return _made(name, notice.sha256, colours, ((KINDS_MARK, kinds), (LEFT_MARK, " ".join(leaving))))


def iab(cmp_id: int, tcf: bool, gpp: bool) -> Asset:
    """Return the stubs of TCF and GPP; one whose framework is off, or not bundled here, tells its callers so.

    Args:
        cmp_id: the operator's.
        tcf: whether the site's notice is one of TCF.
        gpp: whether it is one of GPP.
    """
    engines = (engine("tcf.js") if tcf else None, engine("gpp.js") if gpp else None)
    return _iab(cmp_id, *(found.hashed_name if found and cmp_id else "" for found in engines))


@lru_cache(maxsize=256)
def _iab(cmp_id: int, tcf: str, gpp: str) -> Asset:
    text = (BUILT / "iab.js").read_text()
    for mark, name in ((CMP_MARK, str(cmp_id)), (TCF_MARK, tcf), (GPP_MARK, gpp)):
        text = text.replace(mark, name)
    return Asset("iab.js", text.encode())


def engine(name: str) -> Asset | None:
    """Return what stands behind a stub, with the IAB's own library in it; None where it has not been bundled."""
    path = ENGINES / name
    return _engine(name, path.stat().st_mtime_ns) if name in ("tcf.js", "gpp.js") and path.exists() else None


@lru_cache(maxsize=4)
def _engine(name: str, _changed_ns: int) -> Asset:
    return Asset(name, (ENGINES / name).read_bytes())


@lru_cache(maxsize=1024)
def _made(
    name: str, notice: str, theme: tuple[tuple[str, str, str], ...] | None, told: tuple[tuple[str, str], ...]
) -> Asset:
    text = (FILES[name] / name).read_text()
    for mark, words in ((NOTICE_MARK, notice[:16]), *told):
        text = text.replace(mark, words)
    for mark in MARKS.values():
        if mark in text:
            text = text.replace(mark, _made(mark.strip("@"), notice, theme, told).hashed_name)
    for part, light, dark in theme or ():
        text = text.replace(COLOURS[part], f"light-dark({light}, {dark})")
    return Asset(name, text.encode())
