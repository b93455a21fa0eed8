"""What questions and problems with answers say, in the reader's language."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from eventsapp.domain.questions.fields import Problem, Question
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _, pick


def both(text: Mapping[str, str] | None) -> str:
    """A stored pair of texts in the reader's language."""
    return pick((text or {}).get("fr"), (text or {}).get("en"))


def said(question: Question, value: Any) -> str:
    """What was answered, as a person reads it: for choices, dates and consents."""
    if question.type in ("choice", "choices"):
        known = dict(question.choices)
        given = value if isinstance(value, list) else [value]
        return ", ".join(both(known.get(one)) or str(one) for one in given)
    if question.type == "date":
        return words.day_plain(date.fromisoformat(value))
    return _("oui") if question.type == "consent" else str(value)


def problem(found: Problem) -> str:
    """What is wrong with an answer, or with a question, said beside its field."""
    return PROBLEMS[found.code]().format_map(found.facts)


PROBLEMS: Mapping[str, Callable[[], str]] = {
    "required": lambda: _("Cette réponse est nécessaire."),
    "too_long": lambda: _("Au plus {limit} caractères ; il y en a {length}."),
    "siren_digits": lambda: _("Un SIREN compte neuf chiffres."),
    "siren_wrong": lambda: _("Ce SIREN n’existe pas : vérifiez ses chiffres."),
    "not_a_number": lambda: _("Écrivez un nombre entier."),
    "too_small": lambda: _("Au moins {least}."),
    "too_big": lambda: _("Au plus {most}."),
    "not_a_year": lambda: _("Écrivez une année en quatre chiffres."),
    "year_range": lambda: _("Une année entre {least} et {most}."),
    "not_a_postcode": lambda: _("Un code postal compte cinq chiffres."),
    "not_a_choice": lambda: _("Choisissez dans la liste."),
    "file_too_big": lambda: _("Le fichier dépasse {limit} Mo."),
    "not_a_pdf": lambda: _("Ce fichier n’est pas un PDF, quel que soit son nom."),
    "not_an_email": lambda: _("Cette adresse électronique n’est pas complète."),
    "between": lambda: _("Un nombre de {least} à {most}."),
    "few_choices": lambda: _("Donnez au moins deux choix, un par ligne."),
    "many_choices": lambda: _("Au plus {most} choix."),
    "same_choices": lambda: _("Deux choix ont le même nom."),
    "asked_later": lambda: _("Cette condition lit une réponse qui ne vient pas avant."),
    "many_questions": lambda: _("Au plus {most} questions."),
    "not_a_phone": lambda: _("Ce numéro de téléphone n’est pas complet."),
    "consent_is_free": lambda: _(
        "La loi veut un consentement libre : il n’est jamais obligatoire."
    ),
    "sensitive_stays_in": lambda: _(
        "Une réponse sensible n’est pas montrée à la porte, où d’autres lisent l’écran."
    ),
    "text_changed": lambda: _("Ce texte a changé : lisez-le, puis cochez de nouveau."),
    "not_a_date": lambda: _("Écrivez une date : 24/09/2026."),
}
