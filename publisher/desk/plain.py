"""Blocks and fields as text that people compare: line by line, inline HTML as Markdown."""

from publisher.body.blocks import Block, Picture, pictures_of
from publisher.body.credits import format_line
from publisher.desk.form import ON, block_values

_NAMED = ("level", "ordered", "header", "kind", "date", "url", "frame", "provider", "category", "ratio", "syntax")


def block_text(block: Block) -> str:
    """Write a block: its texts first, then what is set of it, then its pictures."""
    values = block_values(block)
    lines = [value for name, value in values.items() if value and name not in _NAMED]
    settings = [
        f"{name}: {'yes' if value == ON else value}" for name, value in values.items() if value and name in _NAMED
    ]
    return "\n".join([*lines, ", ".join(settings), *map(_picture, pictures_of(block).values())]).strip()


def _picture(picture: Picture) -> str:
    parts = [f"{picture.caption} {format_line(picture.credit)}"]
    parts.append("decorative" if picture.decorative else f"[{picture.alt}]")
    if picture.focus:
        parts.append(f"focus {picture.focus.x:g}, {picture.focus.y:g}")
    return f"{' '.join(parts)} picture {picture.media[:8]}"


def field_text(value: object) -> str:
    """Write a field of an article's JSON form."""
    if isinstance(value, dict):
        return ", ".join(f"{language}: {slug}" for language, slug in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
