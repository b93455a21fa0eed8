"""A list as a file: at once as CSV, or as a job for a workbook of any size."""

from typing import Any

from flask import Response, request

from eventsapp.domain.programme.models import Series
from eventsapp.gateways import spreadsheet
from eventsapp.kernel import audit, clock, lists
from eventsapp.kernel.lists import Kind, Wish
from eventsapp.web import access
from eventsapp.web import lists as web_lists
from eventsapp.web.organizer import jobs


def csv(kind: Kind, series: Series) -> Response:
    """All rows that the address leaves, by their keys, with every column unless some are chosen."""
    wish = _whole(kind, series)
    with lists.whole(kind.listing(series.id), wish) as rows:
        plain = ([clock.plain(getattr(row, key), series.timezone) for key in wish.columns]
                 for row in rows)  # fmt: skip
        answer, count = web_lists.csv_answer(f"{series.slug}-{kind.name}.csv", wish.columns, plain)
    audit.note(f"{kind.name}.exported", f"series:{series.id}", actor=access.actor(),
               series_id=series.id, detail={"rows": count})  # fmt: skip
    return answer


def begin(kind: Kind, series: Series, *, back: str) -> Any:
    """Ask for the workbook of what the page shows, and lead to the page of the job."""
    wish = _whole(kind, series)
    payload = {
        "list": kind.name,
        "series_id": series.id,
        "filters": dict(wish.filters),
        "sort": wish.sort,
        "descending": wish.descending,
        "columns": list(wish.columns),
        "format": spreadsheet.XLSX,
        "zone": series.timezone,
        "name": f"{series.slug}-{kind.name}",
    }
    return jobs.begin(series, "export", f"{kind.name}:{request.query_string.decode('latin-1')}",
                      payload, back=back)  # fmt: skip


def _whole(kind: Kind, series: Series) -> Wish:
    """What the page was narrowed and sorted to; every column, unless some were chosen."""
    listing = kind.listing(series.id)
    wish = web_lists.asked(listing)
    if request.args.getlist(web_lists.COLUMN):
        return wish
    every = [column.key for column in listing.columns]
    return lists.wish(listing, filters=wish.filters, sort=wish.sort,
                      descending=wish.descending, columns=every)  # fmt: skip
