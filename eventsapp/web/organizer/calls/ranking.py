"""Ranking, simulation of the rule, decisions and their publication."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.selection.calls import choice
from eventsapp.domain.selection.calls import queries as calls_queries
from eventsapp.domain.selection.calls.models import Call
from eventsapp.domain.selection.decisions import decisions, letters, queries
from eventsapp.domain.selection.decisions.models import Outcome
from eventsapp.domain.selection.jury import queries as jury_queries
from eventsapp.domain.selection.jury import reviews
from eventsapp.domain.selection.ranking import ranking, table
from eventsapp.kernel import clock, outbox
from eventsapp.kernel.errors import NotFound, Refusal
from eventsapp.kernel.i18n import _, use_locale
from eventsapp.web import access, refusals
from eventsapp.web.organizer.calls import doubts, overrides
from eventsapp.web.organizer.calls.selection import call_for, frame

blueprint = Blueprint(
    "organizer_selection_ranking", __name__, url_prefix="/organizer/<series>/calls/<slug>"
)


@blueprint.get("/ranking")
@access.permission_required("selection.view")
def page(series: str, slug: str) -> Any:
    call = call_for("selection.view", series, slug)
    case, ranked = ranking.of(call)
    applications = calls_queries.submitted_of(call.id)
    pins = queries.pins_of(call.id)
    made = ranking.choose(call, case, ranked)
    # A conflict hides the rank as well: the row, its place in the list and every mention go.
    hidden = jury_queries.conflicts_of(call.id, access.signed_in_account().id)
    seen = [line for line in ranked.lines if line.candidate.key not in hidden]
    lines = [line for line in seen if line.eligible]
    places = {line.candidate.key: place for place, line in enumerate(lines, start=1)}
    open_ones = [line for line in lines if _to_deliberate(line)]
    only_open = request.args.get("deliberate") == "1"
    return render_template(
        "organizer/calls/ranking.html",
        **frame(call, "ranking"),
        lines=open_ones if only_open else lines,
        places=places,
        to_deliberate=len(open_ones),
        only_open=only_open,
        apart=[line for line in seen if not line.eligible],
        raw_places=_raw_places(lines),
        ranked=ranked,
        case=case,
        doubts=doubts.named(call, case, ranked, hidden),
        applications=applications,
        chosen=set(made.chosen),
        reserve={key: rank for rank, key in enumerate(made.reserve, start=1)},
        simulated=_simulated(call, case, ranked, hidden),
        asked=request.args,
        at_most=case.rule.limits[0].at_most if case.rule.limits else "",
        price=_price(case, ranked, hidden),
        missing=len(_missing(call)),
        more_may_come=reviews.may_come(call, clock.now()),
        domains={domain.slug: domain for domain in calls_queries.domains(call.series_id)},
        shut=[applications[key] for key in applications if key in hidden],
        overrides=[(k, pins[k]) for k in applications if k in pins and k not in hidden],
        authors=overrides.names(pin.pinned_by for pin in pins.values()),
        scale=(call.scale_least, call.scale_most),
    )


@blueprint.get("/decisions")
@access.permission_required("selection.view")
def decided(series: str, slug: str) -> Any:
    return _decisions_page(call_for("selection.view", series, slug))


@blueprint.post("/decisions")
@access.permission_required("selection.decide")
def prepare(series: str, slug: str) -> Any:
    """Apply the rule; nobody outside sees it."""
    call = call_for("selection.decide", series, slug)
    try:
        decisions.prepare(call.id, actor=access.actor())
    except Refusal as refusal:
        return _decisions_page(call, error=refusals.sentence(refusal))
    return redirect(url_for(".decided", series=series, slug=slug))


@blueprint.post("/publication")
@access.permission_required("selection.decide")
def publish(series: str, slug: str) -> Any:
    call = call_for("selection.decide", series, slug)
    if request.form.get("sure") != "yes":
        return _decisions_page(call, error=_("Cochez la case : la publication ne se reprend pas."))
    try:
        decisions.publish(
            call.id,
            actor=access.actor(),
            close_reviews=request.form.get("close_reviews") == "yes",
            despite_doubts=request.form.get("despite_doubts") == "yes",
        )
    except Refusal as refusal:
        return _decisions_page(call, error=refusals.sentence(refusal))
    return redirect(url_for(".decided", series=series, slug=slug))


@blueprint.get("/letters/<int:decision_id>")
@access.permission_required("selection.view")
def letter(series: str, slug: str, decision_id: int) -> Any:
    """The letter as its reader will get it, in the reader's language."""
    call = call_for("selection.view", series, slug)
    hidden = jury_queries.conflicts_of(call.id, access.signed_in_account().id)
    found = next((d for d in queries.decisions_of(call.id) if d.id == decision_id), None)
    if found is None or found.application_id in hidden:
        raise NotFound(what="letter", reference=decision_id)
    offer = queries.offer_of(found.application_id)
    with use_locale(found.application.locale):
        until = offer.expires_at if offer else decisions.confirm_until(call, clock.now())
        written = letters.decision(found, found.application, until)
        body = render_template("email/selection/_body.html", letter=written, base="")
    # The link in a preview would act for the applicant.
    body = body.replace(found.application.secret, "…")
    return render_template(
        "organizer/calls/letter.html",
        **frame(call, "decisions"),
        decision=found,
        letter=written,
        body=body,
    )


def _decisions_page(call: Call, error: str = "") -> Any:
    batch = queries.prepared(call.id)
    made = queries.decisions_of(call.id)
    hidden = jury_queries.conflicts_of(call.id, access.signed_in_account().id)
    groups = [
        (outcome, [d for d in made if d.outcome is outcome and d.application_id not in hidden])
        for outcome in (Outcome.ACCEPTED, Outcome.RESERVE, Outcome.DECLINED, Outcome.INELIGIBLE)
    ]
    for outcome, group in groups:
        if outcome is Outcome.RESERVE:
            group.sort(key=lambda decision: decision.rank or 0)
    case, ranked = ranking.of(call)
    outdated = batch is not None and not batch.published_at
    if outdated and batch is not None:
        outdated = case.digest != batch.snapshot["digest"]
    rendered = render_template(
        "organizer/calls/decisions.html",
        **frame(call, "decisions"),
        batch=batch,
        groups=groups,
        count=len(made),
        posted=outbox.tally("selection.decision", [f"{d.application_id}:1" for d in made]),
        offers=queries.offers_of(call.id),
        authors=overrides.names(d.overridden_by for d in made),
        outdated=outdated,
        doubts=doubts.named(call, case, ranked, hidden),
        missing=len(_missing(call)),
        shut=[d.application for d in made if d.application_id in hidden],
        error=error,
    )
    return rendered, 422 if error else 200


def _missing(call: Call) -> list[jury_queries.Progress]:
    """One entry per review that is still missing."""
    return [p for p in jury_queries.progress(call.id) for _each in range(max(p.asked - p.done, 0))]


def _to_deliberate(line: table.Line) -> bool:
    """Neither nearly sure to be in nor nearly sure to be out: worth the jury's talk."""
    return line.p_selected is not None and 0.1 < line.p_selected < 0.9


def _price(case: ranking.Case, ranked: table.Table, hidden: set[int]) -> list[Any]:
    """What each part of the rule costs, and who enters and leaves because of it."""
    ready = [c for c in case.candidates if case.eligible[c.key]]
    return [
        (part, drop, _without(enter, hidden), _without(leave, hidden))
        for part, drop, enter, leave in choice.price(ready, ranked.scores, case.rule)
    ]


def _without(keys: list[Any], hidden: set[int]) -> list[Any]:
    return [key for key in keys if key not in hidden]


def _simulated(
    call: Call, case: ranking.Case, ranked: table.Table, hidden: set[int]
) -> dict[str, Any] | None:
    """What another rule would choose: asked by the address, written nowhere."""
    if "at_most" not in request.args:
        return None
    at_most = _number(request.args.get("at_most"), call.places)
    places = _number(request.args.get("places"), call.places)
    first = choice.DOMAIN if request.args.get("best") == "yes" else None
    limits = (choice.Limit(choice.DOMAIN, at_most),) if at_most else ()
    rule = replace(case.rule, places=places, best_of_each=first, limits=limits)
    ready = [c for c in case.candidates if case.eligible[c.key]]
    usual = choice.choose(ready, ranked.scores, case.rule)
    other = choice.choose(ready, ranked.scores, rule)
    return {
        "enter": [key for key in other if key not in usual and key not in hidden],
        "leave": [key for key in usual if key not in other and key not in hidden],
        "drop": sum(ranked.scores[k] for k in usual) - sum(ranked.scores[k] for k in other),
    }


def _number(text: str | None, otherwise: int) -> int:
    if text and text.isascii() and text.isdigit() and len(text) < 4:
        return int(text)
    return otherwise


def _raw_places(lines: list[table.Line]) -> dict[Any, int]:
    """Where each of these applications would stand by its raw mean."""
    ready = [line for line in lines if line.raw is not None]
    ready.sort(key=lambda line: (-(line.raw or 0), line.candidate.number))
    return {line.candidate.key: place for place, line in enumerate(ready, start=1)}
