"""Details of an event, and the tags of a series."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.programme import details, partners
from eventsapp.domain.programme.details import Details, TagDraft
from eventsapp.kernel.errors import EditedMeanwhile
from eventsapp.kernel.i18n import _
from eventsapp.web import access, detail_words, refusals
from eventsapp.web.forms import numbers
from eventsapp.web.organizer import desk

blueprint = Blueprint("organizer_details", __name__)

#: Empty lines under the tags that there are.
NEW_LINES = 4


@blueprint.route("/organizer/<series>/events/<int:event_id>/details", methods=["GET", "POST"])
@access.permission_required("programme.edit")
def edit(series: str, event_id: int) -> Any:
    shown, event = desk.event_for(series, event_id, "programme.edit")
    refused = ""
    if request.method == "POST":
        try:
            version = _whole(request.form.get("version"))
            details.update_details(event.id, version, _given(), actor=access.actor())
        except EditedMeanwhile as refusal:
            refused = refusals.sentence(refusal)
            shown, event = desk.event_for(series, event_id, "programme.edit")
        else:
            return redirect(url_for(".edit", series=series, event_id=event_id, done="saved"))
    page = render_template(
        "organizer/programme/details.html",
        series_row=shown,
        event=event,
        given=_given() if refused else details.details_of(event),
        saved=details.details_of(event) if refused else None,
        refused=refused,
        languages=detail_words.language_names(),
        levels={"": _("sans indication")} | detail_words.levels(),
        tags=details.tags_of(shown.id),
        partners=partners.partners_of(shown.id),
        may_tag=access.may("programme.publish", desk.place_of(shown)),
    )
    return page, 409 if refused else 200


@blueprint.route("/organizer/<series>/tags", methods=["GET", "POST"])
@access.permission_required("programme.publish")
def tags(series: str) -> Any:
    shown = desk.series_for(series, "programme.publish")
    if request.method == "POST":
        details.set_tags(shown.id, _lines(shown.id), actor=access.actor())
        return redirect(url_for(".tags", series=series, done="saved"))
    return render_template(
        "organizer/programme/tags.html",
        series_row=shown,
        tags=details.tags_of(shown.id),
        counts=details.events_per_tag(shown.id),
        new_lines=NEW_LINES,
    )


def _given() -> Details:
    form = request.form
    return Details(
        tuple(form.getlist("language")),
        form.get("level", ""),
        frozenset(_whole(one) for one in form.getlist("tag")),
        frozenset(_whole(one) for one in form.getlist("partner")),
    )


def _lines(series_id: int) -> list[TagDraft]:
    """The lines that were there and still have a name, then the new ones."""
    form = request.form
    kept = [
        TagDraft(one.id, form.get(f"fr-{one.id}", ""), form.get(f"en-{one.id}", ""))
        for one in details.tags_of(series_id)
        # A line that somebody else made meanwhile was not on this page: it stays.
        if f"fr-{one.id}" in form
    ]
    unseen = [
        TagDraft(one.id, one.name_fr, one.name_en)
        for one in details.tags_of(series_id)
        if f"fr-{one.id}" not in form
    ]
    new = [
        TagDraft(None, form.get(f"new-fr-{n}", ""), form.get(f"new-en-{n}", ""))
        for n in range(NEW_LINES)
    ]
    return kept + unseen + new


def _whole(text: str | None) -> int:
    try:
        return numbers.whole(text or "", most=10**15)
    except ValueError:
        return 0
