"""Sites, notices, their publication, and API tokens."""

import sqlalchemy as sa
from alembic import op

from chassis.tokens import token_table

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.String(63), primary_key=True),
        sa.Column("origins", sa.Text, nullable=False),
        sa.Column("cookie_domain", sa.String(253)),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "notice",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("site", sa.String(63), sa.ForeignKey("site.id"), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("site", sa.String(63), sa.ForeignKey("site.id"), nullable=False),
        sa.Column("notice", sa.String(64), sa.ForeignKey("notice.sha256"), nullable=False),
        sa.Column("published_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("publication_by_site", "publication", ["site", "id"])
    token_table(sa.MetaData()).create(op.get_bind())
