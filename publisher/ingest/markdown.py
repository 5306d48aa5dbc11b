"""A Markdown file with front matter as a received item; its pictures are addresses, or come beside it in its order."""

from collections.abc import Callable, Mapping
from typing import Any

from publisher.body.markdown import read_manuscript
from publisher.ingest.received import Received

Beside = Callable[[str], bytes | None]


def read_markdown(text: str, uri: str | None, language: str | None, section: str | None, beside: Beside) -> Received:
    """Read a file's text; raise Invalid with the line of what is wrong."""
    manuscript = read_manuscript(text)
    fields = manuscript.fields
    ignored = ", ".join(manuscript.ignored)
    return Received(
        uri=uri or f"markdown:{fields['id']}",
        language=fields["language"] or language,
        headline=fields["headline"],
        byline=fields["byline"],
        description=fields["description"],
        source=fields["source"],
        section=section or fields["section"],
        slug=fields["slug"],
        keywords=tuple(fields["keywords"]),
        blocks=tuple(_block(block, beside) for block in manuscript.blocks),
        notes=(f"passed over in the front matter: {ignored}",) if ignored else (),
        times={},
    )


def _block(block: Mapping[str, Any], beside: Beside) -> Mapping[str, Any]:
    if block["type"] == "gallery":
        return {**block, "pictures": [_picture(each, beside) for each in block["pictures"]]}
    return _picture(block, beside) if block["type"] == "image" else block


def _picture(picture: Mapping[str, Any], beside: Beside) -> Mapping[str, Any]:
    path = picture["path"]
    kept = {name: value for name, value in picture.items() if name != "path"}
    if path.startswith(("http://", "https://")):
        return kept | {"hrefs": [path]}
    data = beside(path)
    return kept | {"hrefs": []} | ({"data": data} if data is not None else {})
