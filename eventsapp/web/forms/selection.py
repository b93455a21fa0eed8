"""The application form: its inputs as the page draws them, with what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventsapp.domain.questions.fields import PERSON_PARTS, Problem, Question
from eventsapp.domain.selection.decisions import words
from eventsapp.kernel.i18n import _
from eventsapp.web.forms import asked_if

LONG_TEXT = 200
AUTOCOMPLETE = {
    "first_name": "given-name",
    "last_name": "family-name",
    "email": "email",
    "phone": "tel",
}
INPUT_MODES = {"siren": "numeric", "year": "numeric", "postcode": "numeric", "integer": "numeric"}
WIDTHS = {"siren": "w-m", "year": "w-s", "postcode": "w-s", "integer": "w-s"}
OF_COMPANY = {"company": "organization", "city": "address-level2", "postcode": "postal-code"}


@dataclass(frozen=True)
class Input:
    """One control of the page."""

    name: str
    kind: str
    label: str
    hint: str
    value: str
    errors: list[str]
    required: bool
    max_chars: int | None = None
    max_mb: int | None = None
    options: Sequence[tuple[str, str]] = ()
    autocomplete: str = ""
    inputmode: str = ""
    width: str = ""

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")


@dataclass(frozen=True)
class Group:
    """A question with its controls; a person has four of them under one legend."""

    question: Question
    legend: str
    hint: str
    inputs: list[Input]
    asked_if: str


@dataclass(frozen=True)
class ApplicationForm:
    groups: list[Group]
    problems: list[tuple[str, str, str]]
    """(input id, label, sentence) of each problem, for the summary on top."""


def application_form(
    questions: Sequence[Question],
    typed: Mapping[str, Any],
    problems: Sequence[Problem] = (),
) -> ApplicationForm:
    """Lay out the questions with what was typed and what is wrong with it."""
    by_field: dict[str, list[str]] = {}
    for found in problems:
        by_field.setdefault(found.field, []).append(words.problem(found))
    groups = [
        Group(
            question,
            words.both(question.label),
            words.both(question.hint),
            [_input(question, name, typed, by_field.get(name, [])) for name in question.inputs],
            asked_if.hint(question, questions),
        )
        for question in questions
    ]
    labels = {control.name: control for group in groups for control in group.inputs}
    summary = [
        (labels[name].id, labels[name].label, sentence)
        for name, sentences in by_field.items()
        for sentence in sentences
        if name in labels
    ]
    return ApplicationForm(groups, summary)


def flatten(questions: Sequence[Question], values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as the text of the controls."""
    typed: dict[str, Any] = {}
    for question in questions:
        value = values.get(question.id)
        if question.type == "person":
            for part in PERSON_PARTS:
                typed[f"{question.id}.{part}"] = (value or {}).get(part, "")
        else:
            typed[question.id] = "" if value is None else value
    return typed


def _input(question: Question, name: str, typed: Mapping[str, Any], errors: list[str]) -> Input:
    value = typed.get(name)
    if question.type == "person":
        part = name.rsplit(".", 1)[-1]
        label = {
            "first_name": _("Prénom"),
            "last_name": _("Nom de famille"),
            "email": _("Adresse électronique"),
            "phone": _("Téléphone"),
        }[part]
        kind = {"email": "email", "phone": "tel"}.get(part, "line")
        return Input(
            name,
            kind,
            label,
            "",
            str(value or ""),
            errors,
            required=question.required and part != "phone",
            autocomplete=AUTOCOMPLETE[part],
        )
    kind = question.type
    if kind == "text":
        long = (question.max_chars or 0) > LONG_TEXT
        kind = "long" if long else "line"
    elif kind in INPUT_MODES:
        kind = "line"
    return Input(
        name,
        kind,
        words.both(question.label),
        words.both(question.hint),
        "" if value is None or isinstance(value, dict) else str(value),
        errors,
        required=question.required,
        max_chars=question.max_chars,
        max_mb=question.max_mb,
        options=[(key, words.both(label)) for key, label in question.choices],
        autocomplete=OF_COMPANY.get(question.id, ""),
        inputmode=INPUT_MODES.get(question.type, ""),
        width=WIDTHS.get(question.type, ""),
    )
