"""Names of companies are compared by the one rule: more ligatures, and the signs of every script."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _refold(_new)


def downgrade() -> None:
    _refold(_old)


def _refold(fold) -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, company, company_folded FROM application")).all()
    for row_id, company, folded in rows:
        if fold(company) != folded:
            connection.execute(
                sa.text("UPDATE application SET company_folded = :folded WHERE id = :id"),
                {"folded": fold(company), "id": row_id},
            )


def _new(name: str) -> str:
    table = str.maketrans({"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "ß": "ss", "đ": "d"})
    apart = unicodedata.normalize("NFKD", name.casefold().translate(table))
    plain = re.sub("[\u0300-\u036f]", "", apart).casefold()
    kept = "".join(c for c in plain if c.isalnum() or unicodedata.category(c)[0] == "M")
    whole = " ".join(unicodedata.normalize("NFC", name).split())
    return unicodedata.normalize("NFC", kept) or whole


def _old(name: str) -> str:
    spelled = name.casefold().replace("œ", "oe").replace("æ", "ae")
    plain = unicodedata.normalize("NFKD", spelled)
    return "".join(c for c in plain if c.isalnum()) or spelled.strip()
