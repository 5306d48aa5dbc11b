"""The newsroom as its pages present it: name, mark, colours, navigation, and what it says of itself."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from publisher.site.share_services import USUAL
from publisher.site.themes import OWN, Theme

ALWAYS = "always"
REVIEWED = "reviewed"
NEVER = "never"
INDEXING = (ALWAYS, REVIEWED, NEVER)
"""Which machine translations search engines may list: all, those that a person has read, or none."""


class Asset(NamedTuple):
    """A file of the site's own, served under its content's hash."""

    name: str
    content_type: str
    data: bytes

    @property
    def address(self) -> str:
        """Address from the site's root."""
        return f"/static/{self.name}"


class Logo(NamedTuple):
    """The site's mark, ``dark`` on a dark ground; size in CSS pixels. A ``wordmark`` says the name itself."""

    light: Asset
    dark: Asset | None
    width: int
    height: int
    wordmark: bool = False


class NavigationLink(NamedTuple):
    """A link of the navigation: a section, or ``href`` with {language} where the page's language goes.

    ``names`` are by language; a section without any has its usual name.
    """

    names: Mapping[str, str]
    section: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """One newsroom; an empty ``consent_url`` means no banner, an empty ``navigation`` every section there is.

    ``taglines`` are by language. ``principles`` and ``corrections`` are addresses of what the newsroom holds itself to,
    ``profiles`` its own elsewhere. ``documents`` are named in the footer, ``sharing`` names ``share_services``.
    ``templates``: a directory that goes first.
    """

    name: str
    url: str
    consent_url: str = ""
    consent_site: str = ""
    theme: Theme = OWN
    taglines: Mapping[str, str] = field(default_factory=dict)
    logo: Logo | None = None
    icon: Asset | None = None
    navigation: tuple[NavigationLink, ...] = ()
    profiles: tuple[str, ...] = ()
    principles: str = ""
    corrections: str = ""
    documents: tuple[str, ...] = ()
    indexing: str = ALWAYS
    sharing: tuple[str, ...] = USUAL
    templates: Path | None = None

    @property
    def assets(self) -> dict[str, Asset]:
        """Files of the site's own, by name."""
        logos = (self.logo.light, self.logo.dark) if self.logo else ()
        return {asset.name: asset for asset in (*logos, self.icon) if asset}

    def absolute(self, address: str) -> str:
        """Return an address of the site file as an address of the web; an empty one stays empty."""
        return self.url + address if address.startswith("/") else address

    def section_names(self, language: str) -> dict[str, str]:
        """Names of sections that the navigation gives in a language."""
        return {
            each.section: each.names[language] for each in self.navigation if each.section and language in each.names
        }


def asset(kind: str, path: Path, content_type: str, data: bytes) -> Asset:
    """Name a file by its kind and content."""
    return Asset(f"{kind}.{hashlib.sha256(data).hexdigest()[:16]}{path.suffix.lower()}", content_type, data)
