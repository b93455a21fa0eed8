"""Money taken on the spot says how: a card terminal of the organizers"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BEFORE = ("stripe", "transfer", "offline")


def upgrade() -> None:
    _allow((*BEFORE, "terminal"))


def downgrade() -> None:
    op.execute("UPDATE payment SET method = 'offline' WHERE method = 'terminal'")
    _allow(BEFORE)


def _allow(methods: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{method}'" for method in methods)
    with op.batch_alter_table("payment") as table:
        table.drop_constraint(op.f("ck_payment_known_method"), type_="check")
        table.create_check_constraint(op.f("ck_payment_known_method"), f"method IN ({listed})")
