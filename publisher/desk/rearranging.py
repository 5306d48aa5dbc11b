"""Adding, removing and moving the blocks of a form and the pictures of a gallery, as its buttons ask for it."""

from collections.abc import Callable
from itertools import count
from typing import Any

from publisher.body import inline, inline_markdown
from publisher.body.credit_texts import split_credit
from publisher.desk.form import FIELDS, PICTURE, ArticleForm, BlockForm, PictureForm


def rearrange(form: ArticleForm, asked: str) -> str | None:
    """Do what a button asks, as in ``up:k3``; return the key of what should be in sight then, None for nothing.

    ``add:<type>:<key>`` adds a block after another one, without a key at the end; ``picture:<key>`` one to a gallery;
    ``caption:<key>`` makes a paragraph the caption of a picture that is still to be chosen.
    What names nothing that is there changes nothing.
    """
    what, _, rest = asked.partition(":")
    act = _ACTS.get(what)
    return act(form, rest) if act else None


def _add(form: ArticleForm, asked: str) -> str | None:
    kind, _, after = asked.partition(":")
    if kind not in FIELDS:
        return None
    key = form.new_key()
    made = BlockForm(key, "", kind, dict.fromkeys(FIELDS[kind], "") if kind != "image" else {})
    if kind == "image":
        made.pictures = [_picture(key)]
    elif kind == "gallery":
        made.pictures = [_picture(f"{key}.p{number}") for number in range(2)]
    made.values |= {name: value for name, value in _DEFAULTS.items() if name in made.values}
    at = form.block(after)
    form.blocks.insert(len(form.blocks) if at is None else at + 1, made)
    return key


def _add_picture(form: ArticleForm, key: str) -> str | None:
    at = form.block(key)
    if at is None or form.blocks[at].type != "gallery":
        return None
    taken = {each.key for each in form.blocks[at].pictures}
    made = next(name for name in (f"{key}.p{number}" for number in count()) if name not in taken)
    form.blocks[at].pictures.append(_picture(made))
    return made


def is_caption(block: BlockForm) -> bool:
    """Tell whether a paragraph reads like a caption that came without its picture: all of it emphasised."""
    if block.type != "paragraph":
        return False
    nodes = _nodes(block.values["text"])
    return len(nodes) == 1 and isinstance(nodes[0], inline.Element) and nodes[0].tag == "em"


def _caption(form: ArticleForm, key: str) -> str | None:
    at = form.block(key)
    if at is None or form.blocks[at].type != "paragraph":
        return None
    text = form.blocks[at].values["text"]
    caption, credit = split_credit(inline.plain_text(_nodes(text)) or text)
    made = _picture(key)
    made.values |= {"caption": caption, "alt": caption}
    if credit:
        made.values |= {"creators": ", ".join(credit.creators), "agency": credit.agency or ""}
    form.blocks[at] = BlockForm(key, "", "image", {}, [made])
    return key


def _nodes(text: str) -> tuple[inline.Node, ...]:
    try:
        return inline.parse(inline_markdown.read(text.strip()))
    except inline.InlineError:
        return ()


def _remove(form: ArticleForm, key: str) -> str | None:
    for places in _lists(form):
        at = _place(places, key)
        if at is not None:
            del places[at]
            return str(places[min(at, len(places) - 1)].key) if places else None
    return None


def _moving(by: int) -> Callable[[ArticleForm, str], str | None]:
    def move(form: ArticleForm, key: str) -> str | None:
        for places in _lists(form):
            at = _place(places, key)
            if at is not None and 0 <= at + by < len(places):
                places.insert(at + by, places.pop(at))
        return key

    return move


def _lists(form: ArticleForm) -> list[list[Any]]:
    """Whatever has an order: the blocks, and each gallery's pictures."""
    return [form.blocks, *(block.pictures for block in form.blocks if block.type == "gallery")]


def _place(places: list[Any], key: str) -> int | None:
    return next((at for at, each in enumerate(places) if each.key == key), None)


def _picture(key: str) -> PictureForm:
    return PictureForm(key, dict.fromkeys(PICTURE, ""))


_DEFAULTS = {"level": "2", "header": "row", "category": "media", "ratio": "16:9", "kind": "correction"}
_ACTS: dict[str, Callable[[ArticleForm, str], str | None]] = {
    "add": _add,
    "picture": _add_picture,
    "caption": _caption,
    "remove": _remove,
    "up": _moving(-1),
    "down": _moving(1),
}
