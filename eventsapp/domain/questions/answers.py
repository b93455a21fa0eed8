"""Writing answer sheets."""

from collections.abc import Mapping
from typing import Any

from eventsapp.domain.questions import fields
from eventsapp.domain.questions.models import Answer, AnswerSheet, QuestionSet
from eventsapp.kernel import clock
from eventsapp.kernel.transaction import transaction


def create_set(organisation_id: int, form: list[Any]) -> QuestionSet:
    """Store a form.

    Raises:
        ValueError: it cannot be asked (see ``fields.read``).
    """
    fields.read(form)
    with transaction() as session:
        made = QuestionSet(organisation_id=organisation_id, questions=form, created_at=clock.now())
        session.add(made)
        session.flush()
        return made


def new_sheet(question_set: QuestionSet, values: Mapping[str, Any] | None = None) -> AnswerSheet:
    """Open a sheet, with answers when there are some already."""
    with transaction() as session:
        sheet = AnswerSheet(
            organisation_id=question_set.organisation_id,
            question_set=question_set,
            updated_at=clock.now(),
        )
        session.add(sheet)
        _write(sheet, values or {})
        session.flush()
        return sheet


def save(sheet: AnswerSheet, values: Mapping[str, Any]) -> None:
    """Replace the answers of a sheet by ``values``; what is absent is erased."""
    with transaction():
        _write(sheet, values)
        sheet.version += 1
        sheet.updated_at = clock.now()


def questions_of(sheet: AnswerSheet) -> list[fields.Question]:
    return fields.read(sheet.question_set.questions)


def _write(sheet: AnswerSheet, values: Mapping[str, Any]) -> None:
    retention = {q.id: q.retention for q in fields.read(sheet.question_set.questions)}
    kept = {answer.question: answer for answer in sheet.answers}
    for question, answer in kept.items():
        if question not in values:
            sheet.answers.remove(answer)
    for question, value in values.items():
        if question in kept:
            kept[question].value = {"is": value}
        else:
            sheet.answers.append(
                Answer(
                    question=question,
                    value={"is": value},
                    retention=retention.get(question, "application"),
                )
            )
