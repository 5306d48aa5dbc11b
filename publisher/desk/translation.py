"""A translation beside its source: texts edited, approved and asked for anew by a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.errors import Conflict, Invalid, NotFound
from chassis.sign_in import session
from chassis.sql import read
from publisher import clock
from publisher.api.forms import find, the_house
from publisher.articles import Article, Revision, article_texts
from publisher.body import inline_markdown
from publisher.body.block_texts import Text
from publisher.body.inline import InlineError
from publisher.desk.article import around
from publisher.desk.frame import hand
from publisher.desk.keeping import keeps_form
from publisher.desk.word_changes import Piece, pieces
from publisher.desk.words import BLOCKS
from publisher.editing.post_editing import EDITABLE, Overtaken, Sent, edit, retranslate, texts_so_far
from publisher.post_edits import PostEdit, source_key
from publisher.shown import as_shown, engine_name
from publisher.store import articles, post_edits, variants
from publisher.variants import MACHINE, ORIGINAL, Variant

Answer = Response | tuple[str, int] | str


@dataclass(frozen=True, slots=True)
class Row:
    """A text and its translation, both as people type them.

    ``by`` is what a person made of it, ``aside`` what one made of an earlier source text, with ``changes`` since then.
    ``was`` is the translation as it is stored; None: there is none of this text.
    """

    name: str
    label: str
    source: str
    target: str
    was: str | None
    by: PostEdit | None
    aside: str | None
    changes: list[Piece]


@keeps_form
@session.signed_in
def translation(article_id: str, language: str) -> Answer:
    """Show a translation beside its source, and take what a form does to it."""
    session.require("articles:read")
    revision = find(article_id)
    if language not in the_house().settings.languages:
        raise NotFound(f"no language {language[:40]!r} is offered")
    if request.method == "GET":
        return _page(revision, language)
    session.check_form()
    session.require("articles:write")
    asked, _, name = request.form.get("do", "save").partition(":")
    who = hand(request.form.get("note", "")[:1000])
    try:
        if asked == "anew":
            house = the_house()
            retranslate(house.engine, article_id, language, who, house.offer, name or None)
        elif asked == "take":
            return _page(revision, language, typed=_typed(), taken=name)
        else:
            every = list(article_texts(revision.article))
            approved = every if asked == "review" else [name] if asked == "approve" else []
            edit(the_house().engine, article_id, language, _sent(revision), approved, who)
    except Invalid as problem:
        faults = {each.field: each.expected for each in problem.fields}
        return _page(revision, language, "Nothing was saved.", _typed(), faults), 422
    except Overtaken as met:
        faults = dict.fromkeys(met.names, "a look at what somebody else wrote meanwhile, shown below; then save again")
        return _page(find(article_id), language, "Nothing was saved.", _typed(), faults), 409
    except Conflict as problem:
        return _page(find(article_id), language, f"Nothing was saved: {problem.detail}.", _typed()), 409
    the_house().announce(article_id)
    return redirect(url_for("desk.translation", article_id=article_id, language=language, done=asked), 303)


def _sent(revision: Revision) -> dict[str, Sent]:
    source = article_texts(revision.article)
    sent: dict[str, Sent] = {}
    for field, typed in _typed().items():
        markup = field in source and source[field].markup
        try:
            text = inline_markdown.read(typed.strip()) if markup else typed
        except InlineError as error:
            raise Invalid(f"{field}: expected {error.expected}", _Expected(field, error.expected)) from None
        sent[field] = Sent(_clean(request.form.get(f"was.{field}", "")), text)
    return sent


class _Expected:
    """A field to blame."""

    def __init__(self, field: str, expected: str) -> None:
        self.field, self.expected, self.detail = field, expected, ""

    def _asdict(self) -> dict[str, Any]:
        return {"field": self.field, "expected": self.expected}


def _typed() -> dict[str, str]:
    """Return the texts of the form, by name, as they were typed."""
    return {name.removeprefix("text."): _clean(text) for name, text in request.form.items() if name.startswith("text.")}


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "")


def _page(
    revision: Revision,
    language: str,
    trouble: str = "",
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    taken: str = "",
) -> str:
    with read(the_house().engine) as connection:
        variant = variants.load(connection, revision.article_id, language)
        if variant is None or language == revision.article.language:
            raise NotFound(f"no translation of article {revision.article_id!r} into {language!r}")
        kept = post_edits.of_variant(connection, revision.article_id, language)
        before = articles.content_of(connection, revision.article_id, variant.revision)
    variant = as_shown(revision.article, variant, clock.now_ms())
    finished = variant.state == MACHINE
    rows = _rows(revision.article, variant, kept, before[2] if before and variant.pending else None)
    if taken:
        typed = {**(typed or {}), **{row.name: row.aside or "" for row in rows if row.name == taken}}
    return render_template(
        "desk/translation.html",
        **around(revision),
        variant=variant,
        engine=engine_name(variant),
        finished=finished,
        open=variant.state in EDITABLE,
        original=variant.state == ORIGINAL,
        rows=rows,
        language=language,
        typed=typed or {},
        faults=faults or {},
        trouble=trouble,
        taken=taken,
        seen=sum(row.by is not None for row in rows),
        done=request.args.get("done"),
    )


def _rows(article: Article, variant: Variant, kept: Mapping[str, PostEdit], before: Article | None) -> list[Row]:
    source = article_texts(article)
    current = {source_key(text) for text in source.values()}
    # the newest last, so that it is the one that stays
    aside = {made.name: made for key, made in kept.items() if key not in current}
    then = article_texts(before) if before else {}
    there = (variant.texts or {}) if variant.pending else texts_so_far(source, variant, kept)
    rows = []
    for name, text in source.items():
        target = there.get(name)
        by = kept.get(source_key(text))
        earlier = aside.get(name) if by is None else None
        was = earlier.source if earlier else then[name].value if name in then else text.value
        rows.append(
            Row(
                name=name,
                label=label(article, name),
                source=_typable(text.value, text),
                target=_typable(target, text) if target else "",
                was=target,
                by=by,
                aside=_typable(earlier.target, text) if earlier else None,
                changes=pieces(_typable(was, text), _typable(text.value, text)) if was != text.value else [],
            )
        )
    return rows


def _typable(value: str, text: Text) -> str:
    if not text.markup:
        return value
    try:
        return inline_markdown.write(value)
    except InlineError:
        return value  # it was plain text in an earlier revision


def label(article: Article, name: str) -> str:
    """Say what a text is, for people: ``Paragraph 3``, ``Picture 5: caption``."""
    block_id, _, part = name.rpartition("/")
    if not block_id:
        return name.capitalize()
    at = next((at for at, block in enumerate(article.blocks) if block.id == block_id), 0)
    word = f"{BLOCKS[article.blocks[at].type]} {at + 1}"
    kind = part.split(".")
    if part == "html":
        return word
    numbers = " ".join(str(int(each) + 1) if each.isdecimal() else each for each in kind)
    return f"{word}: {numbers.replace('items', 'item').replace('rows', 'cell').replace('pictures', 'picture')}"
