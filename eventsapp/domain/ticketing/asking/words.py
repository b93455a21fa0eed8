"""Answers in the reader's language."""

from datetime import date

from eventsapp.domain.questions.words import both
from eventsapp.domain.ticketing.asking import values
from eventsapp.domain.ticketing.asking.models import AskedQuestion, Kind
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _, pick


def label(question: AskedQuestion) -> str:
    """What is asked."""
    return pick(question.label_fr, question.label_en)


def spoken(question: AskedQuestion, text: str) -> str:
    """What was answered, as a person reads it."""
    if question.kind in (Kind.CHOICE, Kind.CHOICES):
        known = {one["id"]: both(one["label"]) for one in question.terms.get("choices", ())}
        given = values.choices_in(question.kind, text)
        return ", ".join(known.get(one, one) for one in given)
    if question.kind is Kind.CONSENT:
        return _("accord retiré") if text == values.REFUSED else _("oui")
    if question.kind is Kind.DATE:
        return words.day_plain(date.fromisoformat(text))
    return text
