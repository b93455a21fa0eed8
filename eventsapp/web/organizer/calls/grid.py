"""The grid of a call: its criteria, their weights, the scale, and how a juror will see them."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.selection.calls import grid as rules
from eventsapp.domain.selection.calls.errors import CallIncomplete
from eventsapp.domain.selection.calls.models import Call
from eventsapp.domain.selection.decisions import words
from eventsapp.kernel.errors import EditedMeanwhile, Refusal
from eventsapp.kernel.i18n import _
from eventsapp.web import access, refusals
from eventsapp.web.organizer.calls import grid_form
from eventsapp.web.organizer.calls.grid_form import Typed
from eventsapp.web.organizer.calls.selection import call_for, frame

blueprint = Blueprint("organizer_grid", __name__, url_prefix="/organizer/<series>/calls")


@blueprint.route("/<slug>/criteria", methods=["GET", "POST"])
@access.permission_required("selection.edit")
def edit(series: str, slug: str) -> Any:
    call = call_for("selection.edit", series, slug)
    if request.method == "GET":
        return _page(call, grid_form.typed(rules.grid_of(call)), rules.fingerprint(call))
    typed, read = grid_form.read(request.form), request.form.get("version", "")
    if typed.press(request.form.get("press", "")):
        return _page(call, typed, read)
    try:
        rules.change(call.id, read, typed.draft(), actor=access.actor())
    except CallIncomplete as refusal:
        errors = {found.field: words.problem(found) for found in refusal.facts["problems"]}
        return _page(call, typed, read, errors=errors), 422
    except EditedMeanwhile:
        told = _(
            "Quelqu’un a enregistré d’autres critères pendant que vous écriviez. Rien des vôtres "
            "n’est enregistré : « Enregistrer » les mettrait à la place."
        )
        return _page(call, typed, rules.fingerprint(call), refused=told), 409
    except Refusal as refusal:
        return _page(call, typed, read, refused=refusals.sentence(refusal)), 409
    return redirect(url_for(".edit", series=series, slug=slug, done="grid"))


def _page(
    call: Call,
    typed: Typed,
    version: str,
    *,
    errors: dict[str, str] | None = None,
    refused: str = "",
) -> str:
    draft = typed.draft()
    return render_template(
        "organizer/calls/grid.html",
        **frame(call, "grid"),
        typed=typed,
        criteria=rules.stored(draft),
        levels=draft.levels,
        total=sum(one.weight or 0 for one in draft.criteria),
        most_rows=grid_form.MOST_ROWS,
        version=version,
        errors=errors or {},
        refused=refused,
        frozen=call.last_number > 0,
    )
