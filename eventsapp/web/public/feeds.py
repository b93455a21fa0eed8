"""Feeds of the released programme: iCalendar, frab XML, c3voc JSON. The release is their ETag."""

from typing import Any

from flask import Blueprint, Response, abort, url_for

from eventsapp.domain.programme import calendar, releases
from eventsapp.domain.programme.exchange import c3voc as c3voc_format
from eventsapp.domain.programme.exchange import frab as frab_format
from eventsapp.domain.programme.releases import ReleasedSeries
from eventsapp.web import addresses
from eventsapp.web.public import rendered

blueprint = Blueprint("public_feeds", __name__)

CACHE = "public, max-age=300, must-revalidate"


@blueprint.get("/<lang>/<series>/schedule.ics")
def ical(lang: str, series: str) -> Response:
    shown = _series(series)
    return _answer("ics", lang, shown, "text/calendar", lambda: calendar.feed(shown, _url(lang)))


@blueprint.get("/<lang>/<series>/schedule.xml")
def frab(lang: str, series: str) -> Response:
    shown = _series(series)
    return _answer("xml", lang, shown, "text/xml", lambda: frab_format.schedule(shown, _url(lang)))


@blueprint.get("/<lang>/<series>/schedule.json")
def c3voc(lang: str, series: str) -> Response:
    shown = _series(series)
    return _answer(
        "json", lang, shown, "application/json", lambda: c3voc_format.schedule(shown, _url(lang))
    )


@blueprint.get("/<lang>/<series>/events/<slug>.ics")
def event_ical(lang: str, series: str, slug: str) -> Response:
    shown = _series(series)
    found = shown.event(slug)
    if found is None:
        abort(404)
    answer = _answer(
        f"ics-{found.id}",
        lang,
        shown,
        "text/calendar",
        lambda: calendar.feed(shown, _url(lang), only={found.id}),
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    return answer


def _series(slug: str) -> ReleasedSeries:
    shown = releases.find(slug)
    if shown is None:
        abort(404)
    return shown


def _answer(kind: str, lang: str, shown: ReleasedSeries, mimetype: str, render: Any) -> Response:
    key = ("feed", kind, lang, shown.digest)
    answer = rendered.answer(key, render, mimetype=mimetype, cache=CACHE)
    answer.headers["Access-Control-Allow-Origin"] = "*"  # open data, the same for everybody
    return answer


def _url(lang: str) -> Any:
    """The public address of an event, as the feeds print it."""

    def address(series_slug: str, event_slug: str) -> str:
        path = url_for("public_programme.event", lang=lang, series=series_slug, slug=event_slug)
        return addresses.absolute(path)

    return address
