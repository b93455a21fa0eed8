"""Pictures of events, people and partners"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONE_SUBJECT = (
    "(event_id IS NOT NULL AND person_id IS NULL AND partner_id IS NULL) OR "
    "(event_id IS NULL AND person_id IS NOT NULL AND partner_id IS NULL) OR "
    "(event_id IS NULL AND person_id IS NULL AND partner_id IS NOT NULL)"
)


def upgrade() -> None:
    op.create_table(
        "picture",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("series_id", WHOLE, nullable=False),
        sa.Column("event_id", WHOLE, nullable=True),
        sa.Column("person_id", WHOLE, nullable=True),
        sa.Column("partner_id", WHOLE, nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("width", WHOLE, nullable=False),
        sa.Column("height", WHOLE, nullable=False),
        sa.Column("alt_fr", sa.Text(), nullable=False),
        sa.Column("alt_en", sa.Text(), nullable=False),
        sa.Column("focus_x", WHOLE, nullable=False),
        sa.Column("focus_y", WHOLE, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", WHOLE, nullable=False),
        sa.CheckConstraint(ONE_SUBJECT, name=op.f("ck_picture_one_subject")),
        sa.CheckConstraint("focus_x BETWEEN 0 AND 100", name=op.f("ck_picture_focus_x_percent")),
        sa.CheckConstraint("focus_y BETWEEN 0 AND 100", name=op.f("ck_picture_focus_y_percent")),
        sa.CheckConstraint("alt_fr <> '' AND alt_en <> ''", name=op.f("ck_picture_described")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_picture_series_id_series")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_picture_event_id_event")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_picture_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_picture_partner_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("key", name=op.f("uq_picture_key")),
    )
    for column in ("series_id", "event_id", "person_id", "partner_id", "taken_off_at"):
        op.create_index(op.f(f"ix_picture_{column}"), "picture", [column])


def downgrade() -> None:
    op.drop_table("picture")
