"""The body of an NITF document (IPTC), which NewsML-G2 often carries, as HTML."""

from html import escape

from lxml import etree

from publisher.ingest.xml_reading import as_html, local, text_of

_HTML = {
    "hl2": "h2",
    "media": "figure",
    "media-caption": "figcaption",
    "bq": "blockquote",
    "fn": "p",
    "note": "blockquote",
}
_INLINE = {"em": "em", "q": "em", "pronounce": "span", "lang": "span"}


def nitf_html(root: etree._Element) -> str:
    """Write what stands in ``body.content``; the headline and the byline of the head are metadata."""
    copy = etree.fromstring(etree.tostring(root, with_tail=False))
    for element in list(copy.iter()):
        name = local(element)
        if name == "media-reference":
            element.tag = "img"
            element.set("src", element.get("source", ""))
        elif name == "media-producer":
            element.tag = "div"
            element.set("class", "credit")
            element.text, element[:] = text_of(element), []
        elif name:
            element.tag = _HTML.get(name) or _INLINE.get(name) or name
    content = next((each for each in copy.iter() if local(each) == "body.content"), None)
    return as_html(content) if content is not None else f"<p>{escape(text_of(copy))}</p>"
