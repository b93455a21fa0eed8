"""The jury's room: conflicts first, then one application at a time."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for

from eventsapp.domain.accounts.permissions import Place
from eventsapp.domain.questions import answers, files
from eventsapp.domain.selection.calls import queries as calls_queries
from eventsapp.domain.selection.decisions import words
from eventsapp.domain.selection.jury import jury, queries, reviews
from eventsapp.domain.selection.jury.errors import DeclareFirst, NotAssigned
from eventsapp.domain.selection.jury.models import Juror
from eventsapp.domain.selection.jury.queries import Task
from eventsapp.domain.selection.ranking import scoring
from eventsapp.kernel import clock
from eventsapp.kernel.errors import EditedMeanwhile, NotFound, Refusal
from eventsapp.kernel.i18n import _
from eventsapp.web import access, downloads, pages, refusals

blueprint = Blueprint("jury", __name__, url_prefix="/jury")
LONG_TEXT = 300
NOT_ASSESSABLE = "na"


@blueprint.get("/")
@access.permission_required("jury.review")
def home() -> Any:
    found = [one for one in queries.juries_of(access.signed_in_account().id) if _sits(one)]
    if len(found) == 1:
        return redirect(url_for(".tasks", juror_id=found[0].id))
    return render_template("jury/home.html", jurors=found)


@blueprint.get("/<int:juror_id>/")
@access.permission_required("jury.review")
def tasks(juror_id: int) -> Any:
    juror = _mine(juror_id)
    if juror.declared_at is None:
        return redirect(url_for(".conflicts", juror_id=juror.id))
    listed = queries.tasks_of(juror)
    return render_template(
        "jury/tasks.html",
        juror=juror,
        call=juror.call,
        tasks=listed,
        means={task.application.id: _mean(juror, task) for task in listed},
        done=sum(task.done for task in listed),
        following=_following(listed, None),
        open=reviews.open_for_review(juror.call, clock.now()),
        soon=reviews.yet_to_open(juror.call, clock.now()),
        hidden=len(queries.conflicts_of(juror.call_id, juror.account_id)),
        domains=_domains(juror),
    )


@blueprint.route("/<int:juror_id>/conflicts", methods=["GET", "POST"])
@access.permission_required("jury.review")
def conflicts(juror_id: int) -> Any:
    """The list of names, and nothing but names."""
    juror = _mine(juror_id)
    error = ""
    listed = calls_queries.submitted_of(juror.call_id)
    known = queries.conflicts_of(juror.call_id, juror.account_id)
    typed = request.form
    if request.method == "POST":
        chosen = {
            int(key): typed.get(f"reason-{key}", "")
            for key in typed.getlist("conflict")
            if key.isascii() and key.isdigit() and len(key) < 12
        }
        if typed.get("confidential") != "yes" and juror.declared_at is None:
            error = _("Acceptez la confidentialité pour continuer.")
        else:
            jury.declare(juror.id, chosen, actor=access.actor())
            return redirect(url_for(".tasks", juror_id=juror.id))
    page = render_template(
        "jury/conflicts.html",
        juror=juror,
        call=juror.call,
        applications=listed.values(),
        known=known,
        typed=typed,
        chosen=set(typed.getlist("conflict")),
        error=error,
    )
    return page, 422 if error else 200


@blueprint.get("/<int:juror_id>/applications/<int:application_id>")
@access.permission_required("jury.review")
def application(juror_id: int, application_id: int) -> Any:
    return _page(_mine(juror_id), application_id)


@blueprint.post("/<int:juror_id>/applications/<int:application_id>/review")
@access.permission_required("jury.review")
def save(juror_id: int, application_id: int) -> Any:
    """Save and go on; or, asked by the script, save what is there and stay."""
    juror = _mine(juror_id)
    submit = request.form.get("submit") == "yes"
    read = request.form.get("read", "")
    try:
        saved = reviews.save(
            juror.id,
            application_id,
            _typed_scores(juror),
            comment=request.form.get("comment", ""),
            shareable=request.form.get("shareable") == "yes",
            submit=submit,
            read=int(read) if read.isascii() and read.isdigit() and len(read) < 10 else None,
        )
    except (DeclareFirst, NotAssigned):
        raise
    except EditedMeanwhile:
        if pages.wants_json():
            return {"error": _("Changée dans un autre onglet : rechargez la page.")}, 422
        error = _("Cette fiche a changé dans un autre onglet. Enregistrez pour garder celle-ci.")
        return _page(juror, application_id, error=error)
    except Refusal as refusal:
        if pages.wants_json():
            return {"error": refusals.sentence(refusal)}, 422
        return _page(juror, application_id, error=refusals.sentence(refusal))
    if pages.wants_json():
        return {"saved": True, "revision": saved.revision}
    following = _following(queries.tasks_of(juror), application_id)
    if following is None:
        return redirect(url_for(".tasks", juror_id=juror.id))
    return redirect(
        url_for(".application", juror_id=juror.id, application_id=following.application.id)
    )


@blueprint.post("/<int:juror_id>/applications/<int:application_id>/conflict")
@access.permission_required("jury.review")
def conflict(juror_id: int, application_id: int) -> Any:
    """The juror knows the company after all: the application goes, no question asked."""
    juror = _mine(juror_id)
    reviews.may_read(juror, application_id)
    jury.declare(juror.id, {application_id: ""}, actor=access.actor())
    return redirect(url_for(".tasks", juror_id=juror.id))


@blueprint.get("/<int:juror_id>/applications/<int:application_id>/files/<question>")
@access.permission_required("jury.review")
def download(juror_id: int, application_id: int, question: str) -> Any:
    juror = _mine(juror_id)
    reviews.may_read(juror, application_id)
    task = _task(queries.tasks_of(juror), application_id)
    asked = {q.id for q in answers.questions_of(task.application.sheet) if q.for_jury}
    found = files.of_sheet(task.application.sheet_id).get(question)
    if found is None or question not in asked:
        raise NotFound(what="file", reference=question)
    return downloads.send(found)


def _sits(juror: Juror) -> bool:
    """Whether the role is there still: the seat is kept for the journal when it is taken back, and
    a role in another house's jury does not open it."""
    return access.may("jury.review", Place(juror.organisation_id, juror.call.series_id))


def _mine(juror_id: int) -> Juror:
    """The seat of the account that asks; anybody else's does not exist."""
    account = access.signed_in_account()
    for juror in queries.juries_of(account.id):
        if juror.id == juror_id and _sits(juror):
            g.zone = juror.call.series.timezone
            return juror
    raise NotFound(what="jury", reference=juror_id)


def _page(juror: Juror, application_id: int, error: str = "") -> Any:
    reviews.may_read(juror, application_id)
    listed = queries.tasks_of(juror)
    task = _task(listed, application_id)
    questions = [
        q
        for q in answers.questions_of(task.application.sheet)
        if q.for_jury and q.id not in ("company", "domain")
    ]
    values = task.application.sheet.values
    review = task.review
    page = render_template(
        "jury/application.html",
        juror=juror,
        call=juror.call,
        task=task,
        application=task.application,
        place=listed.index(task) + 1,
        tasks=listed,
        done=sum(one.done for one in listed),
        texts=[q for q in questions if (q.max_chars or 0) > LONG_TEXT and q.id in values],
        lines=[q for q in questions if (q.max_chars or 0) <= LONG_TEXT],
        values=values,
        scores=_shown_scores(juror, review, error),
        revision=review.revision if review else 0,
        comment=request.form.get("comment", review.comment if review else ""),
        shareable=(request.form.get("shareable") == "yes")
        if error
        else bool(review and review.shareable),
        levels=range(juror.call.scale_least, juror.call.scale_most + 1),
        open=reviews.open_for_review(juror.call, clock.now()) and juror.stopped_at is None,
        soon=reviews.yet_to_open(juror.call, clock.now()) and juror.stopped_at is None,
        following=_following(listed, application_id),
        history=_history(juror, listed, application_id),
        domains=_domains(juror),
        words=words,
        error=error,
    )
    return page, 422 if error else 200


def _typed_scores(juror: Juror) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for name in juror.call.weights:
        typed = request.form.get(f"score-{name}", "")
        if typed.isascii() and typed.isdigit() and len(typed) < 4:
            found[name] = int(typed)
        elif typed and typed != NOT_ASSESSABLE:
            found[name] = -1  # refused by the rule, with its sentence
        elif typed == NOT_ASSESSABLE:
            found[name] = None
    return found


def _shown_scores(juror: Juror, review: Any, error: str) -> dict[str, str]:
    if error:
        return {name: request.form.get(f"score-{name}", "") for name in juror.call.weights}
    if review is None:
        return {}
    shown = {name: str(level) for name, level in review.scores.items() if level is not None}
    if review.submitted_at is not None:
        empty = [name for name, level in review.scores.items() if level is None]
        shown |= dict.fromkeys(empty, NOT_ASSESSABLE)
    return shown


def _task(listed: Sequence[Task], application_id: int) -> Task:
    for task in listed:
        if task.application.id == application_id:
            return task
    raise NotAssigned


def _following(listed: Sequence[Task], application_id: int | None) -> Task | None:
    """The next one to do after this one, round the list."""
    ids = [task.application.id for task in listed]
    start = ids.index(application_id) + 1 if application_id in ids else 0
    turned = [*listed[start:], *listed[:start]]
    return next(
        (task for task in turned if not task.done and task.application.id != application_id), None
    )


def _mean(juror: Juror, task: Task) -> float | None:
    if task.review is None or all(s is None for s in task.review.scores.values()):
        return None
    return scoring.weighted_score(task.review.scores, juror.call.weights)


def _history(juror: Juror, listed: Sequence[Task], application_id: int) -> list[tuple[float, int]]:
    """The juror's own means so far: (lower end of a half-point step, how many)."""
    means = [
        mean
        for task in listed
        if task.done and task.application.id != application_id
        if (mean := _mean(juror, task)) is not None
    ]
    least, most = juror.call.scale_least, juror.call.scale_most
    steps = [least + n / 2 for n in range(2 * (most - least))]
    return [
        (
            step,
            sum(
                1
                for mean in means
                if step <= mean < step + 0.5 or (mean == most and step == most - 0.5)
            ),
        )
        for step in steps
    ]


def _domains(juror: Juror) -> dict[str, Any]:
    return {domain.slug: domain for domain in calls_queries.domains(juror.call.series_id)}
