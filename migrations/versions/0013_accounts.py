"""How a session was opened, since when a password stands, who made a key and until when, what was refused"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


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
    with op.batch_alter_table("api_key") as batch:
        batch.add_column(sa.Column("made_by_id", BIG, nullable=True))
        batch.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_api_key_made_by_id"), "account", ["made_by_id"], ["id"])
        batch.create_index(op.f("ix_api_key_made_by_id"), ["made_by_id"])
    op.create_table(
        "refused_count",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("account_id", BIG, autoincrement=False, nullable=False),
        sa.Column("count", BIG, nullable=False),
        sa.Column("last_network", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('sign_in', 'password', 'link', 'permission', 'origin', 'key')",
            name=op.f("ck_refused_count_known_kind"),
        ),
        sa.PrimaryKeyConstraint("hour", "kind", "account_id", name=op.f("pk_refused_count")),
    )


def downgrade() -> None:
    op.drop_table("refused_count")
    with op.batch_alter_table("api_key") as batch:
        batch.drop_index(op.f("ix_api_key_made_by_id"))
        batch.drop_constraint(op.f("fk_api_key_made_by_id"), type_="foreignkey")
        for name in ("last_used_at", "expires_at", "made_by_id"):
            batch.drop_column(name)
    with op.batch_alter_table("sign_in_session") as batch:
        batch.drop_constraint(op.f("ck_sign_in_session_known_opening"), type_="check")
        batch.drop_column("opened_by")
    with op.batch_alter_table("account") as batch:
        batch.drop_column("password_set_at")
