"""Reading XML of others: no document types, so no entities of anybody's making, and nothing is fetched."""

from lxml import etree

from chassis.errors import Malformed

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


def read_xml(data: bytes) -> etree._Element:
    """Parse a document and return its root.

    Raises:
        Malformed: it is no XML, or has a document type.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Malformed(f"expected XML: {str(error.msg)[:200]}") from None
    except ValueError as error:
        raise Malformed(f"expected XML: {error}") from None
    if root is None or root.getroottree().docinfo.doctype:
        raise Malformed("expected XML without a document type, got one")
    return root


def local(element: etree._Element) -> str:
    """Name of an element without its namespace."""
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def namespace(element: etree._Element) -> str:
    """Namespace of an element; empty for none."""
    return str(etree.QName(element).namespace or "") if isinstance(element.tag, str) else ""


def text_of(element: etree._Element | None) -> str:
    """Text inside of an element with all below it, in one line; empty for none."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def as_html(element: etree._Element) -> str:
    """Write what is inside of an element of XHTML as HTML, whatever its prefixes."""
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    for each in copy.iter():
        if isinstance(each.tag, str):
            each.tag = local(each)
    etree.cleanup_namespaces(copy)
    inside = [copy.text or "", *(etree.tostring(each, method="html", encoding="unicode") for each in copy)]
    return "".join(inside)
