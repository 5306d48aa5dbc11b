"""Picking a picture of the library for a place in an article: a page of its own that carries the form along."""

import re
from typing import Any

from flask import render_template, request

from publisher.api.forms import the_house
from publisher.articles import Revision
from publisher.body.blocks import Picture
from publisher.desk.article import around
from publisher.desk.form import ArticleForm, PictureForm, picture_values
from publisher.desk.library import said_of, shelf
from publisher.store import media

_PICKED = re.compile(r"([\w.]{1,40}):([0-9a-f]{64})")
TAKEN_OVER = ("caption", "alt", "decorative", "creators", "agency", "focus_x", "focus_y")


def library(revision: Revision | None, form: ArticleForm, asked: str) -> str | None:
    """Show the library for the picture ``<key>``, from a place on in ``<key>:<place>``; None where there is no such."""
    key, _, before = asked.partition(":")
    place = _place(form, key)
    if place is None:
        return None
    page: dict[str, Any] = shelf(request.form.get("words", ""), before, form.texts["language"])
    head = around(revision) if revision else {}
    return render_template(
        "desk/picker.html",
        **head,
        form=form,
        fields=form.fields(),
        key=key,
        replaces=bool(place.values["media"]),
        **page,
    )


def pick(form: ArticleForm, asked: str, over: bool) -> str | None:
    """Take a picture, asked for as ``<key>:<hash>``, with what is said of it; return the key of its block.

    ``over``: also in place of what the form says already.
    """
    found = _PICKED.fullmatch(asked)
    place = _place(form, found[1]) if found else None
    if found is None or place is None:
        return None
    place.values["media"] = found[2]
    describe(form, place, over)
    return found[1]


def describe(form: ArticleForm, place: PictureForm, over: bool = False) -> None:
    """Fill in what is said of the picture that was put in a place; see `pick`."""
    sha256 = place.values["media"]
    with the_house().renderer.assembly() as assembly:
        used = media.uses(assembly.connection, [sha256]).get(sha256, [])
        said = said_of(assembly.connection, sha256, used, form.texts["language"])
    _take_over(place, said, over)


def _take_over(place: PictureForm, said: Picture | None, over: bool) -> None:
    """Fill in what is said of a picture; the focus is always the picture's own."""
    told = picture_values(said) if said else dict.fromkeys(TAKEN_OVER, "")
    credited = place.values["creators"].strip() or place.values["agency"].strip()
    described = place.values["alt"].strip() or place.values["decorative"]
    for name in TAKEN_OVER:
        given = {"caption": place.values["caption"].strip(), "alt": described, "decorative": described}
        given |= {"creators": credited, "agency": credited}
        if name.startswith("focus") or (said and over) or not given[name]:
            place.values[name] = told[name]


def _place(form: ArticleForm, key: str) -> PictureForm | None:
    return next((each for block in form.blocks for each in block.pictures if each.key == key), None)
