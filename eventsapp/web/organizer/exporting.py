"""A list as a file: at once as CSV, or as a job for a workbook of any size."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from eventsapp.domain.programme.models import Series
from eventsapp.gateways import spreadsheet
from eventsapp.kernel import audit, clock, lists
from eventsapp.kernel.lists import Kind, Listing, Wish
from eventsapp.web import access
from eventsapp.web import lists as web_lists
from eventsapp.web.organizer import jobs


def csv(
    kind: Kind, series: Series, *, scope: Sequence[int] = (), name: str = "", about: str = ""
) -> Response:
    """All rows that the address leaves, by their keys, with every column unless some are chosen.

    Args:
        scope: what the list is of; the series unless said.
        name: of the file.
        about: what the journal says was taken, if not the list of the series.
    """
    scope = scope or (series.id,)
    listing = kind.listing(*scope)
    wish = _whole(listing)
    names = {column.key: column.named or column.key for column in listing.columns}
    cells = kind.cells(scope, wish.columns)
    with lists.whole(listing, wish) as rows:
        plain = ([clock.plain(value, series.timezone) for value in cells(row)] for row in rows)
        answer, count = web_lists.csv_answer(
            f"{name or f'{series.slug}-{kind.name}'}.csv",
            [names[key] for key in wish.columns],
            plain,
        )
    audit.note(f"{kind.name}.exported", about or f"series:{series.id}", actor=access.actor(),
               series_id=series.id, detail={"rows": count})  # fmt: skip
    return answer


def begin(
    kind: Kind,
    series: Series,
    *,
    back: str,
    scope: Sequence[int] = (),
    name: str = "",
    about: str = "",
) -> Any:
    """Ask for the workbook of what the page shows, and lead to the page of the job."""
    scope = scope or (series.id,)
    wish = _whole(kind.listing(*scope))
    payload = {
        "list": kind.name,
        "scope": list(scope),
        "about": about or f"series:{series.id}",
        "series_id": series.id,
        "filters": dict(wish.filters),
        "sort": wish.sort,
        "descending": wish.descending,
        "columns": list(wish.columns),
        "format": spreadsheet.XLSX,
        "zone": series.timezone,
        "name": name or f"{series.slug}-{kind.name}",
    }
    key = f"{kind.name}:{scope[0]}:{request.query_string.decode('latin-1')}"
    return jobs.begin(series, "export", key, payload, back=back)


def _whole(listing: Listing) -> Wish:
    """What the page was narrowed and sorted to; every column, unless some were chosen."""
    wish = web_lists.asked(listing)
    if request.args.getlist(web_lists.COLUMN):
        return wish
    every = [column.key for column in listing.columns]
    return lists.wish(listing, filters=wish.filters, sort=wish.sort,
                      descending=wish.descending, columns=every)  # fmt: skip
