"""What scanners sent and nobody can read as a scan"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFERS = ("organisation", "series", "gate", "device", "ticket")


def upgrade() -> None:
    op.create_table(
        "stray_scan",
        sa.Column("id", BIG, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("series_id", BIG, nullable=False),
        sa.Column("gate_id", BIG, nullable=True),
        sa.Column("device_id", BIG, nullable=True),
        sa.Column("ticket_id", BIG, nullable=True),
        sa.Column("wrong", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'refused')", name=op.f("ck_stray_scan_known_verdict")
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"], [f"{table}.id"], name=op.f(f"fk_stray_scan_{table}_id")
            )
            for table in REFERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stray_scan")),
        sa.UniqueConstraint("source", "key", name=op.f("uq_stray_scan_source_key")),
    )
    op.create_index("ix_stray_scan_series_received", "stray_scan", ["series_id", "received_at"])


def downgrade() -> None:
    op.drop_index("ix_stray_scan_series_received", table_name="stray_scan")
    op.drop_table("stray_scan")
