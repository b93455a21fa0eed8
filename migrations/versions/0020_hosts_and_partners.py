"""Who runs the installation, the partners of a series, what sellers were called before"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.add_column(
            sa.Column("is_host", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("account") as account:
        account.alter_column("is_host", server_default=None)
    _first_owner_is_host()
    op.create_table(
        "partner",
        sa.Column("id", BIG, nullable=False),
        sa.Column("series_id", BIG, nullable=False),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_partner_series_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_partner_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint(
            "series_id", "organisation_id", name=op.f("uq_partner_series_id_organisation_id")
        ),
    )
    op.create_index(op.f("ix_partner_organisation_id"), "partner", ["organisation_id"])
    _who_proposes_is_partner()
    op.create_table(
        "former_identity",
        sa.Column("id", BIG, nullable=False),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("legal", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_former_identity_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_identity")),
    )
    op.create_index(
        op.f("ix_former_identity_organisation_id"), "former_identity", ["organisation_id"]
    )


def downgrade() -> None:
    op.drop_table("former_identity")
    op.drop_table("partner")
    with op.batch_alter_table("account") as account:
        account.drop_column("is_host")


def _who_proposes_is_partner() -> None:
    """Whoever has proposed an event, or contributes to a series, was let in by its organizers."""
    op.execute(
        "INSERT INTO partner (series_id, organisation_id, url, contact, level, invited_at, "
        "accepted_at) SELECT found.series_id, found.organisation_id, '', '', '', "
        "CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM ("
        "SELECT series_id, organisation_id FROM event UNION "
        "SELECT series_id, organisation_id FROM role WHERE name = 'contributor' "
        "AND series_id IS NOT NULL) found JOIN series ON series.id = found.series_id "
        "WHERE series.organisation_id <> found.organisation_id"
    )


def _first_owner_is_host() -> None:
    """Whoever was made first at the command line runs the installation."""
    op.execute(
        "UPDATE account SET is_host = TRUE WHERE id = ("
        "SELECT role.account_id FROM role JOIN account a ON a.id = role.account_id "
        "WHERE role.name = 'owner' AND a.disabled_at IS NULL ORDER BY role.id LIMIT 1)"
    )
