"""When the buyer of an order, or of a bill, was forgotten"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("order", "bill"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("bill", "order"):
        with op.batch_alter_table(name) as table:
            table.drop_column("forgotten_at")
