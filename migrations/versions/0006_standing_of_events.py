"""Events know how the current release shows them: the sale reads it with its products"""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("released_state", sa.Text(), nullable=True))
        table.add_column(sa.Column("released_access", sa.Text(), nullable=True))
        table.add_column(sa.Column("released_until", sa.DateTime(timezone=True), nullable=True))
    _fill(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("event") as table:
        table.drop_column("released_until")
        table.drop_column("released_access")
        table.drop_column("released_state")


def _fill(bind: sa.Connection) -> None:
    """Nothing would be for sale until the next release otherwise."""
    event = sa.table(
        "event",
        sa.column("id", sa.BigInteger),
        sa.column("released_state", sa.Text),
        sa.column("released_access", sa.Text),
        sa.column("released_until", sa.DateTime(timezone=True)),
    )
    released = bind.execute(
        sa.text(
            "SELECT release.content FROM release JOIN series ON series.id = release.series_id "
            "AND series.release_number = release.number"
        )
    ).scalars()
    for stored in list(released):
        content = json.loads(stored) if isinstance(stored, str) else stored
        for one in content["events"]:
            ends = [datetime.fromisoformat(slot["ends_at"]) for slot in one["slots"]]
            bind.execute(
                sa.update(event)
                .where(event.c.id == one["id"])
                .values(
                    released_state=one["state"],
                    released_access=one["access"],
                    released_until=max(ends, default=None),
                )
            )
