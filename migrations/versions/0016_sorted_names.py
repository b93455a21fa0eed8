"""Folded names in orders and tickets, for lists to sort by"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AT_ONCE = 2000
TABLES = ("order", "ticket")
COLUMNS = ("sort_name", "sort_first_name", "sort_company")
GIVEN = ("first_name", "last_name", "company")


def upgrade() -> None:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    for table in TABLES:
        for column in COLUMNS:
            op.add_column(table, sa.Column(column, kind, nullable=True))
        _fill(table)


def downgrade() -> None:
    for table in TABLES:
        for column in reversed(COLUMNS):
            op.drop_column(table, column)


def _fill(table: str) -> None:
    connection = op.get_bind()
    rows = sa.table(table, sa.column("id"), *map(sa.column, (*GIVEN, *COLUMNS)))
    after = 0
    while True:
        found = connection.execute(
            sa.select(rows.c.id, *(rows.c[name] for name in GIVEN))
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
            .values({name: sa.bindparam(f"new_{name}") for name in COLUMNS}),
            [{"row": row.id, **_sorted_by(*row[1:])} for row in found],
        )


def _sorted_by(first_name: str, last_name: str, company: str) -> dict[str, str | None]:
    first, last = _fold(first_name), _fold(last_name)
    name = f"{last} {first}".strip() if last else first
    return {
        "new_sort_name": name or None,
        "new_sort_first_name": first or None,
        "new_sort_company": _fold(company) or None,
    }


def _fold(name: str) -> str:
    table = str.maketrans({"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "ß": "ss", "đ": "d"})
    apart = unicodedata.normalize("NFKD", name.casefold().translate(table))
    plain = re.sub("[\u0300-\u036f]", "", apart).casefold()
    kept = "".join(c for c in plain if c.isalnum() or unicodedata.category(c)[0] == "M")
    return unicodedata.normalize("NFC", kept) or " ".join(name.split())
