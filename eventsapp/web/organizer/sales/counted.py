"""Choices with how often each was given, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from eventsapp.domain.questions.fields import TICKED
from eventsapp.domain.ticketing.asking import values, words
from eventsapp.domain.ticketing.asking.models import AskedQuestion, Kind
from eventsapp.domain.ticketing.sales import counting


@dataclass(frozen=True)
class Counted:
    """A question with (choice, how many), in the order of its choices."""

    question: AskedQuestion
    label: str
    choices: Sequence[tuple[str, int]]


def of(questions: Sequence[AskedQuestion], *, event_id: int | None = None) -> list[Counted]:
    """Those of the questions that have choices, also what nobody gave."""
    countable = [one for one in questions if one.kind in counting.COUNTED]
    counts = counting.by_choice(countable, event_id=event_id)
    return [
        Counted(
            one,
            words.label(one),
            [
                (words.spoken(one, choice), counts.get(one.id, {}).get(choice, 0))
                for choice in _choices(one)
            ],
        )
        for one in countable
    ]


def _choices(question: AskedQuestion) -> list[str]:
    if question.kind is Kind.CONSENT:
        return [TICKED, values.REFUSED]
    return [choice["id"] for choice in question.terms["choices"]]
