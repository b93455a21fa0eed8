"""The applicant's own pages, behind the link of the mail: form, status, answer to an offer."""

import re
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for

from eventsapp.domain.questions import answers, fields, files
from eventsapp.domain.questions.errors import FileTooBig, WrongFileType
from eventsapp.domain.questions.fields import Problem, Question
from eventsapp.domain.selection.calls import applications, calls
from eventsapp.domain.selection.calls import queries as calls_queries
from eventsapp.domain.selection.calls.errors import ApplicationClosed, CallClosed, Incomplete
from eventsapp.domain.selection.calls.models import Application, ApplicationState
from eventsapp.domain.selection.decisions import offers, queries, withdrawals, words
from eventsapp.kernel import clock, i18n, limits, secrets
from eventsapp.kernel.errors import EditedMeanwhile, NotFound, Refusal
from eventsapp.kernel.i18n import _
from eventsapp.kernel.secrets import BadLink
from eventsapp.web import downloads, refusals
from eventsapp.web.forms import asked as forms

blueprint = Blueprint("public_applications", __name__)
BASE = "/<lang>/<series>/applications/<secret>"


@blueprint.get(BASE)
def form(lang: str, series: str, secret: str) -> Any:
    """The form of a draft, or the status of what was submitted."""
    application = _find(series, secret)
    return _shown(application, saved="saved" in request.args)


@blueprint.post(f"{BASE}/answers")
def save(lang: str, series: str, secret: str) -> Any:
    return _write(_find(series, secret), submit=False)


@blueprint.post(f"{BASE}/submission")
def submit(lang: str, series: str, secret: str) -> Any:
    return _write(_find(series, secret), submit=True)


@blueprint.post(f"{BASE}/withdrawal")
def withdraw(lang: str, series: str, secret: str) -> Any:
    application = _find(series, secret)
    if request.form.get("sure") != "yes":
        return _shown(application, error=_("Cochez la case pour retirer la candidature."))
    withdrawals.withdraw(application.id)
    return _back(application)


@blueprint.post(f"{BASE}/confirmation")
def confirm(lang: str, series: str, secret: str) -> Any:
    application = _find(series, secret)
    answer = request.form.get("answer")
    if answer not in ("yes", "no"):
        return _shown(application, error=_("Choisissez de confirmer ou de refuser."))
    try:
        offers.answer(application.id, confirm=answer == "yes")
    except Refusal as refusal:
        return _shown(application, error=refusals.sentence(refusal))
    return _back(application)


@blueprint.get(f"{BASE}/files/<question>")
def download(lang: str, series: str, secret: str, question: str) -> Any:
    application = _find(series, secret)
    found = files.of_sheet(application.sheet_id).get(question)
    if found is None:
        raise NotFound(what="file", reference=question)
    return downloads.send(found)


def _find(series: str, secret: str) -> Application:
    application = calls_queries.by_secret(secret)
    if application.call.series.slug != series:
        raise NotFound(what="application", reference="")
    g.zone = application.call.series.timezone
    return application


def _write(application: Application, *, submit: bool) -> Any:
    limits.hit(f"application:{application.id}", limit=240, per=3600)
    questions = answers.questions_of(application.sheet)
    typed: dict[str, Any] = {
        name: request.form.get(name, "") for question in questions for name in question.inputs
    }
    typed |= {
        question.id + fields.WORDING: request.form.get(question.id + fields.WORDING)
        for question in questions
        if question.type == "consent"
    }
    problems, upload = _take_files(application, questions, typed)
    version = request.form.get("version", "")
    if problems:
        # The other answers are checked too, so that everything is told at once.
        checked = fields.check(questions, typed, draft=not submit)
        return _form(application, typed, problems=[*problems, *checked.problems], upload=upload)
    command = applications.submit if submit else applications.save
    try:
        command(
            application.id,
            typed,
            version=int(version) if re.fullmatch("[0-9]{1,9}", version) else 0,
            upload=upload,
        )
    except Incomplete as refusal:
        found = refusal.facts["problems"]
        return _form(application, typed, problems=found, upload=upload)
    except ApplicationClosed as refusal:
        return _closed(application, refusal, submit=submit)
    except (CallClosed, EditedMeanwhile) as refusal:
        return _form(application, typed, error=refusals.sentence(refusal), upload=upload)
    if submit:
        return _back(application)
    return _back(application, saved=1)


def _closed(application: Application, refusal: ApplicationClosed, *, submit: bool) -> Any:
    """Sending twice is sending once; an old tab is told what became of the application."""
    if submit:
        return _back(application)
    page, _code = _status(application, error=refusals.sentence(refusal))
    return page, refusals.answer(refusal).status


def _take_files(
    application: Application, questions: list[Question], typed: dict[str, Any]
) -> tuple[list[Problem], int | None]:
    """Store what was uploaded; a file kept from a refused try comes back as a signed field."""
    problems: list[Problem] = []
    upload = None
    for question in questions:
        if question.type != "file":
            continue
        sent = request.files.get(question.id)
        typed[question.id] = None
        if sent is not None and sent.filename:
            limits.hit(f"upload:{application.id}", limit=30, per=3600)
            try:
                kept = files.keep(
                    sent.read(),
                    sent.filename,
                    organisation_id=application.organisation_id,
                    accept=question.accept,
                    max_mb=question.max_mb or 10,
                )
            except FileTooBig as refusal:
                problems.append(Problem(question.id, "file_too_big", refusal.facts))
                continue
            except WrongFileType:
                problems.append(Problem(question.id, "not_a_pdf"))
                continue
            upload = kept.id
            typed[question.id] = {"file": kept.id, "name": kept.name, "size": kept.size}
        elif request.form.get(f"{question.id}.remove") == "yes":
            continue
        elif request.form.get(f"{question.id}.kept"):
            upload, typed[question.id] = _kept(application, request.form[f"{question.id}.kept"])
        else:
            typed[question.id] = application.sheet.values.get(question.id)
    return problems, upload


def _kept(application: Application, signed: str) -> tuple[int | None, Any]:
    try:
        owner, file_id = secrets.unsign("upload", signed, max_age=86400).split(":")
    except (BadLink, ValueError):
        return None, None
    kept = files.find(int(file_id))
    if owner != str(application.id) or kept is None:
        return None, None
    return kept.id, {"file": kept.id, "name": kept.name, "size": kept.size}


def _form(
    application: Application,
    typed: dict[str, Any],
    *,
    problems: list[Problem] | None = None,
    error: str = "",
    saved: bool = False,
    upload: int | None = None,
) -> Any:
    call = application.call
    questions = answers.questions_of(application.sheet)
    checked = fields.check(questions, typed, draft=True)
    early = {
        {"too_old": "founded", "outside_area": "postcode"}[r.code]: words.reason(r.code, r.facts)
        for r in applications.early_reasons(call, checked.values)
    }
    page = render_template(
        "public/applications/form.html",
        application=application,
        call=call,
        form=forms.laid_out(questions, typed, problems or ()),
        values=typed,
        early=early,
        error=error,
        saved=saved,
        open=calls.accepts(call, clock.now()),
        kept=secrets.sign("upload", f"{application.id}:{upload}") if upload else "",
        words=words,
    )
    return page, 422 if problems or error else 200


def _shown(application: Application, *, error: str = "", saved: bool = False) -> Any:
    """The form of a draft; afterwards, where the application stands."""
    if application.state is not ApplicationState.DRAFT:
        return _status(application, error=error)
    typed = forms.flatten(answers.questions_of(application.sheet), application.sheet.values)
    return _form(application, typed, error=error, saved=saved)


def _status(application: Application, error: str = "") -> Any:
    decision = queries.visible_decision(application.id)
    offer = queries.offer_of(application.id) if decision else None
    page = render_template(
        "public/applications/status.html",
        application=application,
        call=application.call,
        questions=answers.questions_of(application.sheet),
        values=application.sheet.values,
        decision=decision,
        offer=offer,
        answer_open=offer is not None
        and offer.state.value == "offered"
        and clock.now() <= offer.expires_at,
        offers_over=clock.now() >= application.call.offers_until,
        error=error,
        words=words,
    )
    return page, 422 if error else 200


def _back(application: Application, **arguments: Any) -> Any:
    return redirect(
        url_for(
            ".form",
            lang=i18n.locale(),
            series=application.call.series.slug,
            secret=application.secret,
            **arguments,
        )
    )
