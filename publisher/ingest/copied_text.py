"""A text copied from a web page as a received item: title, standfirst, byline, headings, pictures, lists, source line.

No word is lost: each is in the item, or in its ``left_out`` with why.
"""

from publisher.body.markdown import slug_of
from publisher.faults import Fault, refusal
from publisher.ingest.copied_body import write_body
from publisher.ingest.copied_head import Head
from publisher.ingest.copied_lines import key, lines_of
from publisher.ingest.copied_page import CopiedPage
from publisher.ingest.received import Received

MOST_LINES = 4000


def read_copied(text: str, uri: str | None = None, language: str | None = None, section: str | None = None) -> Received:
    """Read a text; raise Invalid when it has no title and text.

    Args:
        text: as it was copied.
        uri: the name under which it comes again; None: made of its title.
        language: as the sender tells.
        section: as the sender tells.
    """
    lines = lines_of(text)
    if len(lines) > MOST_LINES:
        raise refusal([Fault("text", f"at most {MOST_LINES} lines", len(lines))])
    page = CopiedPage(lines)
    head = Head(page)
    blocks = write_body(page)
    if not head.title:
        raise refusal([Fault("text", "a title and paragraphs", "no words")])
    return Received(
        uri=uri or f"text:{slug_of(head.title) or key(head.title)}",
        language=language,
        section=section,
        headline=head.title,
        byline=head.byline,
        description=head.standfirst,
        source=head.source,
        keywords=head.keywords,
        blocks=tuple(blocks),
        left_out=tuple(page.left_out),
        times={},
    )
