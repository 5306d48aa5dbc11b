"""The editor: an article's form, rearranged, previewed and saved. Nothing that was typed is lost, whatever is wrong."""

from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from chassis import sql
from chassis.errors import Conflict, Invalid, PreconditionFailed, PreconditionRequired, Problem
from chassis.sign_in import session
from publisher import clock
from publisher.api.forms import find, the_house
from publisher.articles import ID, KINDS, Article, Revision, read_article
from publisher.desk import form_reading, picking, presence
from publisher.desk.article import around, framed
from publisher.desk.form import FIELDS, ArticleForm, empty, of_article, read, typed
from publisher.desk.frame import hand, language_name, may, source_languages
from publisher.desk.keeping import keeps_form
from publisher.desk.merging import meet, merged
from publisher.desk.presence import Other
from publisher.desk.rearranging import is_caption, rearrange
from publisher.desk.rights import require_writing
from publisher.desk.words import BLOCKS, STATES
from publisher.editing.publishing import Writing, publish
from publisher.editing.receiving import receive
from publisher.store import articles, transitions
from publisher.views import Picture

Faults = dict[str, str]


@keeps_form
@session.signed_in
def new_article() -> AnyResponse | tuple[str, int] | str:
    """Write a new article; it is stored as a draft."""
    require_writing(None)
    if request.method == "GET":
        return _page(None, empty(source_languages()[0]), {})
    return _sent(None)


@keeps_form
@session.signed_in
def edit(article_id: str) -> AnyResponse | tuple[str, int] | str:
    """Write the next revision of an article."""
    revision = find(article_id)
    require_writing(revision)
    if request.method == "GET":
        return _page(revision, of_article(revision.article, revision.version, revision.number), {})
    return _sent(revision)


@session.signed_in
def rendering(article_id: str | None = None) -> Response:
    """Show the page that a form would make; nothing of it is stored."""
    revision = find(article_id) if article_id else None
    require_writing(revision)
    session.check_form()
    _note_presence(revision)
    form = read(request.form, source_languages())
    try:
        article, _ = _article(form)
    except Refused as refused:
        if not form.texts["headline"].strip() and not form.texts["slug"].strip():
            refused.faults.pop("slug", None)  # it comes of the headline
        told = render_template("desk/waiting.html", faults=refused.faults, place=lambda name: place(form, name))
        return Response(told, headers={"Content-Security-Policy": _FRAMED})
    return framed(the_house().renderer.draft(article, revision))


_FRAMED = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


class Refused(Exception):
    """A form does not make an article; says what was expected of each field."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self.faults = faults


def _sent(revision: Revision | None) -> AnyResponse | tuple[str, int] | str:
    session.check_form()
    form = read(request.form, source_languages())
    asked = request.form.get("do", "save")
    what, _, rest = asked.partition(":")
    _make_pictures(form, rest if what == "choose" else "")
    faults = _receive_pictures(form)
    if asked == "settle" and revision:
        return _settled(revision, form)
    if what == "choose" and not faults and (shown := picking.library(revision, form, rest)):
        return shown
    if what == "pick":
        return _page(revision, form, faults, sight=picking.pick(form, rest, "over" in request.form))
    if what == "below":
        asked = f"add:{request.form.get(f'{rest}.below', '')}:{rest}"
    if asked != "save":
        return _page(revision, form, faults, sight=rearrange(form, asked))
    if faults:
        return _page(revision, form, faults, "nothing was saved"), 422
    try:
        made, changed = _save(revision, form)
    except Refused as refused:
        return _page(revision, form, refused.faults, "nothing was saved"), 422
    except PreconditionFailed:
        return _overtaken(form, revision.article_id if revision else "")
    saved = made.number if changed else 0
    return redirect(url_for("desk.edit", article_id=made.article_id, saved=saved), 303)


def _save(revision: Revision | None, form: ArticleForm) -> tuple[Revision, bool]:
    article, keys = _article(form)
    article_id = revision.article_id if revision else article.slug
    if not ID.fullmatch(article_id):
        raise Refused({"slug": "small letters, digits and hyphens"})
    expected = form.version if revision else None
    writing = Writing(form.kind, expected, None if revision else "withheld", {}, hand(form.notice[:1000]))
    house = the_house()
    try:
        done = publish(house.engine, article_id, article, writing, house.offer)
    except Invalid as problem:
        raise Refused(_told(problem, keys)) from None
    except PreconditionRequired:
        raise Refused({"slug": "one that no article has"}) from None
    except Conflict as problem:
        name, _, told = problem.detail.partition(": expected ")
        raise Refused({name.replace("slugs.", "slug."): told} if told else {"headline": problem.detail}) from None
    if done.changed:
        house.announce(article_id)
    return done.revision, done.changed


def _article(form: ArticleForm) -> tuple[Article, list[Any]]:
    """Make the article of a form; raise Refused."""
    data, keys, faults = form_reading.read(form)
    told = {fault.field: fault.expected for fault in faults}
    if form.kind not in KINDS:
        told["kind"] = f"one of {', '.join(KINDS)}"
    try:
        article = read_article(data, source_languages())
    except Invalid as problem:
        # what could not be read from the form has a fault of its own already
        raise Refused(_told(problem, keys) | told) from None
    if told:
        raise Refused(told)
    return article, keys


def _told(problem: Problem, keys: list[Any]) -> Faults:
    return form_reading.by_field(((each.field, each.expected) for each in problem.fields), keys)


def _make_pictures(form: ArticleForm, key: str) -> None:
    """Make a picture of each paragraph that was sent with a file, or for which one is looked for: it is its caption."""
    for block in form.blocks:
        file = request.files.get(f"{block.key}.file")
        if block.type == "paragraph" and (block.key == key.partition(":")[0] or (file and file.filename)):
            rearrange(form, f"caption:{block.key}")


def _receive_pictures(form: ArticleForm) -> Faults:
    """Take in the pictures that came with a form, each for its field."""
    faults: Faults = {}
    house = the_house()
    for picture in (each for block in form.blocks for each in block.pictures):
        file = request.files.get(f"{picture.key}.file")
        if file is None or not file.filename:
            continue
        if not may("media:write"):
            faults[f"{picture.key}.media"] = "a token that may send pictures (media:write)"
            continue
        try:
            picture.values["media"] = receive(house.engine, house.media_dir, file.read()).sha256
            picking.describe(form, picture)
        except Problem as problem:
            faults[f"{picture.key}.media"] = problem.detail.removeprefix("file: expected ")
    house.relay()
    return faults


def _overtaken(form: ArticleForm, article_id: str) -> tuple[str, int]:
    """Show what somebody else changed meanwhile beside what was sent, and let one choose."""
    current = find(article_id)
    if current.number == form.revision:
        form.version = current.version
        return _page(current, form, {}, f"it is {STATES[current.state].lower()} now; look, and save again"), 409
    mine, _ = _article(form)
    with sql.read(the_house().engine) as connection:
        found = articles.content_of(connection, article_id, form.revision)
        last = transitions.of_article(connection, article_id, limit=1)
    met = meet(found[2] if found else mine, mine, current.article)
    page = {"form": form, "fields": form.fields(), "differences": met, "other": last[0].who if last else ""}
    return render_template("desk/conflict.html", **around(current), **page, block_words=BLOCKS), 409


def _settled(revision: Revision, form: ArticleForm) -> tuple[str, int] | str:
    """Go on with what was chosen of two editors' work, which is not stored yet."""
    try:
        mine, _ = _article(form)
    except Refused as refused:
        return _page(revision, form, refused.faults, "nothing was saved"), 422
    if request.form.get("theirs") != str(revision.version):
        return _overtaken(form, revision.article_id)
    chosen = {name.removeprefix("choose."): value for name, value in request.form.items() if name.startswith("choose.")}
    made = of_article(merged(mine, revision.article, chosen), revision.version, revision.number)
    made.kind, made.notice = form.kind, ""
    return _page(revision, made, {}, "this is what you chose; look, and save it")


def _page(
    revision: Revision | None, form: ArticleForm, faults: Faults, trouble: str = "", sight: str | None = None
) -> str:
    head = around(revision) if revision else {}
    return render_template(
        "desk/edit.html",
        **head,
        others=_note_presence(revision),
        form=form,
        faults=faults,
        trouble=trouble,
        sight=sight,
        saved=request.args.get("saved"),
        thumbnails=_thumbnails(form),
        place=lambda name: place(form, name),
        block_words=BLOCKS,
        types=list(FIELDS),
        words=sum(len(text.split()) for block in form.blocks for text in typed(block)),
        languages=source_languages(),
        captions={block.key for block in form.blocks if is_caption(block)},
        names={each: language_name(each) for each in source_languages()},
        label=g.signed_in.label,
    )


def _note_presence(revision: Revision | None) -> list[Other]:
    """Note that who is signed in writes here; return who else does."""
    if revision is None:
        return []
    redis, article_id, me, now_ms = the_house().redis, revision.article_id, g.signed_in, clock.now_ms()
    presence.note(redis, article_id, me.id, me.label, now_ms)
    return presence.others(redis, article_id, me.id, now_ms)


def _thumbnails(form: ArticleForm) -> dict[str, Picture]:
    hashes = {each.values["media"] for block in form.blocks for each in block.pictures if each.values["media"]}
    with the_house().renderer.assembly() as assembly:
        return assembly.pictures(hash for hash in hashes if hash.isalnum() and len(hash) == 64)


def place(form: ArticleForm, name: str) -> str:
    """Say where a field of a form is, for people: ``Picture 2, caption``."""
    key, _, rest = name.partition(".")
    at = form.block(key)
    if at is None:
        return name.replace(".", " ").capitalize()
    block, (picture, _, field) = form.blocks[at], rest.rpartition(".")
    numbers = {each.key: number for number, each in enumerate(block.pictures, 1)}
    which = f" picture {numbers[f'{key}.{picture}']}," if f"{key}.{picture}" in numbers else ""
    return f"{BLOCKS[block.type]} (block {at + 1}),{which} {field.replace('_', ' ')}"
