"""The links around every page: the site's navigation above it, its documents below."""

from collections.abc import Collection, Iterator, Mapping

from publisher import wording
from publisher.documents import path_of
from publisher.site.sites import NavigationLink, Site
from publisher.views import Link
from publisher.wording import Wording


def navigation(site: Site, words: Wording, filled: Collection[str], current: str) -> Iterator[Link]:
    """Make the links of the navigation, ``current`` marked; ``filled`` are the sections that have something to show."""
    for link in site.navigation or [NavigationLink({}, section=each) for each in filled]:
        if link.href:
            yield _link(link.names, link.href.replace("{language}", words.language), words)
        elif link.section in filled:
            title = words.section_title(link.section.replace("-", " "))
            address = f"/{words.language}/section/{link.section}"
            yield Link(title, address, current=link.section == current)


def foot(site: Site, words: Wording, titles: Mapping[str, Mapping[str, str]]) -> Iterator[Link]:
    """Make the links to the documents in force, as the site orders them; ``titles`` are by name and language."""
    for name in site.documents or titles:
        if name in titles:
            yield _link(titles[name], path_of(words.language, name), words)


def _link(names: Mapping[str, str], href: str, words: Wording) -> Link:
    """Name a link in the page's language, else in the first that there is, marked as such."""
    if words.language in names:
        return Link(names[words.language], href)
    language = next(iter(names))
    return Link(names[language], href, language, wording.load(language).dir)
