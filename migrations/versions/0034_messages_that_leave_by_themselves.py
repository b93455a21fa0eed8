"""Reminders before an event, thanks after it"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GIVEN = sa.text("occasion IS NOT NULL")
OCCASION = sa.Enum(
    "before",
    "after",
    name="known_occasion",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    with op.batch_alter_table("campaign") as table:
        table.add_column(sa.Column("occasion", OCCASION, nullable=True))
        table.add_column(sa.Column("hours", BIG, nullable=True))
        table.add_column(
            sa.Column("enabled", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.create_check_constraint(
            op.f("ck_campaign_hours_of_an_occasion"), "(occasion IS NULL) = (hours IS NULL)"
        )
        table.create_index(
            "uq_campaign_occasion",
            ["event_id", "occasion"],
            unique=True,
            postgresql_where=GIVEN,
            sqlite_where=GIVEN,
        )


def downgrade() -> None:
    with op.batch_alter_table("campaign") as table:
        table.drop_index("uq_campaign_occasion")
        table.drop_constraint(op.f("ck_campaign_hours_of_an_occasion"), type_="check")
        table.drop_constraint(op.f("ck_campaign_known_occasion"), type_="check")
        table.drop_column("enabled")
        table.drop_column("hours")
        table.drop_column("occasion")
