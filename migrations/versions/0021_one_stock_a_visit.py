"""All tariffs of a visit draw on one stock"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# What was taken of the stocks of one visit was taken of its places: the first of them keeps the
# sum. Nobody loses a place; a visit that was sold twice over shrinks with what comes back.
SUM = """
UPDATE quota SET
    taken = (SELECT SUM(o.taken) FROM quota AS o WHERE o.slot_id = quota.slot_id),
    size = (SELECT CASE WHEN SUM(o.taken) > MAX(o.target) THEN SUM(o.taken) ELSE MAX(o.target) END
            FROM quota AS o WHERE o.slot_id = quota.slot_id),
    target = (SELECT MAX(o.target) FROM quota AS o WHERE o.slot_id = quota.slot_id)
WHERE slot_id IS NOT NULL
  AND id = (SELECT MIN(o.id) FROM quota AS o WHERE o.slot_id = quota.slot_id)
  AND (SELECT COUNT(*) FROM quota AS o WHERE o.slot_id = quota.slot_id) > 1
"""
JOIN = """
UPDATE product_quota SET quota_id = (
    SELECT MIN(kept.id) FROM quota AS old JOIN quota AS kept ON kept.slot_id = old.slot_id
    WHERE old.id = product_quota.quota_id)
WHERE quota_id IN (SELECT id FROM quota WHERE slot_id IS NOT NULL)
"""
DROP = """
DELETE FROM quota WHERE slot_id IS NOT NULL
  AND id > (SELECT MIN(o.id) FROM quota AS o WHERE o.slot_id = quota.slot_id)
"""


def upgrade() -> None:
    # Sizes first, so that no row ever has more taken than it holds.
    for statement in (SUM, JOIN, DROP):
        op.execute(sa.text(statement))
    op.create_index("ix_quota_slot_id", "quota", ["slot_id"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_quota_slot_id", "quota")
