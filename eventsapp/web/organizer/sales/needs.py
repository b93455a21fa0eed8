"""Meals, access and other needs: counted and listed by name, for who may read them."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from eventsapp.domain.checkin.listing import NEEDS
from eventsapp.domain.programme import queries as programme
from eventsapp.domain.ticketing.asking import queries as asking
from eventsapp.web import access, lists
from eventsapp.web.organizer import desk, exporting
from eventsapp.web.organizer.sales import counted

blueprint = Blueprint("organizer_needs", __name__)


@blueprint.get("/organizer/<series>/needs")
@access.permission_required("answers.sensitive")
def needs(series: str) -> Any:
    shown = desk.series_for(series, "answers.sensitive")
    found = lists.show(NEEDS.listing(shown.id), NEEDS.titles(shown.id))
    event = found.wish.filters.get("event", "")
    questions = asking.listed(shown.id, sensitive=True)
    # Nobody is shown an event that the list has not read as one.
    event_id = int(event) if event.isascii() and event.isdigit() and len(event) < 19 else None
    return render_template(
        "organizer/sales/needs.html",
        series_row=shown,
        found=found,
        told=NEEDS.computed(shown.id),
        counted=counted.of(questions, event_id=event_id),
        events=programme.numbered_events(shown.id),
        list_url=lists.same_list,
        words=request.args.get("q", ""),
    )


@blueprint.get("/organizer/<series>/needs.csv")
@access.permission_required("answers.sensitive")
def export(series: str) -> Any:
    return exporting.csv(NEEDS, desk.series_for(series, "answers.sensitive"))


@blueprint.post("/organizer/<series>/needs/files")
@access.permission_required("answers.sensitive")
def make_file(series: str) -> Any:
    shown = desk.series_for(series, "answers.sensitive")
    return exporting.begin(NEEDS, shown, back=url_for(".needs", series=series))
