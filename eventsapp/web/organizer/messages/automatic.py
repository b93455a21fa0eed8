"""The reminder before an event and the thanks after it: on or off, when, and what they say."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.messages import automatic as rules
from eventsapp.domain.messages.models import Campaign, Occasion
from eventsapp.domain.programme.models import Event, Series
from eventsapp.kernel.errors import NotFound, Refusal
from eventsapp.kernel.i18n import _, ngettext
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk

blueprint = Blueprint("organizer_automatic", __name__)

RIGHT = "messages.send"


@blueprint.get("/organizer/<series>/events/<int:event_id>/messages")
@access.permission_required(RIGHT)
def page(series: str, event_id: int) -> Any:
    return _page(*desk.event_for(series, event_id, RIGHT))


@blueprint.post("/organizer/<series>/events/<int:event_id>/messages/<occasion>")
@access.permission_required(RIGHT)
def turn(series: str, event_id: int, occasion: str) -> Any:
    shown, event = desk.event_for(series, event_id, RIGHT)
    if occasion not in list(Occasion):
        raise NotFound(what="occasion", reference=occasion)
    hours = request.form.get("hours", "")
    try:
        rules.turn(
            shown.id,
            event.id,
            Occasion(occasion),
            int(hours) if hours.isascii() and hours.isdigit() and len(hours) < 5 else 0,
            on="on" in request.form,
            actor=access.actor(),
        )
    except Refusal as refusal:
        answer = refusals.answer(refusal)
        return _page(shown, event, answer.sentence), answer.status
    return redirect(url_for(".page", series=series, event_id=event_id, done="automatic"))


def _page(shown: Series, event: Event, refused: str = "") -> str:
    known = rules.of_event(event.id)
    return render_template(
        "organizer/messages/automatic.html",
        series_row=shown,
        event=event,
        refused=refused,
        occasions=[(one, _said(one), known.get(one), _hours(one)) for one in Occasion],
        leaves={row.id: _leaves(row) for row in known.values()},
        public=event.released_state == "confirmed",
    )


def _said(occasion: Occasion) -> tuple[str, str]:
    """Its name, and what it does."""
    if occasion is Occasion.BEFORE:
        return (
            _("Rappel avant l’événement"),
            _(
                "À qui a un billet, avec la date, le lieu et le lien de son billet ; compté "
                "depuis le premier horaire de l’événement."
            ),
        )
    return (
        _("Remerciement après l’événement"),
        _(
            "À qui est entré, selon la porte. Sans contrôle à la porte, choisissez « entrés ou "
            "non » dans le message."
        ),
    )


def _hours(occasion: Occasion) -> list[tuple[int, str]]:
    return [(one, _lasting(one)) for one in rules.HOURS[occasion]]


def _lasting(hours: int) -> str:
    if hours % 24:
        return ngettext("{n} heure", "{n} heures", hours)
    return ngettext("{n} jour", "{n} jours", hours // 24)


def _leaves(row: Campaign) -> Any:
    """When it leaves, as the event is released now; None when nobody can say."""
    between = rules.window(row)
    return between[0] if between is not None else None
