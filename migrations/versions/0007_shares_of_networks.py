"""What a network keeps unpaid, and what one person may have of an event"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("hold") as table:
        table.add_column(sa.Column("network", sa.Text(), nullable=True))
        table.create_index("ix_hold_network", ["network", "created_at"])
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("person_limit", BIG, nullable=True))
        table.create_check_constraint(
            op.f("ck_event_person_limit_positive"), "person_limit IS NULL OR person_limit >= 1"
        )


def downgrade() -> None:
    with op.batch_alter_table("event") as table:
        table.drop_constraint(op.f("ck_event_person_limit_positive"), type_="check")
        table.drop_column("person_limit")
    with op.batch_alter_table("hold") as table:
        table.drop_index("ix_hold_network")
        table.drop_column("network")
