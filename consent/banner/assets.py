"""The banner's files as bytes to serve: addressed by content, compressed once at the best level."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import brotli

HERE = Path(__file__).parent
BUILT = HERE / "built"

#: Stands in the built script where a site's current notice is named.
NOTICE_MARK = "@notice@"

#: Stands where the name of the file for sites that move here is.
COMPAT_MARK = "@compat@"

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
    """A file to serve; `name` is without its hash."""

    name: str
    body: bytes

    @cached_property
    def sha256(self) -> str:
        """Lower-case hex of the uncompressed bytes; what a display token vouches for."""
        return hashlib.sha256(self.body).hexdigest()

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
        return gzip.compress(self.body, compresslevel=9, mtime=0)

    @cached_property
    def brotli(self) -> bytes:
        """The body at brotli's best."""
        return bytes(brotli.compress(self.body, quality=11))


def find(name: str, notice: str) -> Asset | None:
    """Return the file of this plain name for a site whose current notice has this SHA-256; None: there is none."""
    match name:
        case "banner.js":
            return script(notice)
        case "banner.css":
            return style()
        case "compat.js":
            return compat(notice)
        case "signals.js":
            return signals(notice)
        case "placeholder.js":
            return placeholder()
        case "pages.css":
            return page_style()
        case "banner.d.ts":
            return types()
    return None


@lru_cache(maxsize=256)
def script(notice: str) -> Asset:
    """Return the banner's script for a current notice.

    The script knows its notice, so a page whose reader has answered it asks the service nothing.
    """
    return _of_notice("banner.js", notice)


@lru_cache(maxsize=256)
def compat(notice: str) -> Asset:
    """Return what speaks to pages that were made for another consent tool."""
    return _of_notice("compat.js", notice)


@lru_cache(maxsize=256)
def signals(notice: str) -> Asset:
    """Return the script that tells Google's and Microsoft's tags of a consent to this notice."""
    return _of_notice("signals.js", notice)


@lru_cache(maxsize=1)
def placeholder() -> Asset:
    """Return what the banner's script fetches on pages with blocked frames."""
    return Asset("placeholder.js", (BUILT / "placeholder.js").read_bytes())


@lru_cache(maxsize=1)
def style() -> Asset:
    """Return the banner's styles. The script carries them; the file is for browsers that cannot adopt a style sheet."""
    return Asset("banner.css", (BUILT / "banner.css").read_bytes())


@lru_cache(maxsize=1)
def page_style() -> Asset:
    """Return the styles of the pages that work without a script: the form and the receipt."""
    return Asset("pages.css", (HERE / "pages.css").read_bytes())


@lru_cache(maxsize=1)
def types() -> Asset:
    """Return the TypeScript declarations of `window.imprimatur`."""
    return Asset("banner.d.ts", (HERE / "banner.d.ts").read_bytes())


def _of_notice(name: str, notice: str) -> Asset:
    text = (BUILT / name).read_text().replace(NOTICE_MARK, notice[:16])
    if COMPAT_MARK in text:
        text = text.replace(COMPAT_MARK, compat(notice).hashed_name)
    return Asset(name, text.encode())
