"""Venues and their rooms."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme import editing, queries
from eventsapp.domain.programme.models import Series, Venue
from eventsapp.kernel import spelling
from eventsapp.kernel.errors import EditedMeanwhile, Refusal
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.programme.forms import VenueForm

blueprint = Blueprint("organizer_venues", __name__)


@blueprint.get("/organizer/<series>/venues")
@access.permission_required("programme.view")
def venues(series: str) -> Any:
    shown = desk.series_for(series, "programme.view")
    return render_template(
        "organizer/programme/venues.html",
        series_row=shown,
        venues=queries.venues(shown.id),
        counts=queries.events_per_venue(shown.id),
        may_edit=access.may("venues.edit", desk.place_of(shown)),
    )


@blueprint.route("/organizer/<series>/venues/new", methods=["GET", "POST"])
@access.permission_required("venues.edit")
def new(series: str) -> Any:
    shown = desk.series_for(series, "venues.edit")
    return _edit(shown, None)


@blueprint.route("/organizer/<series>/venues/<int:venue_id>", methods=["GET", "POST"])
@access.permission_required("venues.edit")
def edit(series: str, venue_id: int) -> Any:
    shown = desk.series_for(series, "venues.edit")
    return _edit(shown, queries.venue(shown.id, venue_id))


def _edit(series: Series, venue: Venue | None) -> Any:
    form = VenueForm(data=_values(venue))
    refused, theirs = "", None
    if request.method == "POST" and form.validate():
        known = {spelling.line(room.name): room.id for room in venue.rooms} if venue else {}
        venue_id = venue.id if venue else None
        try:
            if venue_id is not None:
                editing.update_venue(
                    venue_id, form.version_read, form.draft(known), actor=access.actor()
                )
            else:
                editing.create_venue(series.id, form.draft(known), actor=access.actor())
        except EditedMeanwhile as refusal:
            refused = refusals.sentence(refusal)
            theirs = queries.venue(series.id, venue_id) if venue_id else None
        except Refusal as refusal:
            refused = refusals.sentence(refusal)
        else:
            return redirect(url_for(".venues", series=series.slug, done="venue"))
    page = render_template(
        "organizer/programme/venue.html",
        series_row=series,
        venue=venue,
        form=form,
        refused=refused,
        theirs=_values(theirs) if theirs else None,
    )
    return page, 409 if refused else 422 if form.errors else 200


def _values(venue: Venue | None) -> dict[str, Any]:
    if venue is None:
        return {"version": "0"}
    names = ("name", "street", "postcode", "city", "capacity", "lat", "lon", "shared")
    lines = [
        f"{room.name} ; {room.capacity}" if room.capacity is not None else room.name
        for room in venue.rooms
    ]
    return {name: getattr(venue, name) for name in names} | {
        "rooms": "\n".join(lines),
        "version": str(venue.version),
    }
