"""Languages, level, tags and sponsors of events"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("languages", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("level", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "tag",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("series_id", WHOLE, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_tag_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("series_id", "slug", name=op.f("uq_tag_series_id_slug")),
    )
    for name, other in (("event_tag", "tag"), ("event_sponsor", "partner")):
        op.create_table(
            name,
            sa.Column("event_id", WHOLE, nullable=False),
            sa.Column(f"{other}_id", WHOLE, nullable=False),
            sa.ForeignKeyConstraint(
                ["event_id"], ["event.id"], name=op.f(f"fk_{name}_event_id_event")
            ),
            sa.ForeignKeyConstraint(
                [f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{name}_{other}_id_{other}")
            ),
            sa.PrimaryKeyConstraint("event_id", f"{other}_id", name=op.f(f"pk_{name}")),
        )
        op.create_index(op.f(f"ix_{name}_{other}_id"), name, [f"{other}_id"])


def downgrade() -> None:
    op.drop_table("event_sponsor")
    op.drop_table("event_tag")
    op.drop_table("tag")
    with op.batch_alter_table("event") as table:
        table.drop_column("level")
        table.drop_column("languages")
