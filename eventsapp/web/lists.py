"""Lists on a page: what the address asks for, headers that sort, pages, columns, and files.

One component for every list; nothing here knows what is listed. ``components/list.html`` draws it.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request, send_file, url_for

from eventsapp.gateways import spreadsheet
from eventsapp.kernel import lists
from eventsapp.kernel.lists import Listing, Slice, Wish

PAGE = 50
# What is searched for: a name, an address, a company; nobody types more.
LONGEST_WORDS = 100
SORT, DOWN, COLUMN, NUMBER = "sort", "desc", "col", "page"


@dataclass(frozen=True)
class Shown:
    """A list as a template draws it. ``titles``: words by column, in the order of the list."""

    listing: Listing
    wish: Wish
    slice: Slice
    titles: Mapping[str, str]
    numbers: frozenset[str]

    @property
    def columns(self) -> list[tuple[str, str, bool]]:
        """(key, title, sortable) of the columns that are shown."""
        sortable = {column.key: column.sortable for column in self.listing.columns}
        return [(key, self.titles[key], sortable[key]) for key in self.wish.columns]

    @property
    def optional(self) -> list[tuple[str, str, bool]]:
        """(key, title, shown now) of all columns, for the one who chooses."""
        return [(key, self.titles[key], key in self.wish.columns) for key in self.titles]

    @property
    def narrowed(self) -> bool:
        return bool(self.wish.filters)


def asked(listing: Listing) -> Wish:
    """What the address of this page asks of the list."""
    args = request.args
    return lists.wish(
        listing,
        filters={name: args.get(name, "")[:LONGEST_WORDS] for name in listing.filters},
        sort=args.get(SORT, ""),
        descending=DOWN in args if SORT in args else None,
        columns=args.getlist(COLUMN),
        page=page_asked(),
        size=PAGE,
    )


def page_asked() -> int:
    """The number of the page that the address names."""
    return _whole_number(request.args.get(NUMBER, "1"))


def show(listing: Listing, titles: Mapping[str, str], *, numbers: Sequence[str] = ()) -> Shown:
    """Read the page that is asked for, in one statement.

    Args:
        titles: words for each column.
        numbers: columns whose cells stand to the right.
    """
    wish = asked(listing)
    return Shown(listing, wish, lists.read(listing, wish), titles, frozenset(numbers))


def same_list(endpoint: str) -> str:
    """Another address of this list, narrowed and sorted as this page is: its file."""
    query = {name: values for name, values in request.args.lists() if name != NUMBER}
    return url_for(endpoint, **{**query, **(request.view_args or {})})


def _whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def csv_answer(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> tuple[Response, int]:
    """A download named ``name``, and how many rows it has.

    Written to the end before the first byte leaves, so that a slow reader holds no connection to
    the database; a large one stands on disk meanwhile.
    """
    # Closed with the answer that sends it.
    file: Any = tempfile.SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115
    count = spreadsheet.write_csv(file, header, rows)
    file.seek(0)
    media_type = spreadsheet.MEDIA_TYPES[spreadsheet.CSV]
    answer = send_file(file, mimetype=media_type, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer, count
