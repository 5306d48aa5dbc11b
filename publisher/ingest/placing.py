"""Where the pictures of an item stand in its text: an agency sends both side by side, and its text may name some."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from publisher.ingest.received import Received

Block = Mapping[str, Any]


def placed(blocks: Iterable[Block], pictures: Iterable[Block]) -> tuple[Block, ...]:
    """Give the pictures that a text names what is told of them, and put the others around it.

    The first of them opens the text, the rest end it. A picture's ``names`` are the addresses by which a text may
    name it: its files', and its own.
    """
    others = [dict(picture) for picture in pictures]
    made: list[Block] = []
    for block in blocks:
        made.append(_of_gallery(block, others) if block.get("type") == "gallery" else _known(block, others))
    rest = [without_names(picture) for picture in others]
    return (*rest[:1], *made, *rest[1:])


def with_pictures(item: Received, files: Sequence[bytes]) -> Received:
    """Give an item's pictures that are nowhere else the files that came with it, in their order."""
    left = list(files)
    blocks = [{**block, "data": left.pop(0)} if left and _lacks_file(block) else block for block in item.blocks]
    if not left:
        return replace(item, blocks=tuple(blocks))
    told = f"{len(left)} pictures were passed over: the text tells of {len(files) - len(left)} without a file"
    return replace(item, blocks=tuple(blocks), notes=(*item.notes, told))


def _lacks_file(block: Block) -> bool:
    return block.get("type") == "image" and not block.get("hrefs") and block.get("data") is None


def without_names(picture: Block) -> Block:
    """Drop what only placing needs."""
    return {name: value for name, value in picture.items() if name != "names"}


def _of_gallery(block: Block, others: list[dict[str, Any]]) -> Block:
    return {**block, "pictures": [_known(each, others) for each in block["pictures"]]}


def _known(block: Block, others: list[dict[str, Any]]) -> Block:
    """Complete a picture of the text from the one that it names, which is then placed."""
    named = set(block.get("hrefs") or ())
    found = next((each for each in others if named & set(each.get("names") or ())), None)
    if found is None:
        return block
    others.remove(found)
    completed = dict(block)
    if "decorative" not in block:
        # one that says all that it is lacks nothing
        completed |= {name: block.get(name) or found.get(name) for name in ("caption", "alt", "credit", "focus")}
    if found.get("item"):
        completed["item"] = found["item"]
    completed["hrefs"] = list(dict.fromkeys([*(found.get("hrefs") or ()), *named]))
    return completed
