"""People named in the programme: what is told of them, in one place."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme import queries
from eventsapp.domain.programme import speakers as rules
from eventsapp.domain.programme.models import Person
from eventsapp.kernel.errors import EditedMeanwhile
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.programme.told_forms import PersonForm

blueprint = Blueprint("organizer_speakers", __name__)


@blueprint.get("/organizer/<series>/speakers")
@access.permission_required("programme.view")
def speakers(series: str) -> Any:
    shown = desk.series_for(series, "programme.view")
    return render_template(
        "organizer/programme/speakers.html",
        series_row=shown,
        people=queries.people(shown.id),
        may_edit=access.may("venues.edit", desk.place_of(shown)),
    )


@blueprint.route("/organizer/<series>/speakers/<int:person_id>", methods=["GET", "POST"])
@access.permission_required("venues.edit")
def edit(series: str, person_id: int) -> Any:
    shown = desk.series_for(series, "venues.edit")
    person = queries.person(shown.id, person_id)
    form = PersonForm(data=_values(person))
    refused, theirs = "", None
    if request.method == "POST" and form.validate() and request.form.get("step") != "preview":
        try:
            rules.update_person(person_id, form.version_read, form.draft(), actor=access.actor())
        except EditedMeanwhile as refusal:
            refused = refusals.sentence(refusal)
            theirs = _values(queries.person(shown.id, person_id))
        else:
            return redirect(url_for(".speakers", series=series, done="saved"))
    page = render_template(
        "organizer/programme/speaker.html",
        series_row=shown,
        person=queries.person(shown.id, person_id),
        form=form,
        refused=refused,
        theirs=theirs,
    )
    return page, 409 if refused else 422 if form.errors else 200


def _values(person: Person) -> dict[str, Any]:
    names = ("first_name", "last_name", "company", "bio_fr", "bio_en")
    return {name: getattr(person, name) for name in names} | {"version": str(person.version)}
