"""Access by code; registration elsewhere is counted"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = op.f("ck_event_known_access")
KNOWN = "access IN ('open', 'code', 'invitation', 'approval', 'external')"
BEFORE = "access IN ('open', 'approval', 'invitation', 'external')"


def upgrade() -> None:
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("declared_attendance", WHOLE, nullable=True))
        table.create_check_constraint(
            op.f("ck_event_attendance_not_negative"),
            "declared_attendance IS NULL OR declared_attendance >= 0",
        )
        table.drop_constraint(NAME, type_="check")
        table.create_check_constraint(NAME, KNOWN)
    op.create_table(
        "external_click",
        sa.Column("event_id", WHOLE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("clicks", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_external_click_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "day", name=op.f("pk_external_click")),
    )


def downgrade() -> None:
    op.drop_table("external_click")
    op.execute(sa.text("UPDATE event SET access = 'invitation' WHERE access = 'code'"))
    with op.batch_alter_table("event") as table:
        table.drop_constraint(NAME, type_="check")
        table.create_check_constraint(NAME, BEFORE)
        table.drop_constraint(op.f("ck_event_attendance_not_negative"), type_="check")
        table.drop_column("declared_attendance")
