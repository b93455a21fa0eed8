"""The long texts of an event, with a preview of what the public will read."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme import texts
from eventsapp.domain.programme.models import Event
from eventsapp.kernel.errors import EditedMeanwhile
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.programme.told_forms import TextsForm, text_labels

blueprint = Blueprint("organizer_texts", __name__)


@blueprint.route("/organizer/<series>/events/<int:event_id>/texts", methods=["GET", "POST"])
@access.permission_required("programme.edit")
def edit(series: str, event_id: int) -> Any:
    shown, event = desk.event_for(series, event_id, "programme.edit")
    form = TextsForm(data=_values(event))
    refused, theirs = "", None
    if request.method == "POST" and form.validate() and request.form.get("step") != "preview":
        try:
            texts.update_texts(event.id, form.version_read, form.draft(), actor=access.actor())
        except EditedMeanwhile as refusal:
            refused = refusals.sentence(refusal)
            theirs = _values(desk.event_for(series, event_id, "programme.edit")[1])
        else:
            return redirect(url_for(".edit", series=series, event_id=event_id, done="saved"))
    page = render_template(
        "organizer/programme/texts.html",
        series_row=shown,
        event=event,
        form=form,
        refused=refused,
        theirs=theirs,
        missing=[text_labels()[name] for name in texts.missing(event)],
    )
    return page, 409 if refused else 422 if form.errors else 200


def _values(event: Event) -> dict[str, Any]:
    return vars(texts.texts_of(event)) | {"version": str(event.version)}
