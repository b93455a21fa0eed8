"""Questions of a series, its events and its tariffs, and the answers of buyers and attendees"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("ticket") as ticket:
        ticket.add_column(sa.Column("place", BIG, nullable=True))
    _place_tickets()
    _questions()
    op.create_table(
        "asked_wording",
        sa.Column("id", BIG, nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("label_fr", "label_en", "hint_fr", "hint_en")
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["asked_question.id"],
            name=op.f("fk_asked_wording_question_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_wording")),
        sa.UniqueConstraint(
            "question_id", "number", name=op.f("uq_asked_wording_question_id_number")
        ),
    )
    _answers()


def downgrade() -> None:
    op.drop_table("given_answer")
    op.drop_table("asked_wording")
    op.drop_table("asked_question")
    with op.batch_alter_table("ticket") as ticket:
        ticket.drop_column("place")


def _place_tickets() -> None:
    """Tickets were always written in the order of their places."""
    op.execute(
        "UPDATE ticket SET place = (SELECT found.place FROM (SELECT id, row_number() OVER "
        "(PARTITION BY hold_line_id ORDER BY id) - 1 AS place FROM ticket) found "
        "WHERE found.id = ticket.id)"
    )


def _questions() -> None:
    op.create_table(
        "asked_question",
        sa.Column("id", BIG, nullable=False),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("series_id", BIG, nullable=False),
        sa.Column("event_id", BIG, nullable=True),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "line",
                "text",
                "choice",
                "choices",
                "number",
                "date",
                "consent",
                name="known_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "category",
            sa.Enum(
                "ordinary",
                "sensitive",
                "consent",
                name="known_category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("per_order", sa.Boolean(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("at_door", sa.Boolean(), nullable=False),
        sa.Column("label_fr", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("hint_fr", sa.Text(), nullable=False),
        sa.Column("hint_en", sa.Text(), nullable=False),
        sa.Column("terms", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("when_id", BIG, nullable=True),
        sa.Column("when_choices", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("wording", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "event_id IS NULL OR product_id IS NULL", name=op.f("ck_asked_question_one_scope")
        ),
        sa.CheckConstraint(
            "(kind = 'consent') = (category = 'consent')",
            name=op.f("ck_asked_question_consent_is_consent"),
        ),
        sa.CheckConstraint(
            "NOT (required AND kind = 'consent')", name=op.f("ck_asked_question_consent_is_free")
        ),
        sa.CheckConstraint(
            "NOT (at_door AND category = 'sensitive')",
            name=op.f("ck_asked_question_sensitive_not_at_door"),
        ),
        sa.CheckConstraint("wording >= 1", name=op.f("ck_asked_question_wording_positive")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_asked_question_{column}")
            )
            for column, table in (
                ("organisation_id", "organisation"),
                ("series_id", "series"),
                ("event_id", "event"),
                ("product_id", "product"),
                ("when_id", "asked_question"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_question")),
        sa.UniqueConstraint("series_id", "key", name=op.f("uq_asked_question_series_id_key")),
    )
    op.create_index(op.f("ix_asked_question_event_id"), "asked_question", ["event_id"])
    op.create_index(op.f("ix_asked_question_product_id"), "asked_question", ["product_id"])


def _answers() -> None:
    op.create_table(
        "given_answer",
        sa.Column("id", BIG, nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("hold_line_id", BIG, nullable=True),
        sa.Column("place", BIG, nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("wording", BIG, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(hold_line_id IS NULL) = (place IS NULL)", name=op.f("ck_given_answer_line_with_place")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_given_answer_{column}")
            )
            for column, table in (
                ("question_id", "asked_question"),
                ("order_id", "order"),
                ("hold_line_id", "hold_line"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_answer")),
        sa.UniqueConstraint(
            "hold_line_id",
            "place",
            "question_id",
            name=op.f("uq_given_answer_hold_line_id_place_question_id"),
        ),
    )
    op.create_index(
        "uq_given_answer_order",
        "given_answer",
        ["order_id", "question_id"],
        unique=True,
        sqlite_where=sa.text("hold_line_id IS NULL"),
        postgresql_where=sa.text("hold_line_id IS NULL"),
    )
    op.create_index("ix_given_answer_question_id", "given_answer", ["question_id"])
    op.create_index("ix_given_answer_order_id", "given_answer", ["order_id"])
