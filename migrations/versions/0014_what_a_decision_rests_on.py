"""A decision knows what it rests on: the jury, the rule, a person; an override has its own words
for the applicant"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

GROUNDS = ("jury", "rule", "hand", "displaced", "conditions", "unread", "apart", "freed")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("selection_pin") as table:
        table.add_column(sa.Column("told", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("selection_pin") as table:
        table.alter_column("told", server_default=None)
    with op.batch_alter_table("decision") as table:
        table.add_column(sa.Column("grounds", sa.String(32), nullable=False, server_default="jury"))
        table.add_column(sa.Column("told", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("overridden_by", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("readers", WHOLE, nullable=False, server_default="0"))
    _fill(op.get_bind())
    with op.batch_alter_table("decision") as table:
        for name in ("grounds", "told", "overridden_by", "readers"):
            table.alter_column(name, server_default=None)
        listed = ", ".join(f"'{one}'" for one in GROUNDS)
        table.create_check_constraint(op.f("ck_decision_known_grounds"), f"grounds IN ({listed})")


def downgrade() -> None:
    with op.batch_alter_table("decision") as table:
        table.drop_constraint(op.f("ck_decision_known_grounds"), type_="check")
        for name in ("readers", "overridden_by", "told", "grounds"):
            table.drop_column(name)
    with op.batch_alter_table("selection_pin") as table:
        table.drop_column("told")


def _fill(bind: sa.Connection) -> None:
    """What can be known of earlier decisions. One whose place the rule's limit took is not seen
    here: it keeps "jury", as its letter said."""
    bind.execute(sa.text("UPDATE decision SET grounds = 'hand' WHERE override_reason <> ''"))
    bind.execute(sa.text("UPDATE decision SET grounds = 'conditions' WHERE outcome = 'ineligible'"))
    bind.execute(
        sa.text("UPDATE decision SET grounds = 'freed' WHERE outcome = 'accepted' AND version > 1")
    )
    bind.execute(
        sa.text(
            "UPDATE decision SET readers = (SELECT count(*) FROM review "
            "WHERE review.application_id = decision.application_id "
            "AND review.submitted_at IS NOT NULL AND review.excluded_at IS NULL)"
        )
    )
    bind.execute(
        sa.text(
            "UPDATE decision SET grounds = 'unread' "
            "WHERE grounds = 'jury' AND outcome = 'declined' AND readers = 0"
        )
    )
