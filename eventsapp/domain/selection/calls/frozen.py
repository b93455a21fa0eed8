"""What stands from the first application on: the criteria, their weights, and the questions."""

from typing import Any

from sqlalchemy import select, update

from eventsapp.domain.questions import answers
from eventsapp.domain.questions.models import AnswerSheet
from eventsapp.domain.selection.calls.errors import CallAnswered
from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.kernel.transaction import transaction


def refuse_answered(call: Call) -> None:
    """Raises CallAnswered once an application was submitted: all are judged on the same terms."""
    if call.last_number:
        raise CallAnswered


def ask_instead(call: Call, form: list[Any]) -> None:
    """Give the call another form. Drafts are asked the new questions and keep what they answered;
    what was submitted is read with the questions that were asked then.

    Raises:
        ValueError: the form cannot be asked.
    """
    with transaction() as session:
        call.question_set = answers.create_set(call.organisation_id, form)
        session.flush()
        drafts = select(Application.sheet_id).where(
            Application.call_id == call.id, Application.state == ApplicationState.DRAFT
        )
        session.execute(
            update(AnswerSheet)
            .where(AnswerSheet.id.in_(drafts))
            .values(question_set_id=call.question_set.id)
        )
