"""When Stripe was first asked for a refund"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refund", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    # Those that wait may have been asked for before this was noted: they are looked for first.
    op.execute("UPDATE refund SET asked_at = created_at WHERE status IN ('requested', 'submitted')")


def downgrade() -> None:
    with op.batch_alter_table("refund") as table:
        table.drop_column("asked_at")
