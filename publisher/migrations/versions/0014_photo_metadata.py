"""What pictures' files say of themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("media", sa.Column("told", sa.Text))
    op.add_column("media", sa.Column("said", sa.Text, nullable=False, server_default=""))
