"""The indexes of `person` begin with the block of the log (`consent.store.persons`)."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column, where in (("subject_ref", None), ("account_ref", sa.text("account_ref IS NOT NULL"))):
        name = f"person_by_{column.removesuffix('_ref')}"
        op.drop_index(name, "person")
        block = sa.text("(idx >> 18)")
        op.create_index(name, "person", ["log_id", block, column, "idx"], sqlite_where=where, postgresql_where=where)
