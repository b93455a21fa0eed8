"""Conditions under which a question is asked, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from eventsapp.domain.questions import words
from eventsapp.domain.questions.fields import Question
from eventsapp.kernel.i18n import _


def told(condition: Mapping[str, Any], questions: Sequence[Question]) -> str:
    """A condition on one answer as part of a sentence; empty for one that is composed of several.

    ``least`` and ``most`` without their number: "« Effectif » est au moins".
    """
    found = next((q for q in questions if q.id == condition.get("field")), None)
    if found is None:
        return ""
    label = words.both(found.label)
    if len(condition.get("in", ())) == 1:
        answer = words.both(dict(found.choices).get(condition["in"][0]))
        return _("« {question} » est « {answer} »", question=label, answer=answer)
    if "least" in condition:
        return _("« {question} » est au moins", question=label)
    if "most" in condition:
        return _("« {question} » est au plus", question=label)
    if condition.get("is") == "filled":
        return _("« {question} » est rempli", question=label)
    return _("« {question} » est vide", question=label) if "is" in condition else ""


def hint(question: Question, questions: Sequence[Question]) -> str:
    """What is said above a question that not everybody is asked; empty for all others."""
    if question.when is None:
        return ""
    condition = told(question.when, questions)
    if not condition:
        return _("Seulement selon vos autres réponses.")
    number = question.when.get("least", question.when.get("most", ""))
    return _("Seulement si {condition}.", condition=f"{condition} {number}".rstrip())
