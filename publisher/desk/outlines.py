"""What would become of a received item, block by block, as the desk shows it; its pictures are numbered."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from publisher.body import inline
from publisher.body.credits import Credit, format_line
from publisher.desk.words import BLOCKS
from publisher.ingest.taking import Outcome


def outline(outcome: Outcome) -> dict[str, Any]:
    """Write what became of an item, or would, for its template."""
    problem, data = outcome.problem, outcome.data or {}
    refused = [f"{each.field}: expected {each.expected}" for each in problem.fields] if problem else []
    return {
        "outcome": outcome,
        "data": data,
        "refused": refused or ([problem.detail] if problem else []),
        "blocks": list(_blocks(data.get("blocks", ()))),
    }


def _blocks(blocks: Any) -> Iterator[dict[str, Any]]:
    numbers = iter(range(10_000))
    for block in blocks:
        given = [block] if block["type"] == "image" else block.get("pictures", ())
        texts = [block[name] for name in ("html", "text", "code", "url") if block.get(name)]
        texts += [*block.get("items", ()), *(" | ".join(row) for row in block.get("rows", ()))]
        yield {
            "word": BLOCKS[block["type"]],
            "type": block["type"],
            "texts": [_safe(text) if block["type"] not in ("code", "embed", "link") else text for text in texts],
            "pictures": [_picture(each, next(numbers)) for each in given],
        }


def _picture(given: dict[str, Any], number: int) -> dict[str, Any]:
    credit = given["credit"]
    line = format_line(Credit(tuple(credit["creators"]), credit["agency"]))
    return given | {"number": number, "credit": line, "lacks": not given["media"].strip("0") and not given["hrefs"]}


def _safe(html: str) -> Markup:
    # written anew from what was understood of it, as pages are
    return Markup(inline.serialise(inline.parse(html)))  # noqa: S704
