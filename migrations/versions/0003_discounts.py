"""Codes that lower prices or open products, and the price of a line without its code"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "discount",
        sa.Column("id", BIG, nullable=False),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("series_id", BIG, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "effect",
            sa.Enum(
                "percent",
                "fixed",
                "unlock",
                "unlock_free",
                name="known_effect",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", BIG, nullable=False),
        sa.Column("most_uses", BIG, nullable=True),
        sa.Column("used", BIG, nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "used >= 0 AND (most_uses IS NULL OR used <= most_uses)",
            name=op.f("ck_discount_used_within_most"),
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_discount_value_not_negative")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_discount_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_discount_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discount")),
        sa.UniqueConstraint("series_id", "code", name=op.f("uq_discount_series_id_code")),
    )
    op.create_table(
        "discount_product",
        sa.Column("discount_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["discount_id"],
            ["discount.id"],
            name=op.f("fk_discount_product_discount_id"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_discount_product_product_id")
        ),
        sa.PrimaryKeyConstraint("discount_id", "product_id", name=op.f("pk_discount_product")),
    )
    op.create_index(op.f("ix_discount_product_product_id"), "discount_product", ["product_id"])
    with op.batch_alter_table("hold_line") as table:
        table.add_column(sa.Column("list_cents", BIG, nullable=True))
        table.add_column(sa.Column("discount_id", BIG, nullable=True))
    op.execute("UPDATE hold_line SET list_cents = unit_cents")
    with op.batch_alter_table("hold_line") as table:
        table.alter_column("list_cents", existing_type=BIG, nullable=False)
        table.create_foreign_key(
            op.f("fk_hold_line_discount_id"), "discount", ["discount_id"], ["id"]
        )
        table.create_index(op.f("ix_hold_line_discount_id"), ["discount_id"])


def downgrade() -> None:
    with op.batch_alter_table("hold_line") as table:
        table.drop_index(op.f("ix_hold_line_discount_id"))
        table.drop_constraint(op.f("fk_hold_line_discount_id"), type_="foreignkey")
        table.drop_column("discount_id")
        table.drop_column("list_cents")
    op.drop_table("discount_product")
    op.drop_table("discount")
