"""Messages to people: what is written, to whom, and who wants no more"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", BIG, nullable=False),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("series_id", BIG, nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "holders",
                "buyers",
                "guests",
                "applicants",
                "jurors",
                "team",
                "partners",
                name="known_audience",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("event_id", BIG, nullable=True),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("call_id", BIG, nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("entered", sa.Text(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "service",
                "news",
                name="known_purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("subject_fr", sa.Text(), nullable=False),
        sa.Column("subject_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "sending",
                "stopped",
                name="known_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", BIG, nullable=False),
        sa.Column("people", BIG, nullable=False),
        sa.Column("no_address", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.Text(), nullable=True),
        sa.Column("gathered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (sent_at IS NULL)", name=op.f("ck_campaign_draft_until_sent")
        ),
        sa.CheckConstraint(
            "people >= 0 AND no_address >= 0", name=op.f("ck_campaign_counts_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_campaign_organisation_id")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_campaign_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_index(op.f("ix_campaign_series_id"), "campaign", ["series_id"], unique=False)
    op.create_table(
        "unsubscription",
        sa.Column("id", BIG, nullable=False),
        sa.Column("series_id", BIG, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_unsubscription_series_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsubscription")),
        sa.UniqueConstraint("series_id", "email", name=op.f("uq_unsubscription_series_id_email")),
    )
    op.create_table(
        "recipient",
        sa.Column("id", BIG, nullable=False),
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("series_id", BIG, nullable=False),
        sa.Column("source_id", BIG, nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column(
            "left_out",
            sa.Enum(
                "no_consent",
                "unsubscribed",
                "refused",
                "gone",
                name="known_left_out",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_recipient_campaign_id")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_recipient_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient")),
        sa.UniqueConstraint("campaign_id", "email", name=op.f("uq_recipient_campaign_id_email")),
    )
    op.create_index(
        "ix_recipient_failed",
        "recipient",
        ["series_id", "email"],
        unique=False,
        postgresql_where=sa.text("failed_at IS NOT NULL"),
        sqlite_where=sa.text("failed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_recipient_waiting",
        "recipient",
        ["campaign_id"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND failed_at IS NULL AND left_out IS NULL"),
        sqlite_where=sa.text("sent_at IS NULL AND failed_at IS NULL AND left_out IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("recipient")
    op.drop_table("campaign")
    op.drop_table("unsubscription")
