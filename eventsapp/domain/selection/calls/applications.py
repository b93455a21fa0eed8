"""From the first e-mail address to the submitted application, and its withdrawal."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from eventsapp.domain.accounts.people import fold_email
from eventsapp.domain.questions import answers, fields, files
from eventsapp.domain.selection.calls import calls, eligibility
from eventsapp.domain.selection.calls.errors import ApplicationClosed, CallClosed, Incomplete
from eventsapp.domain.selection.calls.facts import ApplicationSubmitted, DraftStarted
from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.kernel import audit, clock, facts, limits, secrets, spelling
from eventsapp.kernel.errors import EditedMeanwhile
from eventsapp.kernel.transaction import lock, transaction

APPLICANT = "applicant"


def start(call_id: int, email: str, *, locale: str, network: str) -> Application:
    """Open a draft for an address; its link leaves by mail.

    Args:
        network: where the request comes from, for the rate limit.

    Raises:
        BadAddress: ``email`` is no address.
        CallClosed: the call does not take applications now.
        TooManyAttempts: too many drafts from there, or for this address.
    """
    folded = fold_email(email)
    limits.hit(f"draft-from:{network}", limit=30, per=3600)
    limits.hit(f"draft-to:{folded}", limit=5, per=3600)
    now = clock.now()
    with transaction() as session:
        call = session.get_one(Call, call_id)
        if not calls.accepts(call, now):
            raise CallClosed(call=call.slug)
        person = next(
            (q for q in fields.read(call.question_set.questions) if q.type == "person"), None
        )
        sheet = answers.new_sheet(
            call.question_set, {person.id: {"email": folded}} if person else {}
        )
        application = Application(
            organisation_id=call.organisation_id,
            call=call,
            sheet=sheet,
            secret=secrets.new_secret(),
            email=folded,
            locale=locale,
            created_at=now,
        )
        session.add(application)
        session.flush()
        facts.record(DraftStarted(application.id, call.series_id))
        return application


def save(
    application_id: int, raw: Mapping[str, Any], *, version: int, upload: int | None = None
) -> None:
    """Keep a draft. Missing answers are fine, wrong ones refuse the whole saving.

    Args:
        version: of the sheet that the page showed.
        upload: id of a stored file that answers the ``file`` question of ``raw``.

    Raises:
        Incomplete: with the problems.
        EditedMeanwhile: another tab saved first.
        ApplicationClosed: it is no draft any more.
    """
    with transaction():
        application = _draft(application_id)
        _write(application, raw, version=version, upload=upload, draft=True)


def submit(
    application_id: int, raw: Mapping[str, Any], *, version: int, upload: int | None = None
) -> Application:
    """Save and submit in one go, to the second.

    Raises:
        CallClosed: the deadline has passed; nothing is written.
        Incomplete, EditedMeanwhile, ApplicationClosed: as in ``save``.
    """
    now = clock.now()
    with transaction() as session:
        # The number is taken first: this statement is the deadline, and it locks the call
        # before the application, the order that every other command keeps.
        call_id = session.get_one(Application, application_id).call_id
        number = session.scalar(
            update(Call)
            .where(
                Call.id == call_id,
                Call.opens_at <= now,
                Call.accepts_until >= calls.to_the_second(now),
            )
            .values(last_number=Call.last_number + 1)
            .returning(Call.last_number)
            .execution_options(synchronize_session=False)
        )
        application = _draft(application_id)
        if number is None:
            raise CallClosed(call=application.call.slug)
        _write(application, raw, version=version, upload=upload, draft=False)
        application.number = number
        application.reference = f"APP-{number:03d}"
        application.state = ApplicationState.SUBMITTED
        application.submitted_at = now
        facts.record(ApplicationSubmitted(application.id, application.call.series_id))
        audit.note(
            "application.submitted",
            f"application:{application.id}",
            actor=APPLICANT,
            series_id=application.call.series_id,
            detail={"reference": application.reference, "version": application.sheet.version},
        )
        return application


def early_reasons(call: Call, values: Mapping[str, Any]) -> list[eligibility.Reason]:
    """What is known to be ineligible while the form is being filled in."""
    return eligibility.company_reasons(
        values.get("founded"), values.get("postcode"), calls.conditions(call)
    )


def _draft(application_id: int) -> Application:
    application = lock(Application, application_id)
    if application.state is not ApplicationState.DRAFT:
        raise ApplicationClosed(state=application.state.value)
    return application


def _write(
    application: Application,
    raw: Mapping[str, Any],
    *,
    version: int,
    upload: int | None,
    draft: bool,
) -> None:
    sheet = application.sheet
    if sheet.version != version:
        raise EditedMeanwhile(what="application")
    checked = fields.check(answers.questions_of(sheet), raw, draft=draft)
    if checked.problems:
        raise Incomplete(problems=checked.problems)
    answers.save(sheet, checked.values)
    for question in answers.questions_of(sheet):
        if question.type != "file":
            continue
        if upload is not None and question.id in checked.values:
            files.link(upload, sheet.id, question.id)
        elif question.id not in checked.values:
            files.unlink(sheet.id, question.id)
    application.company = str(checked.values.get("company", ""))
    application.company_folded = spelling.fold(application.company)
    application.domain = checked.values.get("domain")
