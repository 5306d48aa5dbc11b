"""The description of the search by which a browser offers it in its own search field (OpenSearch 1.1)."""

from publisher import wording
from publisher.exchange import xml
from publisher.site.sites import Site

NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
_LONGEST_NAME = 16


def description(site: Site, language: str) -> str:
    """Describe the search in a language."""
    root = xml.root("OpenSearchDescription", NAMESPACE)
    words = wording.load(language)
    here = f"{site.url}/{language}/search"
    xml.add(root, "ShortName", site.name[:_LONGEST_NAME])
    xml.add(root, "Description", f"{site.name}: {words['search_hint']}")
    xml.add(root, "Language", language)
    xml.add(root, "InputEncoding", "UTF-8")
    xml.add(root, "Url", type="text/html", template=f"{here}?q={{searchTerms}}")
    suggested = f"{here}/suggestions?q={{searchTerms}}"
    xml.add(root, "Url", type="application/x-suggestions+json", rel="suggestions", template=suggested)
    return xml.document(root)
