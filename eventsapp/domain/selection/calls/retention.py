"""What is erased when: drafts after a season, persons and decks after three years.

Source:
    Practice for prospects in France, three years from the last contact (spec L20). The demo's
    series are left alone.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from eventsapp.domain.programme.models import Series
from eventsapp.domain.questions import fields
from eventsapp.domain.questions.models import Answer, AnswerSheet, UploadedFile
from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.kernel import audit, clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

DRAFTS_FOR = timedelta(days=90)
PERSONS_FOR = timedelta(days=3 * 365)
BATCH = 200
GONE = "effacé@eventsapp.invalid"


def forget(*, dry_run: bool = False) -> dict[str, int]:
    """Erase what is due; returns the counts.

    Args:
        dry_run: count only.
    """
    now = clock.now()
    drafts = _drafts_due(now)
    persons = _persons_due(now)
    if not dry_run:
        for application_id in drafts:
            _delete_draft(application_id)
        for application_id in persons:
            _anonymise(application_id)
    return {"drafts": len(drafts), "persons": len(persons)}


def _drafts_due(now: datetime) -> list[int]:
    """Drafts that can no longer be submitted, and nobody came back to."""
    due = (
        select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .join(Series, Series.id == Call.series_id)
        .where(
            Application.state == ApplicationState.DRAFT,
            Call.accepts_until < now - DRAFTS_FOR,
            Series.is_demo.is_(False),
        )
    )
    return list(db.session.scalars(due.limit(BATCH)))


def _persons_due(now: datetime) -> list[int]:
    due = (
        select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .join(Series, Series.id == Call.series_id)
        .where(
            Application.state != ApplicationState.DRAFT,
            Call.offers_until < now - PERSONS_FOR,
            Application.email != GONE,
            Series.is_demo.is_(False),
        )
    )
    return list(db.session.scalars(due.limit(BATCH)))


def _delete_draft(application_id: int) -> None:
    with transaction() as session:
        application = session.get_one(Application, application_id)
        sheet_id = application.sheet_id
        _let_files_go(sheet_id)
        session.execute(delete(Application).where(Application.id == application_id))
        session.execute(delete(Answer).where(Answer.sheet_id == sheet_id))
        session.execute(delete(AnswerSheet).where(AnswerSheet.id == sheet_id))


def _anonymise(application_id: int) -> None:
    """The company and its scores stay for the record; the persons and the deck go."""
    with transaction() as session:
        application = session.get_one(Application, application_id)
        for question in fields.read(application.call.question_set.questions):
            if question.type in ("person", "file"):
                session.execute(
                    delete(Answer).where(
                        Answer.sheet_id == application.sheet_id, Answer.question == question.id
                    )
                )
        _let_files_go(application.sheet_id)
        application.email = GONE
        audit.note(
            "application.anonymised",
            f"application:{application_id}",
            actor="system",
            series_id=application.call.series_id,
        )


def _let_files_go(sheet_id: int) -> None:
    """Unlinked files are deleted by the next round of ``files.forget_unlinked``."""
    with transaction() as session:
        for kept in session.scalars(select(UploadedFile).where(UploadedFile.sheet_id == sheet_id)):
            kept.sheet_id = kept.question = None
