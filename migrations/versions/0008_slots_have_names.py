"""A slot has a name of its own in calendars, whatever its place in the list."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("slot") as table:
        table.add_column(sa.Column("uid", sa.Text(), nullable=True))
    _name_as_published()
    with op.batch_alter_table("slot") as table:
        table.alter_column("uid", existing_type=sa.Text(), nullable=False)
        table.create_unique_constraint(op.f("uq_slot_uid"), ["uid"])


def downgrade() -> None:
    with op.batch_alter_table("slot") as table:
        table.drop_constraint(op.f("uq_slot_uid"), type_="unique")
        table.drop_column("uid")


def _name_as_published() -> None:
    """The names that calendars know so far: the event's, then with the number of the slot."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT slot.id, event.id, event.uid FROM slot JOIN event ON event.id = slot.event_id "
            "ORDER BY event.id, slot.starts_at, slot.id"
        )
    ).all()
    numbers: dict[int, int] = {}
    for slot_id, event_id, uid in rows:
        number = numbers[event_id] = numbers.get(event_id, 0) + 1
        connection.execute(
            sa.text("UPDATE slot SET uid = :uid WHERE id = :id"),
            {"uid": uid if number == 1 else f"{uid}-{number}", "id": slot_id},
        )
