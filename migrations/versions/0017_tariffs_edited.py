"""Two people may edit a tariff; what is kept keeps its VAT"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("product", sa.Column("version", WHOLE, nullable=False, server_default="1"))
    op.add_column("hold_line", sa.Column("vat_bp", WHOLE, nullable=True))


def downgrade() -> None:
    op.drop_column("hold_line", "vat_bp")
    op.drop_column("product", "version")
