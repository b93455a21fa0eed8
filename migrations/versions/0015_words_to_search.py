"""Folded words in orders and tickets, to be searched by a part of one"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

AT_ONCE = 2000
WORDS = {
    "order": ("code", "email", "first_name", "last_name", "company"),
    "ticket": ("public_id", "first_name", "last_name", "email", "company"),
}
INDEXES = {
    "order": ["series_id", "search_text"],
    "ticket": ["series_id", "search_text", "order_id"],
}


def upgrade() -> None:
    for table, words in WORDS.items():
        op.add_column(table, sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
        _fill(table, words)
        op.create_index(f"ix_{table}_search", table, INDEXES[table])


def downgrade() -> None:
    for table in WORDS:
        op.drop_index(f"ix_{table}_search", table_name=table)
        op.drop_column(table, "search_text")


def _fill(table: str, words: tuple[str, ...]) -> None:
    connection = op.get_bind()
    rows = sa.table(table, sa.column("id"), sa.column("search_text"), *map(sa.column, words))
    after = 0
    while True:
        found = connection.execute(
            sa.select(rows.c.id, *(rows.c[name] for name in words))
            .where(rows.c.id > after)
            .order_by(rows.c.id)
            .limit(AT_ONCE)
        ).all()
        if not found:
            return
        after = found[-1].id
        connection.execute(
            rows.update()
            .where(rows.c.id == sa.bindparam("row"))
            .values(search_text=sa.bindparam("text")),
            [{"row": row.id, "text": _text(row[1:])} for row in found],
        )


def _text(words) -> str:
    # A ticket is known by the first eight characters of its id.
    first = words[0][:8] if len(words[0]) == 32 else words[0]
    folded = dict.fromkeys(_fold(word) for word in (first, *words[1:]) if word)
    return " ".join(folded)[:600]


def _fold(name: str) -> str:
    table = str.maketrans({"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "ß": "ss", "đ": "d"})
    apart = unicodedata.normalize("NFKD", name.casefold().translate(table))
    plain = re.sub("[\u0300-\u036f]", "", apart).casefold()
    kept = "".join(c for c in plain if c.isalnum() or unicodedata.category(c)[0] == "M")
    return unicodedata.normalize("NFC", kept) or " ".join(name.split())
