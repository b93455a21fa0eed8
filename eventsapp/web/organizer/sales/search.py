"""One box for whatever is said on the phone."""

from typing import Any

from flask import Blueprint, render_template, request

from eventsapp.domain.ticketing.sales import codes, finding, money
from eventsapp.web import access, lists
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.sales import orders

blueprint = Blueprint("organizer_search", __name__)


@blueprint.get("/organizer/<series>/search")
@access.permission_required("orders.view")
def find(series: str) -> Any:
    shown = desk.series_for(series, "orders.view")
    typed = request.args.get("q", "")[: lists.LONGEST_WORDS]
    found = finding.find(shown.id, typed, lists.page_asked())
    return render_template(
        "organizer/sales/search.html",
        series_row=shown,
        typed=typed,
        found=found,
        statuses=orders.status_words(),
        review=money.in_review(row.row_id for row in found.orders.rows),
        short=codes.short_of,
    )
