"""A visit is closed by itself"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

COLUMNS = ("closed", "off_sale")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column(
            "slot", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("slot", name)
