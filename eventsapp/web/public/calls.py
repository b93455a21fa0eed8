"""Calls for applications: the list, the page of a call, and the beginning of an application."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for

from eventsapp.domain.accounts.errors import BadAddress
from eventsapp.domain.questions import fields
from eventsapp.domain.selection.calls import applications, calls, queries
from eventsapp.domain.selection.calls.errors import CallClosed
from eventsapp.domain.selection.calls.models import Call
from eventsapp.domain.selection.decisions import queries as decisions_queries
from eventsapp.domain.selection.decisions import words
from eventsapp.kernel import clock, i18n
from eventsapp.kernel.i18n import _
from eventsapp.web import access, refusals

blueprint = Blueprint("public_calls", __name__)


@blueprint.get("/<lang>/<series>/calls/", endpoint="calls")
def listing(lang: str, series: str) -> Any:
    found = queries.series_by_slug(series)
    g.zone = found.timezone
    now = clock.now()
    out = decisions_queries.published_among(found.id)
    listed = [
        (call, calls.phase(call, now, published=call.id in out))
        for call in queries.calls_of(found.id)
    ]
    return render_template("public/calls/list.html", of_series=found, calls=listed, words=words)


@blueprint.get("/<lang>/<series>/calls/<slug>")
def page(lang: str, series: str, slug: str) -> Any:
    return _page(queries.find_call(series, slug))


@blueprint.post("/<lang>/<series>/calls/<slug>/applications")
def begin(lang: str, series: str, slug: str) -> Any:
    call = queries.find_call(series, slug)
    email = request.form.get("email", "")
    # A field that people do not see; programs fill it in.
    if request.form.get("website"):
        return _page(call, email=email, error=_("Laissez ce champ vide."))
    try:
        draft = applications.start(call.id, email, locale=i18n.locale(), network=access.network())
    except (BadAddress, CallClosed) as refusal:
        return _page(call, email=email, error=refusals.sentence(refusal))
    return redirect(
        url_for("public_applications.form", lang=lang, series=series, secret=draft.secret)
    )


@blueprint.get("/<lang>/<series>/calls/<slug>/eligibility")
def eligibility_now(lang: str, series: str, slug: str) -> Any:
    """What the script of the form asks while somebody types: problems by field."""
    call = queries.find_call(series, slug)
    asked = {name: request.args.get(name, "")[:40] for name in ("founded", "postcode", "siren")}
    questions = [q for q in fields.read(call.question_set.questions) if q.id in asked]
    checked = fields.check(questions, asked, draft=True)
    answer = {problem.field: words.problem(problem) for problem in checked.problems}
    field_of = {"too_old": "founded", "outside_area": "postcode"}
    for reason in applications.early_reasons(call, checked.values):
        answer[field_of[reason.code]] = words.reason(reason.code, reason.facts)
    return answer


def _page(call: Call, *, email: str = "", error: str = "") -> Any:
    g.zone = call.series.timezone
    batch = decisions_queries.published(call.id)
    phase = calls.phase(call, clock.now(), published=batch is not None)
    page = render_template(
        "public/calls/call.html",
        call=call,
        phase=phase,
        open=phase is calls.Phase.OPEN,
        email=email,
        error=error,
        words=words,
        next_step=_next_instant(call),
        calibrated=batch.snapshot["calibrated"] if batch else None,
    )
    return page, 422 if error else 200


def _next_instant(call: Call) -> str:
    """Which line of the calendar comes next."""
    now = clock.now()
    for name in (
        "opens_at",
        "closes_at",
        "review_from",
        "review_until",
        "deliberation_at",
        "notified_at",
        "confirm_until",
    ):
        if getattr(call, name) > now:
            return name
    return ""
