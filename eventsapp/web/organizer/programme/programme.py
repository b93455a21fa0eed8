"""Planning of the draft programme, and its publication."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.accounts import people
from eventsapp.domain.planning import saving
from eventsapp.domain.programme import queries, releases
from eventsapp.domain.programme.models import Event, Series
from eventsapp.kernel import clock, words
from eventsapp.kernel.errors import Refusal
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.people import deeds
from eventsapp.web.organizer.programme import board, changes, problems

blueprint = Blueprint("organizer_programme", __name__)


@blueprint.get("/organizer/<series>/programme")
@access.permission_required("programme.view")
def planning(series: str) -> Any:
    shown = desk.series_for(series, "programme.view")
    events = queries.draft_events(shown.id)
    report = saving.check_series(shown.id)
    found = problems.sentences(report, shown.timezone)
    day = _day(shown, events)
    there = board.on_day(events, day, shown.timezone)
    editable = {one.id for one in events if desk.may_edit(shown, one)}
    return render_template(
        "organizer/programme/planning.html",
        series_row=shown,
        events=events,
        day=day,
        strip=board.strip(shown, events, found),
        grid=board.rows(there, day, shown.timezone, found),
        there=there,
        problems=found,
        counted=problems.counted(report),
        undated=board.undated(one for one in events if one.id in editable),
        has_changes=releases.has_changes(shown.id),
        states=desk.state_words(),
        editable=editable,
        may_create=access.may("programme.edit", desk.place_of(shown)),
        may_publish=access.may("programme.publish", desk.place_of(shown)),
        may_settings=access.may("series.edit", desk.place_of(shown)),
        may_venues=access.may("venues.edit", desk.place_of(shown)),
        hours=words.hours,
    )


@blueprint.route("/organizer/<series>/programme/releases", methods=["GET", "POST"])
@access.permission_required("programme.publish")
def releases_page(series: str) -> Any:
    shown = desk.series_for(series, "programme.publish")
    refused = ""
    if request.method == "POST":
        try:
            saving.publish(shown.id, actor=access.actor())
        except Refusal as refusal:
            refused = refusals.sentence(refusal)
        else:
            return redirect(url_for(".releases_page", series=series, done="released"))
    report = saving.check_series(shown.id)
    pending = releases.pending_changes(shown.id)
    names = people.names_of(deeds.account_ids(who for one in pending for who in one["authors"]))
    page = render_template(
        "organizer/programme/releases.html",
        series_row=shown,
        refused=refused,
        changes=[changes.line(one, shown.timezone, names) for one in pending],
        problems=problems.sentences(report, shown.timezone),
        grave=report.grave,
        past=queries.past_releases(shown.id),
    )
    return page, 409 if refused else 200


def _day(series: Series, events: list[Event]) -> date:
    """The day asked for; else the next one with an event, from today."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        today = clock.local_day(clock.now(), series.timezone)
        days = sorted({board.day_of(s, series.timezone) for e in events for s in e.slots})
        return next((day for day in days if day >= today), days[0] if days else series.starts_on)
