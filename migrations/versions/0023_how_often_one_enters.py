"""How often one ticket enters an event"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KNOWN = "entry IN ('once', 'daily', 'return', 'free')"


def upgrade() -> None:
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("entry", sa.String(), nullable=True))
        table.create_check_constraint(op.f("ck_event_known_entry"), KNOWN)


def downgrade() -> None:
    with op.batch_alter_table("event") as table:
        table.drop_constraint(op.f("ck_event_known_entry"), type_="check")
        table.drop_column("entry")
