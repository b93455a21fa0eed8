"""Tariffs are closed and archived by hand"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

COLUMNS = ("closed_at", "archived_at")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("product", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("product", name)
