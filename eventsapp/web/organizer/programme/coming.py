"""How one comes to an event: what its access means, and what is known of a site elsewhere."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme import elsewhere
from eventsapp.domain.programme.models import Event, EventAccess, Series
from eventsapp.kernel.i18n import _
from eventsapp.web import access
from eventsapp.web.forms import numbers
from eventsapp.web.organizer import desk

blueprint = Blueprint("organizer_coming", __name__)

MOST_PEOPLE = 200_000


@blueprint.get("/organizer/<series>/events/<int:event_id>/access")
@access.permission_required("programme.edit")
def page(series: str, event_id: int) -> Any:
    return _page(*desk.event_for(series, event_id, "programme.edit"))


@blueprint.post("/organizer/<series>/events/<int:event_id>/attendance")
@access.permission_required("programme.edit")
def declare(series: str, event_id: int) -> Any:
    """How many came to an event whose places are given elsewhere; empty for not known."""
    shown, event = desk.event_for(series, event_id, "programme.edit")
    typed = request.form.get("count", "").strip()
    try:
        count = numbers.whole(typed, most=MOST_PEOPLE) if typed else None
    except ValueError:
        return _page(shown, event, _("Écrivez un nombre entier, en chiffres.")), 422
    elsewhere.declare_attendance(shown.id, event.id, count, actor=access.actor())
    return redirect(url_for(".page", series=series, event_id=event_id, done="attendance"))


def _page(series: Series, event: Event, error: str = "") -> str:
    clicks = elsewhere.clicks_of(event.id)
    released = event.released_access
    return render_template(
        "organizer/programme/access.html",
        series_row=series,
        event=event,
        words=desk.access_words(),
        meaning=_meaning(event.access),
        waits=released is not None and released != event.access.value,
        public=desk.access_words().get(released or "", ""),
        clicks=clicks,
        all_clicks=sum(count for _day, count in clicks),
        error=error,
        typed=request.form.get("count", event.declared_attendance),
        sells=access.may("catalogue.edit", desk.place_of(series)),
        answers=access.may("orders.view", desk.place_of(series)),
    )


def _meaning(chosen: EventAccess) -> str:
    """What happens to somebody who wants to come."""
    return {
        EventAccess.OPEN: _(
            "Chacun prend ses places sur la page de l’événement, aux tarifs publics."
        ),
        EventAccess.CODE: _(
            "La page dit qu’il faut un code. Sans lui rien ne se prend, par aucune voie ; un code "
            "qui « ouvre » un tarif montre les places et les donne."
        ),
        EventAccess.INVITATION: _(
            "La page dit qu’il faut une invitation. Chaque invité reçoit par courriel un lien qui "
            "ouvre ses places, et celles de ses accompagnants ; un code qui « ouvre » le fait "
            "aussi."
        ),
        EventAccess.APPROVAL: _(
            "Chacun demande ses places ; elles sont gardées, et vous répondez par oui ou par non, "
            "avec un motif. La réponse part par courriel ; rien n’est débité avant."
        ),
        EventAccess.EXTERNAL: _(
            "La page mène à l’adresse donnée. Rien ne se prend ici, par aucune voie ; les passages "
            "vers l’autre site sont comptés, et vous dites à la fin combien sont venus."
        ),
    }[chosen]
