"""Search by notice, and by action instead of event, which follows from the action."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("record_by_action", "record", ["log_id", "action", "idx"])
    op.create_index("record_by_notice", "record", ["log_id", "notice", "idx"])
    op.drop_index("record_by_event", "record")
