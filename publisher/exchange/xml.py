"""Writing XML: elements with their namespaces, as text that every parser takes."""

import re
from xml.etree.ElementTree import Element, QName, SubElement, register_namespace, tostring

NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
# what no XML document may hold, however it is written (XML 1.0 §2.2)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
for _prefix, _uri in NAMESPACES.items():
    register_namespace(_prefix, _uri)


def root(name: str, namespace: str | None = None, **attributes: str) -> Element:
    """Make a root whose names without a prefix are of this namespace."""
    made = Element(name, {key: clean(value) for key, value in attributes.items()})
    if namespace is not None:
        made.set("xmlns", namespace)
    return made


def add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    """Add a child; names are ``prefix:local`` by NAMESPACES, an attribute's ``xml_lang`` is ``xml:lang``."""
    named = {_name(key.replace("xml_", "xml:")): clean(value) for key, value in attributes.items()}
    child = SubElement(parent, _name(name), named)
    if text is not None:
        child.text = clean(text)
    return child


def document(root: Element) -> str:
    """Write a document."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def clean(text: str) -> str:
    """Drop the characters that XML has no place for."""
    return _FORBIDDEN.sub("", text)


def _name(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return str(QName(NAMESPACES[prefix], local)) if prefix else local
