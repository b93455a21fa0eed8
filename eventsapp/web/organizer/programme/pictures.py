"""Pictures of an event, a speaker, a partner: sent, described, centred, taken off, put back."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme import partners, pictures, queries
from eventsapp.domain.programme.models import Series
from eventsapp.domain.programme.picture_models import Picture
from eventsapp.domain.programme.pictures import Subject
from eventsapp.kernel.errors import Refusal
from eventsapp.kernel.i18n import _
from eventsapp.web import access, refusals
from eventsapp.web.forms import numbers
from eventsapp.web.organizer import desk

blueprint = Blueprint("organizer_pictures", __name__)

#: How wide the picture stands on which one points at its centre, in pixels.
POINTED_AT = 280


@dataclass(frozen=True)
class Page:
    """Whose picture it is, its name, and where one came from."""

    series: Series
    subject: Subject
    name: str
    back: str
    address: str


@blueprint.route("/organizer/<series>/events/<int:event_id>/picture", methods=["GET", "POST"])
@access.permission_required("programme.edit")
def of_event(series: str, event_id: int) -> Any:
    shown, event = desk.event_for(series, event_id, "programme.edit")
    back = url_for("organizer_events.edit", series=series, event_id=event_id)
    return _page(Page(shown, Subject("event", event.id), event.title_fr, back, request.path))


@blueprint.route("/organizer/<series>/speakers/<int:person_id>/picture", methods=["GET", "POST"])
@access.permission_required("venues.edit")
def of_speaker(series: str, person_id: int) -> Any:
    shown = desk.series_for(series, "venues.edit")
    person = queries.person(shown.id, person_id)
    back = url_for("organizer_speakers.edit", series=series, person_id=person_id)
    return _page(Page(shown, Subject("person", person.id), person.name, back, request.path))


@blueprint.route("/organizer/<series>/partners/<int:partner_id>/picture", methods=["GET", "POST"])
@access.permission_required("people.edit")
def of_partner(series: str, partner_id: int) -> Any:
    shown = desk.series_for(series, "people.edit")
    row = partners.partner_of(shown.id, partner_id)
    back = url_for("organizer_partners.partners", series=series)
    subject = Subject("partner", row.id)
    return _page(Page(shown, subject, row.organisation.name, back, request.path))


def _page(page: Page) -> Any:
    refused, status = "", 200
    if request.method == "POST":
        try:
            off = _act(page)
        except Refusal as refusal:
            words = refusals.answer(refusal)
            refused, status = words.sentence, words.status
        else:
            return redirect(page.address + ("?done=picture_off" if off else "?done=saved"))
    listed = pictures.of(page.subject)
    on = next((one for one in listed if one.taken_off_at is None), None)
    body = render_template(
        "organizer/programme/picture.html",
        series_row=page.series,
        page=page,
        title=_titles()[page.subject.kind],
        on=on,
        off=[one for one in listed if one.taken_off_at is not None],
        refused=refused,
        typed=request.form,
        pointed_at=POINTED_AT,
        kept_for=pictures.KEPT_FOR.days,
        most_mb=pictures.MOST_MB,
    )
    return body, status


def _titles() -> dict[str, str]:
    return {
        "event": _("Image de l’événement"),
        "person": _("Portrait"),
        "partner": _("Logo"),
    }


def _act(page: Page) -> bool:
    """Do what the button says; returns whether no picture is on show then."""
    step, actor, form = request.form.get("step"), access.actor(), request.form
    words = (form.get("alt_fr", ""), form.get("alt_en", ""))
    if step == "describe" or "point.x" in form:
        known = pictures.picture_of(page.subject, _whole("picture"))
        pictures.describe(known.id, _whole("version"), *words, focus=_focus(known), actor=actor)
        return False
    if step in ("take_off", "put_back"):
        known = pictures.picture_of(page.subject, _whole("picture"))
        act = pictures.take_off if step == "take_off" else pictures.put_back
        act(known.id, actor=actor)
        return step == "take_off"
    sent = request.files.get("file")
    pictures.put_on(page.subject, sent.read() if sent else b"", *words, actor=actor)
    return False


def _focus(known: Picture) -> tuple[int, int]:
    """Where it was pointed at, or what was typed; as it was where neither is a number."""
    if "point.x" in request.form:
        across, down = _whole("point.x"), _whole("point.y")
        tall = max(1, round(known.height * POINTED_AT / known.width))
        return round(100 * across / POINTED_AT), round(100 * down / tall)
    return _whole("focus_x", known.focus_x), _whole("focus_y", known.focus_y)


def _whole(name: str, otherwise: int = 0) -> int:
    try:
        return numbers.whole(request.form.get(name, ""), most=10**9)
    except ValueError:
        return otherwise
