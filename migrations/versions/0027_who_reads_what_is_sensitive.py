"""A role that reads sensitive answers and nothing else"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BEFORE = ("owner", "organizer", "contributor", "juror", "door", "accountant")


def upgrade() -> None:
    _allow((*BEFORE, "care"))


def downgrade() -> None:
    op.execute("DELETE FROM role WHERE name = 'care'")
    op.execute("DELETE FROM invitation WHERE role = 'care'")
    _allow(BEFORE)


def _allow(roles: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{role}'" for role in roles)
    for name, column in (("role", "name"), ("invitation", "role")):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"ck_{name}_known_role"), type_="check")
            table.create_check_constraint(op.f(f"ck_{name}_known_role"), f"{column} IN ({listed})")
