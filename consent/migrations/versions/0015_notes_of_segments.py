"""What the tail of an export has to know of each segment."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("export_segment", sa.Column("note", sa.Text, nullable=False, server_default=""))
