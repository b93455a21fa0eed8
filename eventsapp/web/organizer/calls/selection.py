"""The organizer's view of a call: its applications, one application, and the jury's progress."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for

from eventsapp.domain.accounts.permissions import Place
from eventsapp.domain.questions import answers, files
from eventsapp.domain.selection.calls import calls, queries
from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.domain.selection.decisions import decisions, words
from eventsapp.domain.selection.decisions import queries as decisions_queries
from eventsapp.domain.selection.jury import dealing, jury
from eventsapp.domain.selection.jury import queries as jury_queries
from eventsapp.domain.selection.ranking import listing as ranking_listing
from eventsapp.domain.selection.ranking import ranking
from eventsapp.domain.selection.ranking.listing import APPLICATIONS
from eventsapp.kernel import clock
from eventsapp.kernel.errors import NotFound, Refusal
from eventsapp.web import access, downloads, lists, refusals
from eventsapp.web.organizer import desk, exporting, jobs
from eventsapp.web.organizer.calls import doubts, overrides

blueprint = Blueprint("organizer_selection", __name__, url_prefix="/organizer/<series>/calls")


@blueprint.get("/", endpoint="calls")
@access.permission_required("selection.view")
def listing(series: str) -> Any:
    found = desk.series_for(series, "selection.view")
    now, out = clock.now(), decisions_queries.published_among(found.id)
    totals = queries.submitted_counts(found.id)
    rows = [
        (call, calls.phase(call, now, published=call.id in out), totals.get(call.id, 0))
        for call in queries.calls_of(found.id)
    ]
    return render_template(
        "organizer/calls/list.html",
        of_series=found,
        rows=rows,
        words=words,
        may_edit=access.may("selection.edit", Place(found.organisation_id, found.id)),
    )


@blueprint.get("/<slug>/")
@access.permission_required("selection.view")
def applications(series: str, slug: str) -> Any:
    call = call_for("selection.view", series, slug)
    case = ranking.gather(call)
    domains = queries.domains(call.series_id)
    return render_template(
        "organizer/calls/applications.html",
        **frame(call, "applications"),
        found=lists.show(ranking_listing.applications(call.id), APPLICATIONS.titles(call.id),
                         numbers=("reviews",)),
        list_url=lists.same_list,
        reasons=case.reasons,
        counts=case.readings,
        domains=domains,
        domains_by_slug={domain.slug: domain for domain in domains},
        states=[(state.value, words.state(state)) for state in ApplicationState],
        hidden=jury_queries.conflicts_of(call.id, access.signed_in_account().id),
    )  # fmt: skip


@blueprint.get("/<slug>/applications.csv")
@access.permission_required("selection.view")
def export(series: str, slug: str) -> Any:
    call = call_for("selection.view", series, slug)
    return exporting.csv(APPLICATIONS, call.series, **_file(call))


@blueprint.post("/<slug>/applications/files")
@access.permission_required("selection.view")
def make_file(series: str, slug: str) -> Any:
    call = call_for("selection.view", series, slug)
    back = url_for(".applications", series=series, slug=slug)
    return exporting.begin(APPLICATIONS, call.series, back=back, **_file(call))


def _file(call: Call) -> dict[str, Any]:
    """A file of the call holds what its reader may see."""
    scope = (call.id, access.signed_in_account().id)
    return {"scope": scope, "name": call.slug, "about": f"call:{call.id}"}


@blueprint.get("/<slug>/applications/<int:application_id>")
@access.permission_required("selection.view")
def application(series: str, slug: str, application_id: int) -> Any:
    call = call_for("selection.view", series, slug)
    return _application_page(call, _application(call, application_id))


@blueprint.post("/<slug>/applications/<int:application_id>/waivers")
@access.permission_required("selection.decide")
def waive(series: str, slug: str, application_id: int) -> Any:
    call = call_for("selection.decide", series, slug)
    found = _application(call, application_id)
    try:
        decisions.waive(
            call.id,
            found.id,
            request.form.getlist("code"),
            reason=request.form.get("reason", ""),
            actor=access.actor(),
            account_id=access.signed_in_account().id,
        )
    except Refusal as refusal:
        return _application_page(call, found, error=refusals.sentence(refusal))
    return redirect(request.path.rsplit("/", 1)[0] + "?done=waiver")


@blueprint.post("/<slug>/applications/<int:application_id>/pin")
@access.permission_required("selection.decide")
def pin(series: str, slug: str, application_id: int) -> Any:
    """Force an application in or out, or give it back to the rule."""
    call = call_for("selection.decide", series, slug)
    found = _application(call, application_id)
    wish = {"in": True, "out": False}.get(request.form.get("wish", ""))
    try:
        decisions.pin(
            call.id,
            found.id,
            wish,
            reason=request.form.get("reason", ""),
            told=request.form.get("told", ""),
            actor=access.actor(),
            account_id=access.signed_in_account().id,
        )
    except Refusal as refusal:
        return _application_page(call, found, error=refusals.sentence(refusal))
    return redirect(request.path.rsplit("/", 1)[0] + "?done=pin")


@blueprint.post("/<slug>/applications/<int:application_id>/conflict")
@access.permission_required("selection.view")
def declare(series: str, slug: str, application_id: int) -> Any:
    call = call_for("selection.view", series, slug)
    jury.declare_as_organizer(
        call.id,
        access.signed_in_account().id,
        application_id,
        request.form.get("reason", ""),
    )
    return redirect(url_for(".applications", series=series, slug=slug, done="conflict"))


@blueprint.get("/<slug>/applications/<int:application_id>/files/<question>")
@access.permission_required("selection.view")
def download(series: str, slug: str, application_id: int, question: str) -> Any:
    call = call_for("selection.view", series, slug)
    found = _application(call, application_id)
    decisions.refuse_own_conflict(found.id, access.signed_in_account().id)
    kept = files.of_sheet(found.sheet_id).get(question)
    if kept is None:
        raise NotFound(what="file", reference=question)
    return downloads.send(kept)


@blueprint.route("/<slug>/jury", methods=["GET", "POST"])
@access.permission_required("selection.view")
def progress(series: str, slug: str) -> Any:
    """Who is how far; a POST invites one more juror."""
    call = call_for("selection.view", series, slug)
    if request.method == "POST":
        access.require("selection.edit", Place(call.organisation_id, call.series_id))
        known = jury_queries.juror_of(call.id, request.form.get("email", ""))
        if known is not None and jury.bring_back(known.id, actor=access.actor()):
            return redirect(url_for(".progress", series=series, slug=slug, done="juror_back"))
        if known is not None:
            return redirect(url_for(".progress", series=series, slug=slug, done="juror_known"))
        try:
            jury.invite(
                call.id,
                request.form.get("email", ""),
                request.form.get("name", ""),
                title=request.form.get("title", ""),
                actor=access.actor(),
            )
        except Refusal as refusal:
            return _jury_page(call, refusals.sentence(refusal))
        return redirect(url_for(".progress", series=series, slug=slug, done="juror"))
    return _jury_page(call)


def _jury_page(call: Call, error: str = "") -> Any:
    case, ranked = ranking.of(call)
    reports = {report.juror: report for report in ranking.jury_report(call, case, ranked)}
    page = render_template(
        "organizer/calls/jury.html",
        **frame(call, "jury"),
        progress=jury_queries.progress(call.id),
        reports=reports,
        doubts=doubts.named(
            call, case, ranked, jury_queries.conflicts_of(call.id, access.signed_in_account().id)
        ),
        typed=request.form,
        error=error,
    )
    return page, 422 if error else 200


@blueprint.post("/<slug>/jury/assignments")
@access.permission_required("selection.edit")
def assign(series: str, slug: str) -> Any:
    call = call_for("selection.edit", series, slug)
    return jobs.begin(
        call.series,
        "jury.assign",
        f"call:{call.id}",
        {"call_id": call.id, "actor": access.actor()},
        back=url_for(".progress", series=series, slug=slug),
    )


@blueprint.post("/<slug>/jury/<int:juror_id>/readings/<int:application_id>")
@access.permission_required("selection.edit")
def add_reading(series: str, slug: str, juror_id: int, application_id: int) -> Any:
    """The reading that a page of doubts proposes, on the juror's list."""
    call = call_for("selection.edit", series, slug)
    try:
        decisions.refuse_own_conflict(application_id, access.signed_in_account().id)
        dealing.add_reading(call.id, juror_id, application_id, actor=access.actor())
    except NotFound:
        raise
    except Refusal as refusal:
        return _jury_page(call, refusals.sentence(refusal))
    return redirect(url_for(".progress", series=series, slug=slug, done="reading"))


@blueprint.post("/<slug>/jury/<int:juror_id>/departure")
@access.permission_required("selection.edit")
def stop(series: str, slug: str, juror_id: int) -> Any:
    call = call_for("selection.edit", series, slug)
    if juror_id not in {juror.id for juror in jury_queries.jurors_of(call.id)}:
        raise NotFound(what="juror", reference=juror_id)
    jury.stop(juror_id, actor=access.actor())
    return redirect(url_for(".progress", series=series, slug=slug, done="left"))


def call_for(permission: str, series: str, slug: str) -> Call:
    """The call of the address, when the account has the permission there."""
    desk.series_for(series, permission)
    return queries.find_call(series, slug)


def phase_of(call: Call) -> calls.Phase:
    return calls.phase(
        call, clock.now(), published=decisions_queries.published(call.id) is not None
    )


def frame(call: Call, here: str) -> dict[str, Any]:
    """What every page of a call shows."""
    g.desk_series = call.series
    g.zone = call.series.timezone
    place = Place(call.organisation_id, call.series_id)
    return {
        "call": call,
        "phase": phase_of(call),
        "here": here,
        "words": words,
        "may_edit": access.may("selection.edit", place),
        "may_decide": access.may("selection.decide", place),
    }


def _application_page(call: Call, found: Application, error: str = "") -> Any:
    hidden = jury_queries.conflicts_of(call.id, access.signed_in_account().id)
    if found.id in hidden:
        page = render_template(
            "organizer/calls/hidden.html", **frame(call, "applications"), application=found
        )
        return page, 403
    case = ranking.gather(call)
    pin = decisions_queries.pin_of(found.id)
    page = render_template(
        "organizer/calls/application.html",
        **frame(call, "applications"),
        application=found,
        questions=answers.questions_of(found.sheet),
        values=found.sheet.values,
        reasons=case.reasons.get(found.id, []),
        reviews=jury_queries.reviews_of(found.id),
        pin=pin,
        pinned_by=overrides.names([pin.pinned_by])[pin.pinned_by] if pin else "",
        published=decisions_queries.published(call.id),
        error=error,
    )
    return page, 422 if error else 200


def _application(call: Call, application_id: int) -> Application:
    found = queries.application_of(call.id, application_id)
    if found is None:
        raise NotFound(what="application", reference=application_id)
    return found
