"""How a session was opened, and since when a password stands"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account") as batch:
        batch.add_column(sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("sign_in_session") as batch:
        # How an older one was opened is not known: it counts as one that proves less.
        batch.add_column(
            sa.Column("opened_by", sa.String(32), nullable=False, server_default="password")
        )
        batch.alter_column("opened_by", server_default=None)
        batch.create_check_constraint(
            op.f("ck_sign_in_session_known_opening"), "opened_by IN ('password', 'link')"
        )


def downgrade() -> None:
    with op.batch_alter_table("sign_in_session") as batch:
        batch.drop_constraint(op.f("ck_sign_in_session_known_opening"), type_="check")
        batch.drop_column("opened_by")
    with op.batch_alter_table("account") as batch:
        batch.drop_column("password_set_at")
