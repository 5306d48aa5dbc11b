"""What a site keeps of where a choice came from."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("site", sa.Column("traces", sa.String(200), nullable=False, server_default=""))
