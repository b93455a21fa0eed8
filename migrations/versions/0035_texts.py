"""Texts of events, abstracts of talks, biographies"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TEXTS = {
    "event": ("description", "practical", "accessibility"),
    "session": ("abstract",),
    "person": ("bio",),
}


def upgrade() -> None:
    for table, names in TEXTS.items():
        with op.batch_alter_table(table) as batch:
            for name in _columns(names):
                batch.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    for table, names in TEXTS.items():
        with op.batch_alter_table(table) as batch:
            for name in reversed(_columns(names)):
                batch.drop_column(name)


def _columns(names: tuple[str, ...]) -> list[str]:
    return [f"{name}_{lang}" for name in names for lang in ("fr", "en")]
