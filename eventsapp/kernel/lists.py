"""Lists: filter, sort, page and read whole, in a constant number of statements.

An area says what its list is made of (a ``Listing``); nothing here knows what is listed. A page is
one statement, whatever the number of rows. The whole is one, read row by row: it neither stops at
a number nor grows in memory, and it is no longer than the list on the page.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from eventsapp.kernel.db import db, reading_long

Cells = list[Any]
Computed = Mapping[str, Callable[[Row[Any]], Any]]

SMALLEST_PAGE, LARGEST_PAGE = 10, 200
# OFFSET reads what it leaves out: nobody turns so many pages, who looks for something filters.
MOST_PAGES = 10_000


@dataclass(frozen=True)
class Column:
    """One thing that a row shows: an SQL expression.

    Args:
        shown: without being asked for.
        sorted_by: what stands for it where rows are sorted: a name is folded, and a row without
            one (NULL) comes last.
        named: what files of data call it, where that is not its key.
        lazy: read only where it is shown or sorted by; a list may have a hundred of them.
    """

    key: str
    value: Any
    sortable: bool = True
    shown: bool = True
    sorted_by: Any = None
    named: str = ""
    lazy: bool = False

    @property
    def sort_value(self) -> Any:
        return self.value if self.sorted_by is None else self.sorted_by


@dataclass(frozen=True)
class Listing:
    """What is listed.

    Args:
        source: ``select(id)`` with its joins and its scope; columns are added to it.
        row_id: the unique key, the last word of every order.
        extra: what cells need beside the columns, by key.
        filters: name -> condition for what was typed; None when it means nothing.
        order: the column that it is sorted by, unless asked otherwise.
    """

    source: Select[Any]
    row_id: Any
    columns: tuple[Column, ...]
    order: str
    descending: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    filters: Mapping[str, Callable[[str], ColumnElement[bool] | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A list by its name, and the right that its file needs. Its scope is a few ids: of a series,
    of a call and who reads it; each function takes them.

    Args:
        titles: words by column, in the reader's language.
        computed: the columns that no statement gives, each as a function of the row. Asked once
            for a whole file.
    """

    name: str
    listing: Callable[..., Listing]
    titles: Callable[..., dict[str, str]]
    permission: str
    computed: Callable[..., Computed] = lambda *_scope: {}

    def cells(self, scope: Sequence[int], columns: Sequence[str]) -> Callable[[Row[Any]], Cells]:
        """What turns a row into its cells, in the order of the columns."""
        computed = self.computed(*scope)
        getters = [computed.get(key) or attrgetter(key) for key in columns]
        return lambda row: [getter(row) for getter in getters]


@dataclass(frozen=True)
class Wish:
    """What a reader asks of a list. Unknown names are left out by ``wish``."""

    filters: Mapping[str, str]
    sort: str
    descending: bool
    columns: tuple[str, ...]
    page: int
    size: int


@dataclass(frozen=True)
class Slice:
    """A page of a list: ``total`` counts the whole that the filters leave."""

    rows: Sequence[Row[Any]]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0


def wish(
    listing: Listing,
    *,
    filters: Mapping[str, str],
    sort: str = "",
    descending: bool | None = None,
    columns: Sequence[str] = (),
    page: int = 1,
    size: int = 50,
) -> Wish:
    """What was asked, reduced to what the list knows."""
    known = {column.key: column for column in listing.columns}
    by = sort if sort in known and known[sort].sortable else listing.order
    down = listing.descending if descending is None and by == listing.order else bool(descending)
    chosen = tuple(key for key in known if key in columns)
    return Wish(
        {name: text for name, text in filters.items() if name in listing.filters and text},
        by,
        down,
        chosen or tuple(column.key for column in listing.columns if column.shown),
        min(max(1, page), MOST_PAGES),
        min(max(SMALLEST_PAGE, size), LARGEST_PAGE),
    )


def read(listing: Listing, asked: Wish) -> Slice:
    """One page, in one statement; a page past the end is the last one, and takes three."""
    rows = _page(listing, asked, asked.page)
    if rows:
        return Slice(rows, rows[0].total_rows, asked.page, asked.size)
    total = count(listing, asked)
    number = min(asked.page, max(1, -(-total // asked.size)))
    return Slice(_page(listing, asked, number) if total else [], total, number, asked.size)


def _page(listing: Listing, asked: Wish, number: int) -> Sequence[Row[Any]]:
    """The rows of a page, each with the number of all."""
    total = select(func.count()).select_from(_narrowed(listing, asked).subquery())
    statement = _sorted(listing, asked).add_columns(total.scalar_subquery().label("total_rows"))
    return db.session.execute(statement.limit(asked.size).offset((number - 1) * asked.size)).all()


def count(listing: Listing, asked: Wish) -> int:
    """How many rows the filters leave."""
    return (
        db.session.scalar(select(func.count()).select_from(_narrowed(listing, asked).subquery()))
        or 0
    )


@contextmanager
def whole(listing: Listing, asked: Wish) -> Iterator[Iterator[Row[Any]]]:
    """All rows that the filters leave, one statement, read as they are asked for."""
    with reading_long() as connection:
        yield iter(connection.execute(_sorted(listing, asked)))


def _narrowed(listing: Listing, asked: Wish) -> Select[Any]:
    conditions = (listing.filters[name](text) for name, text in asked.filters.items())
    return listing.source.where(*(one for one in conditions if one is not None))


def _sorted(listing: Listing, asked: Wish) -> Select[Any]:
    read = {*asked.columns, asked.sort}
    values = {
        column.key: column.value
        for column in listing.columns
        if not column.lazy or column.key in read
    }
    statement = _narrowed(listing, asked).with_only_columns(
        listing.row_id.label("row_id"),
        *(value.label(key) for key, value in {**values, **listing.extra}.items()),
        maintain_column_froms=True,
    )
    by = next(one.sort_value for one in listing.columns if one.key == asked.sort)
    ordered = by.desc() if asked.descending else by.asc()
    last = listing.row_id.desc() if asked.descending else listing.row_id.asc()
    return statement.order_by(ordered.nulls_last(), last)
