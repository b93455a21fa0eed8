"""Who runs the installation"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.add_column(
            sa.Column("is_host", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("account") as account:
        account.alter_column("is_host", server_default=None)
    _first_owner_is_host()


def downgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.drop_column("is_host")


def _first_owner_is_host() -> None:
    """Whoever was made first at the command line runs the installation."""
    op.execute(
        "UPDATE account SET is_host = TRUE WHERE id = ("
        "SELECT role.account_id FROM role JOIN account a ON a.id = role.account_id "
        "WHERE role.name = 'owner' AND a.disabled_at IS NULL ORDER BY role.id LIMIT 1)"
    )
