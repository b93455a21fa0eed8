"""Invitations to a role, accepted before it is given"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES = ("owner", "organizer", "contributor", "juror", "door", "accountant")


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", BIG, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                *ROLES, name="known_role", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("series_id", BIG, nullable=True),
        sa.Column("event_id", BIG, nullable=True),
        sa.Column("desk_organisation_id", BIG, nullable=False),
        sa.Column("desk_series_id", BIG, nullable=True),
        sa.Column("made_by_id", BIG, nullable=True),
        sa.Column("letter", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("letter >= 1", name=op.f("ck_invitation_letter_positive")),
        sa.CheckConstraint(
            "accepted_at IS NULL OR withdrawn_at IS NULL",
            name=op.f("ck_invitation_accepted_or_withdrawn"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_invitation_{column}"))
            for column, table in (
                ("organisation_id", "organisation"),
                ("series_id", "series"),
                ("event_id", "event"),
                ("desk_organisation_id", "organisation"),
                ("desk_series_id", "series"),
                ("made_by_id", "account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    for column in ("email", "organisation_id", "series_id", "made_by_id"):
        op.create_index(op.f(f"ix_invitation_{column}"), "invitation", [column])
    with op.batch_alter_table("juror") as juror:
        juror.add_column(sa.Column("invited_by_id", BIG, nullable=True))
        juror.create_foreign_key(
            op.f("fk_juror_invited_by_id"), "account", ["invited_by_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("juror") as juror:
        juror.drop_constraint(op.f("fk_juror_invited_by_id"), type_="foreignkey")
        juror.drop_column("invited_by_id")
    op.drop_table("invitation")
