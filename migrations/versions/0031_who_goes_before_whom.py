"""Messages leave by priority"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("outbox_message") as table:
        table.add_column(sa.Column("priority", big, nullable=False, server_default="2"))
        # Written by the release before alone.
        table.alter_column("urgent", existing_type=sa.Boolean(), server_default=sa.false())
    op.execute("UPDATE outbox_message SET priority = 0 WHERE urgent AND NOT ended")
    op.drop_index("ix_outbox_message_waiting", "outbox_message")
    op.create_index(
        "ix_outbox_message_leaving", "outbox_message", ["ended", "priority", "due_at", "id"]
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_message_leaving", "outbox_message")
    op.create_index("ix_outbox_message_waiting", "outbox_message", ["ended", "due_at"])
    with op.batch_alter_table("outbox_message") as table:
        table.alter_column("urgent", existing_type=sa.Boolean(), server_default=None)
        table.drop_column("priority")
