"""When the buyer of an order by transfer was reminded, and the rest of a part asked for"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

COLUMNS = ("reminded_at", "rest_asked_at")


def upgrade() -> None:
    with op.batch_alter_table("order") as order:
        for name in COLUMNS:
            order.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("order") as order:
        for name in reversed(COLUMNS):
            order.drop_column(name)
