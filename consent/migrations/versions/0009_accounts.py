"""Finding the records of an account, whatever device they were made on."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("account_ref", sa.String(64)))
    op.create_index("person_by_account", "person", ["log_id", "account_ref", "idx"])
