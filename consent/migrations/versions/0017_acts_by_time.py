"""Acts of some days are found by their time, and need no look at all the newer ones."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("act_by_time", "act", ["log_id", "received_ms", "idx"])
    op.create_index("act_by_kind_and_time", "act", ["log_id", "kind", "received_ms", "idx"])
