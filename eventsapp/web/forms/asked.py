"""Questions as a page draws them: their inputs, with what was typed and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventsapp.domain.questions import words
from eventsapp.domain.questions.fields import PERSON_PARTS, TICKED, Problem, Question
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
WIDTHS = {"siren": "w-m", "year": "w-s", "postcode": "w-s", "integer": "w-s", "date": "w-m"}
OF_COMPANY = {"company": "organization", "city": "address-level2", "postcode": "postal-code"}


@dataclass(frozen=True)
class Input:
    """One control of the page."""

    name: str
    kind: str
    label: str
    hint: str
    value: Any
    errors: list[str]
    required: bool
    max_chars: int | None = None
    max_mb: int | None = None
    options: Sequence[tuple[str, str]] = ()
    autocomplete: str = ""
    inputmode: str = ""
    width: str = ""
    # Of the text that stands beside a consent, sent back with it.
    wording: int | None = None

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
    # The input and its values under which it is asked, for pages that hide it meanwhile.
    under: str = ""
    values: str = ""


@dataclass(frozen=True)
class Laid:
    """Questions laid out on a page."""

    groups: list[Group]
    problems: list[tuple[str, str, str]]
    """(input id, label, sentence) of each problem, for the summary on top."""


def laid_out(
    questions: Sequence[Question],
    typed: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    *,
    suffix: str = "",
    earlier: Sequence[Question] = (),
) -> Laid:
    """Lay out the questions with what was typed and what is wrong with it.

    Args:
        suffix: of every name, where the same questions are asked of several people on one page.
        earlier: asked on the same page before them, once for all.
    """
    by_field: dict[str, list[str]] = {}
    for found in problems:
        by_field.setdefault(found.field, []).append(words.problem(found))
    names = {question.id: question.id + suffix for question in questions}
    groups = [
        Group(
            question,
            words.both(question.label),
            _hint(question),
            [
                _input(question, name + suffix, typed, by_field.get(name + suffix, []))
                for name in question.inputs
            ],
            asked_if.hint(question, [*earlier, *questions]),
            **_under(question, names),
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
    return Laid(groups, summary)


def _hint(question: Question) -> str:
    """The words below the question; beside a sensitive one, who reads the answer and how long."""
    hint = words.both(question.hint)
    if not question.sensitive:
        return hint
    note = _("Lu par les seules personnes chargées de cet accueil, effacé 30 jours après.")
    return f"{hint} {note}".strip()


def _under(question: Question, names: Mapping[str, str]) -> dict[str, str]:
    """``under`` and ``values`` of a question that is asked under one choice of another."""
    condition = question.when or {}
    if "in" not in condition:
        return {}
    name = condition["field"]
    return {"under": names.get(name, name), "values": " ".join(condition["in"])}


def flatten(questions: Sequence[Question], values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as the text of the controls."""
    typed: dict[str, Any] = {}
    for question in questions:
        value = values.get(question.id)
        if question.type == "person":
            for part in PERSON_PARTS:
                typed[f"{question.id}.{part}"] = (value or {}).get(part, "")
        elif question.type == "consent":
            typed[question.id] = TICKED if value else ""
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
        _hint(question),
        _shown(value),
        errors,
        required=question.required,
        max_chars=question.max_chars,
        max_mb=question.max_mb,
        options=[(key, words.both(label)) for key, label in question.choices],
        autocomplete=OF_COMPANY.get(question.id, ""),
        inputmode=INPUT_MODES.get(question.type, ""),
        width=WIDTHS.get(question.type, ""),
        wording=question.wording,
    )


def _shown(value: Any) -> Any:
    """What a control shows of a value; several choices stay a list."""
    if isinstance(value, list):
        return value
    return "" if value is None or isinstance(value, dict) else str(value)
