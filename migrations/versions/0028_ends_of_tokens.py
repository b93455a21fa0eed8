"""The end of a ticket's code, by which it is found; the worker writes those of old tickets"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ticket") as ticket:
        ticket.add_column(sa.Column("token_end", sa.Text(), nullable=True))
    op.create_index("ix_ticket_token_end", "ticket", ["series_id", "token_end"])
    missing = sa.text("token_end IS NULL")
    op.create_index(
        "ix_ticket_without_end", "ticket", ["id"], sqlite_where=missing, postgresql_where=missing
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_without_end", table_name="ticket")
    op.drop_index("ix_ticket_token_end", table_name="ticket")
    with op.batch_alter_table("ticket") as ticket:
        ticket.drop_column("token_end")
