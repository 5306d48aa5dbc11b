"""Which articles show which pictures, and pictures that were taken away."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CURRENT = """
SELECT revision.article, revision.body FROM revision
JOIN article ON article.id = revision.article AND article.current_revision = revision.number
"""


def upgrade() -> None:
    op.add_column("media", sa.Column("removed_ms", sa.BigInteger))
    use = op.create_table(
        "picture_use",
        sa.Column("article", sa.String(128), sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("media", sa.String(64), primary_key=True),
    )
    op.create_index("picture_use_by_media", "picture_use", ["media"])
    connection = op.get_bind()
    for article, body in connection.execute(sa.text(CURRENT)).all():
        shown = {
            picture["media"]
            for block in json.loads(body)["blocks"]
            for picture in ([block] if block["type"] == "image" else block.get("pictures") or ())
        }
        for media in sorted(shown):
            connection.execute(use.insert().values(article=article, media=media))
