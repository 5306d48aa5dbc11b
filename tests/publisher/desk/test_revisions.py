"""Revisions listed, compared and restored."""

import re
from dataclasses import replace

from flask.testing import FlaskClient

from publisher.body.blocks import Divider, Paragraph
from publisher.desk.comparing import compare
from tests.publisher.desk.editor import Editor, said
from tests.publisher.newsroom import Newsroom, an_article

FIRST = an_article()
SECOND = replace(
    FIRST,
    headline="A bridge opened",
    blocks=(Paragraph("b1", "The <em>last</em> bolt came in."), FIRST.blocks[3], FIRST.blocks[2], Divider("d1")),
)


def test_two_revisions_are_told_field_by_field_and_block_by_block() -> None:
    rows = [(row.name, row.what) for row in compare(FIRST, SECOND)]
    assert rows == [
        ("headline", "changed"),
        ("b1", "changed"),
        ("b2", "removed"),
        ("b4", "moved"),
        ("b3", "same"),
        ("d1", "added"),
    ]
    changed = next(row for row in compare(FIRST, SECOND) if row.name == "b1")
    assert [(each.kind, each.text) for each in changed.pieces if each.kind != "same"] == [
        ("gone", "went"),
        ("new", "came"),
    ]


def test_a_revision_is_restored_as_a_new_one(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(FIRST)
    editor = Editor(client)
    assert "Restore" not in editor.get("/articles/bridge/revisions")
    newsroom.publish(SECOND, kind="minor")
    page = editor.get("/articles/bridge/revisions")
    assert "<del>opens</del><ins>opened</ins>" in page and "1 block is the same" in said(page)
    assert "Restore revision 1" in page and "Restore" not in Editor(client, "proofreader").get(
        "/articles/bridge/revisions"
    )
    assert editor.post("/articles/bridge/revisions/1/restore", version="1", kind="update").status_code == 409
    assert editor.post("/articles/bridge/revisions/9/restore", version="2").status_code == 404
    assert editor.post("/articles/bridge/revisions/1/restore", version="2", kind="update").status_code == 303
    current = newsroom.revision()
    assert current and (current.number, current.article, current.state) == (3, FIRST, "updated")
    listed = said(editor.get("/articles/bridge/revisions"))
    assert re.search(r"3 current update .* Editor revision 1 restored", listed)
    assert "These two are the same." in editor.get("/articles/bridge/revisions?from=1&to=3")
    assert editor.get("/articles/bridge/revisions?from=99999999999&to=x")


def test_what_may_not_be_restored_says_why(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(FIRST)
    newsroom.publish(replace(FIRST, slug="other-slug"))
    newsroom.publish(an_article(), "second")
    told = Editor(client).post("/articles/bridge/revisions/1/restore", version="2")
    assert told.status_code == 422 and "belongs to article" in told.text
    assert Editor(client, "writer").post("/articles/bridge/revisions/1/restore", version="2").status_code == 403
