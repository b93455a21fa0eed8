"""Invitation lists"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYS = ("organisation", "series", "event", "discount")


def upgrade() -> None:
    op.create_table(
        "guest",
        sa.Column("id", WHOLE, nullable=False),
        *[sa.Column(f"{one}_id", WHOLE, nullable=False) for one in KEYS],
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("letter", WHOLE, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("letter >= 0", name=op.f("ck_guest_letter_not_negative")),
        *[
            sa.ForeignKeyConstraint(
                [f"{one}_id"], [f"{one}.id"], name=op.f(f"fk_guest_{one}_id_{one}")
            )
            for one in KEYS
        ],
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
        sa.UniqueConstraint("event_id", "email", name=op.f("uq_guest_event_id_email")),
        sa.UniqueConstraint("discount_id", name=op.f("uq_guest_discount_id")),
    )
    for one in ("series_id", "event_id"):
        op.create_index(op.f(f"ix_guest_{one}"), "guest", [one])


def downgrade() -> None:
    op.drop_table("guest")
