"""A phone hands over what it holds before it is revoked, or is cut off."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ENDED = "cut_off_at IS NULL OR revoked_at IS NOT NULL"


def upgrade() -> None:
    with op.batch_alter_table("device") as table:
        table.add_column(sa.Column("handing_over_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("handing_over_by", sa.Text(), nullable=True))
        table.add_column(sa.Column("cut_off_at", sa.DateTime(timezone=True), nullable=True))
    # So far a revoked phone was refused everything: nobody expects scans from those.
    op.execute("UPDATE device SET cut_off_at = revoked_at WHERE revoked_at IS NOT NULL")
    with op.batch_alter_table("device") as table:
        table.create_check_constraint(op.f("ck_device_cut_off_is_revoked"), ENDED)


def downgrade() -> None:
    with op.batch_alter_table("device") as table:
        table.drop_constraint(op.f("ck_device_cut_off_is_revoked"), type_="check")
        table.drop_column("cut_off_at")
        table.drop_column("handing_over_by")
        table.drop_column("handing_over_at")
