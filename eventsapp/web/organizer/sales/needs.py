"""Answers counted and listed ticket by ticket: everybody's, and needs for who may read them."""

from typing import Any

from flask import Blueprint, render_template, url_for

from eventsapp.domain.programme import queries as programme
from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.asking import queries as asking
from eventsapp.domain.ticketing.sales.answers_listed import ANSWERS, NEEDS
from eventsapp.kernel.lists import Kind
from eventsapp.web import access, lists
from eventsapp.web.organizer import desk, exporting
from eventsapp.web.organizer.sales import counted

blueprint = Blueprint("organizer_needs", __name__, url_prefix="/organizer/<series>")


@blueprint.get("/answers")
@access.permission_required("orders.export")
def answers(series: str) -> Any:
    return _page(desk.series_for(series, "orders.export"), ANSWERS)


@blueprint.get("/answers.csv")
@access.permission_required("orders.export")
def export_answers(series: str) -> Any:
    return exporting.csv(ANSWERS, desk.series_for(series, "orders.export"))


@blueprint.post("/answers/files")
@access.permission_required("orders.export")
def make_answers_file(series: str) -> Any:
    shown = desk.series_for(series, "orders.export")
    return exporting.begin(ANSWERS, shown, back=url_for(".answers", series=series))


@blueprint.get("/needs")
@access.permission_required("answers.sensitive")
def needs(series: str) -> Any:
    return _page(desk.series_for(series, "answers.sensitive"), NEEDS)


@blueprint.get("/needs.csv")
@access.permission_required("answers.sensitive")
def export(series: str) -> Any:
    return exporting.csv(NEEDS, desk.series_for(series, "answers.sensitive"))


@blueprint.post("/needs/files")
@access.permission_required("answers.sensitive")
def make_file(series: str) -> Any:
    shown = desk.series_for(series, "answers.sensitive")
    return exporting.begin(NEEDS, shown, back=url_for(".needs", series=series))


def _page(shown: Series, kind: Kind) -> Any:
    sensitive = kind is NEEDS
    found = lists.show(kind.listing(shown.id), kind.titles(shown.id))
    event = found.wish.filters.get("event", "")
    event_id = int(event) if event.isascii() and event.isdigit() and len(event) < 19 else None
    questions = asking.listed(shown.id, sensitive=sensitive)
    return render_template(
        "organizer/sales/answers.html",
        series_row=shown,
        sensitive=sensitive,
        found=found,
        told=kind.computed(shown.id),
        counted=counted.of(questions, event_id=event_id),
        events=programme.numbered_events(shown.id),
        files=(".export", ".make_file") if sensitive else (".export_answers", ".make_answers_file"),
        list_url=lists.same_list,
    )
