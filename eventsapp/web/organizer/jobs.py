"""The page of a long work: how far it is, stop, and what it made. One for all kinds."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, send_file, url_for

from eventsapp.domain.programme.models import Series
from eventsapp.gateways import files
from eventsapp.kernel import i18n, jobs
from eventsapp.kernel.errors import NotFound, Refusal
from eventsapp.kernel.i18n import _, _n
from eventsapp.kernel.jobs import Job, JobState
from eventsapp.web import access, refusals
from eventsapp.web.organizer import desk

blueprint = Blueprint("organizer_jobs", __name__)

# Kind -> what it is called, in French; a kind without a name fails a test.
TITLES: dict[str, str] = {
    "export": _n("Préparer le fichier"),
    "campaign.send": _n("Liste des personnes d’un message"),
    "jury.assign": _n("Attribution des lectures"),
}


def begin(series: Series, kind: str, key: str, payload: dict[str, Any], *, back: str) -> Response:
    """Ask for a job and lead to its page.

    Args:
        key: what is worked on in the series; asked for twice while it runs, it runs once.
        back: the path of the page that asked.
    """
    public_id = jobs.ask(
        kind,
        f"{access.actor()}:{series.id}:{key}",
        payload | {"back": back},
        organisation_id=series.organisation_id,
        series_id=series.id,
        actor=access.actor(),
        locale=i18n.locale(),
    )
    return redirect(url_for("organizer_jobs.show", series=series.slug, job=public_id), code=303)


@blueprint.get("/organizer/<series>/jobs/<job>")
@access.permission_required("desk.view")
def show(series: str, job: str) -> Any:
    shown = desk.series_for(series, "desk.view")
    found = _own(shown, job)
    return render_template(
        "organizer/jobs/show.html",
        series_row=shown,
        job=found,
        title=_(TITLES[found.kind]),
        share=_share(found),
        failure=_sentence(found),
        running=found.state in (JobState.WAITING, JobState.RUNNING),
    )


@blueprint.post("/organizer/<series>/jobs/<job>/stop")
@access.permission_required("desk.view")
def stop(series: str, job: str) -> Any:
    shown = desk.series_for(series, "desk.view")
    jobs.stop(_own(shown, job).id)
    return redirect(url_for(".show", series=series, job=job), code=303)


@blueprint.get("/organizer/<series>/jobs/<job>/file")
@access.permission_required("desk.view")
def download(series: str, job: str) -> Any:
    """What was made, for who asked for it, while the right that it needed is still there."""
    shown = desk.series_for(series, "desk.view")
    found = _own(shown, job)
    made = found.result or {}
    if "file" not in made:
        raise NotFound(what="file", reference=job)
    access.require(made["permission"], desk.place_of(shown))
    answer = send_file(
        files.path_of(made["file"]),
        mimetype=made["media_type"],
        as_attachment=True,
        download_name=made["filename"],
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _own(series: Series, public_id: str) -> Job:
    """Only who asked sees a job: what it makes may hold personal data."""
    found = jobs.find(series.id, public_id)
    if found.asked_by != access.actor():
        raise NotFound(what="job", reference=public_id)
    return found


def _share(job: Job) -> int | None:
    """Per cent done; None while nobody knows how much there is."""
    return None if not job.total else round(100 * job.done / job.total)


def _sentence(job: Job) -> str | None:
    if job.failure is None:
        return None
    if job.failure["code"] == "unexpected":
        return _("Une erreur de notre côté, notée dans le journal du serveur. Réessayez.")
    refusal = Refusal(**job.failure["facts"])
    refusal.code = job.failure["code"]  # type: ignore[misc]
    return refusals.sentence(refusal)
