"""Making a call from an earlier one, and changing it."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for

from eventsapp.domain.questions import fields
from eventsapp.domain.selection.calls import editing, queries, starter
from eventsapp.domain.selection.calls.errors import CallIncomplete
from eventsapp.domain.selection.calls.models import Call
from eventsapp.domain.selection.decisions import queries as decisions_queries
from eventsapp.domain.selection.decisions import words
from eventsapp.kernel import clock
from eventsapp.kernel.errors import EditedMeanwhile, Refusal
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.calls import forms
from eventsapp.web.organizer.calls.selection import call_for, frame

PLAIN = "plain"
blueprint = Blueprint("organizer_calls", __name__, url_prefix="/organizer/<series>/calls")


@blueprint.route("/new", methods=["GET", "POST"])
@access.permission_required("selection.edit")
def new(series: str) -> Any:
    """A call with the criteria and questions of an earlier one: ``from`` names it, or "plain"."""
    found = desk.series_for(series, "selection.edit")
    g.zone = found.timezone
    known, now = editing.templates_for(found), clock.now()
    template = _template(known, request.values.get("from", ""))
    if template is None:
        shown = editing.first_draft(found, at=now)
    else:
        shown = editing.draft_of(template)
        shown = replace(shown, dates=editing.next_dates(template, at=now))
    form = forms.CallForm(zone=found.timezone, data=forms.values(shown))
    if request.method == "POST":
        form.validate()
        draft = form.draft({})
        try:
            _stop_at_text_errors(form, editing.problems_of(draft, None, at=now))
            made = editing.create(
                found.id, template.id if template else None, draft, actor=access.actor()
            )
        except CallIncomplete as refusal:
            form.tell(refusal.facts["problems"])
        else:
            return redirect(url_for(".edit", series=series, slug=made.slug, done="call"))
    page = render_template(
        "organizer/calls/new.html",
        of_series=found,
        template=template,
        templates=known,
        words=words,
        form=form,
        criteria=template.criteria if template else starter.CRITERIA,
        questions=queries.questions_of(template) if template else fields.read(starter.QUESTIONS),
    )
    return page, 422 if form.errors else 200


@blueprint.route("/<slug>/settings", methods=["GET", "POST"])
@access.permission_required("selection.edit")
def edit(series: str, slug: str) -> Any:
    call = call_for("selection.edit", series, slug)
    form = forms.CallForm(zone=call.series.timezone, data=_values(call))
    refused, theirs = "", None
    if request.method == "POST":
        form.validate()
        standing = editing.draft_of(call).dates
        draft, read = form.draft(standing), form.version.data or ""
        try:
            _stop_at_text_errors(form, editing.problems_of(draft, call, at=clock.now()))
            editing.update(call.id, read, draft, actor=access.actor())
        except CallIncomplete as refusal:
            form.tell(refusal.facts["problems"])
        except EditedMeanwhile as refusal:
            refused, theirs = refusals.sentence(refusal), _values(call)
        except Refusal as refusal:
            refused = refusals.sentence(refusal)
        else:
            return redirect(url_for(".edit", series=series, slug=slug, done="call"))
    page = render_template(
        "organizer/calls/settings.html",
        **frame(call, "settings"),
        form=form,
        criteria=call.criteria,
        questions=queries.questions_of(call),
        refused=refused,
        theirs=theirs,
        locked=call.last_number > 0,
        published=decisions_queries.published(call.id) is not None,
    )
    return page, 409 if refused else (422 if form.errors else 200)


def _stop_at_text_errors(form: forms.CallForm, problems: list[Any]) -> None:
    """A text that could not be read stops the saving; everything is told at once."""
    if form.errors:
        raise CallIncomplete(problems=problems)


def _values(call: Call) -> dict[str, Any]:
    return forms.values(editing.draft_of(call)) | {"version": editing.fingerprint(call)}


def _template(known: list[Call], wanted: str) -> Call | None:
    """The call that was chosen, the latest one without a choice, None for the plain model."""
    if wanted == PLAIN or not known:
        return None
    return next((call for call in known if str(call.id) == wanted), known[0])
