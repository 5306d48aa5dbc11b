"""What articles say of their pictures, by which the desk finds them."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from publisher.search_text import normalised

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CURRENT = """
SELECT revision.article, revision.body FROM revision
JOIN article ON article.id = revision.article AND article.current_revision = revision.number
"""


def upgrade() -> None:
    op.add_column("picture_use", sa.Column("said", sa.Text, nullable=False, server_default=""))
    use = sa.table("picture_use", sa.column("article"), sa.column("media"), sa.column("said"))
    connection = op.get_bind()
    for article, body in connection.execute(sa.text(CURRENT)).all():
        told = json.loads(body)
        said: dict[str, list[str]] = {}
        for block in told["blocks"]:
            for picture in [block] if block["type"] == "image" else block.get("pictures") or ():
                said.setdefault(picture["media"], [told["headline"]]).append(_words(picture))
        for media, texts in said.items():
            row = (use.c.article == article) & (use.c.media == media)
            connection.execute(use.update().where(row).values(said=normalised(" ".join(texts))))


def _words(picture: dict[str, Any]) -> str:
    credit = picture.get("credit") or {}
    names = [*credit.get("creators", ()), credit.get("agency") or ""]
    return " ".join([picture.get("caption") or "", picture.get("alt") or "", *names])
