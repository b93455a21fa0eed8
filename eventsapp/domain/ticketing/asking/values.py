"""Answers as text: what the database keeps, counts and sorts. Pure."""

from typing import Any

from eventsapp.domain.questions.fields import TICKED
from eventsapp.domain.ticketing.asking.models import Kind

REFUSED = "no"
#: Ids of choices are words of addresses: none has a space.
BETWEEN = " "


def stored(kind: Kind, value: Any) -> str:
    """What was checked, as it is kept."""
    if kind is Kind.CHOICES:
        return BETWEEN.join(value)
    if kind is Kind.CONSENT:
        return TICKED if value else REFUSED
    return str(value)


def typed(kind: Kind, text: str) -> Any:
    """What is kept, as a form takes it."""
    if kind is Kind.CHOICES:
        return text.split(BETWEEN)
    return "" if kind is Kind.CONSENT and text == REFUSED else text


def choices_in(kind: Kind, text: str) -> list[str]:
    """The choices that an answer gives; none for other kinds."""
    if kind is Kind.CHOICES:
        return text.split(BETWEEN)
    return [text] if kind is Kind.CHOICE else []
