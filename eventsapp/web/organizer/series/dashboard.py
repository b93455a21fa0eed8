"""The desk's first page: what needs attention today, sales, and how full each event is."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme import queries as programme
from eventsapp.domain.ticketing.catalogue import queries as catalogue_queries
from eventsapp.domain.ticketing.sales import queries
from eventsapp.kernel import clock
from eventsapp.web import access
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.series import charts, todo

blueprint = Blueprint("organizer_dashboard", __name__)


@blueprint.get("/organizer/")
@access.permission_required("desk.view")
def home() -> Any:
    """The one series of this account, or the list of them; ``?liste=1`` shows the list anyway."""
    account = access.signed_in_account()
    listed = [
        one for one in programme.all_series() if access.may("programme.view", desk.place_of(one))
    ]
    if not listed:
        # A contributor's organisation owns no series: his role names the one he contributes to.
        listed = programme.series_contributed_to(account.id)
    if len(listed) == 1 and "liste" not in request.args:
        return redirect(url_for(".series", series=listed[0].slug))
    return render_template("organizer/series/home.html", listed=listed)


@blueprint.get("/organizer/<series>/")
@access.permission_required("desk.view")
def series(series: str) -> Any:
    shown = desk.series_for(series, "desk.view")
    money = access.may("orders.view", desk.place_of(shown))
    today = clock.local_day(clock.now(), shown.timezone)
    days = queries.sold_by_day(shown.id, shown.timezone) if money else []
    events = {event.id: event for event in programme.numbered_events(shown.id)}
    return render_template(
        "organizer/series/today.html",
        series_row=shown,
        today=today,
        days_left=(shown.starts_on - today).days,
        todos=todo.of(shown),
        money=money,
        figures=queries.figures(shown.id) if money else None,
        chart=charts.sales(days, today),
        chart_small=charts.sales(days, today, width=charts.NARROW),
        days=days,
        fills=[
            (events[one.event_id], one)
            for one in catalogue_queries.fills(shown.id)
            if one.event_id in events
        ]
        if money
        else [],
    )
