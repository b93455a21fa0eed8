"""Typed questions and the check of their answers. Values go in as text, out as plain JSON.

A question set is data (a list of dicts in the call, the event or the partner's form), read by
``read``. ``check`` never raises for what a person typed: every problem has a code, which the web
turns into a sentence beside the field.
"""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from eventsapp.domain.questions import conditions
from eventsapp.kernel import spelling

TYPES = (
    "text", "siren", "year", "postcode", "choice", "choices", "integer", "date", "consent", "file",
    "person",
)  # fmt: skip
PERSON_PARTS = ("first_name", "last_name", "email", "phone")
MOST_CHARS = 5000
MOST_DIGITS = 9
#: What a ticked box sends.
TICKED = "yes"
#: Added to the name of a consent: which text stood beside the box.
WORDING = ".text"

PHONE = re.compile(r"\+?[0-9][0-9 ().\-]{4,22}[0-9]")


@dataclass(frozen=True)
class Problem:
    """Why an answer is refused. ``field`` is the input's name, e.g. ``contact.email``."""

    field: str
    code: str
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        for_jury: whether jurors read the answer; contacts and protected facts stay out of sight.
        retention: class that says when the answer is erased.
        when: condition on other answers under which the question is asked at all.
        wording: which text of a consent this is.
        sensitive: read by few, and not for long; the page says so beside it.
    """

    id: str
    type: str
    label: Mapping[str, str]
    hint: Mapping[str, str] = dataclasses.field(default_factory=dict)
    required: bool = False
    max_chars: int | None = None
    least: int | None = None
    most: int | None = None
    choices: tuple[tuple[str, Mapping[str, str]], ...] = ()
    accept: tuple[str, ...] = ()
    max_mb: int | None = None
    for_jury: bool = True
    retention: str = "application"
    when: Mapping[str, Any] | None = None
    wording: int | None = None
    sensitive: bool = False

    @property
    def inputs(self) -> list[str]:
        """The names of its inputs in a form."""
        if self.type == "person":
            return [f"{self.id}.{part}" for part in PERSON_PARTS]
        return [self.id]


@dataclass(frozen=True)
class Checked:
    """Clean values by question id, and the problems in the order of the questions."""

    values: dict[str, Any]
    problems: list[Problem]

    @property
    def complete(self) -> bool:
        return not self.problems


def read(form: Sequence[Mapping[str, Any]]) -> list[Question]:
    """Build the questions from their stored form.

    Raises:
        ValueError: an unknown type, or an id that occurs twice.
    """
    questions = []
    for item in form:
        kind = str(item["type"])
        if kind not in TYPES:
            raise ValueError(f"unknown question type {kind}")
        questions.append(
            Question(
                id=str(item["id"]),
                type=kind,
                label=item.get("label", {}),
                hint=item.get("hint", {}),
                required=bool(item.get("required", False)),
                max_chars=item.get("max_chars"),
                least=item.get("min"),
                most=item.get("max"),
                choices=tuple((c["id"], c["label"]) for c in item.get("choices", ())),
                accept=tuple(item.get("accept", ())),
                max_mb=item.get("max_mb"),
                for_jury=bool(item.get("for_jury", kind != "person")),
                retention=str(item.get("retention", "application")),
                when=item.get("when"),
                wording=item.get("wording"),
                sensitive=bool(item.get("sensitive", False)),
            )
        )
    if len({question.id for question in questions}) < len(questions):
        raise ValueError("two questions with one id")
    return questions


def check(
    questions: Sequence[Question],
    raw: Mapping[str, Any],
    *,
    draft: bool = False,
    known: Mapping[str, Any] | None = None,
) -> Checked:
    """Turn what was typed into values.

    Args:
        raw: input name -> text; a ``file`` question takes what the upload gave (an opaque dict),
            ``choices`` a list of texts.
        draft: accept missing answers; wrong ones are still told.
        known: answers given elsewhere that conditions may read.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for question in questions:
        asked = question.when is None or conditions.holds(
            question.when, {**(known or {}), **values}
        )
        if not asked:
            continue
        value, found = _READERS[question.type](question, raw)
        if value is None and not found and question.required and not draft:
            first = question.inputs[0]
            found = [Problem(first, "required")]
        problems += [p for p in found if not (draft and p.code == "required")]
        if value is not None:
            values[question.id] = value
    return Checked(values, problems)


def clean(text: Any) -> str:
    """Return text in the one spelling of ``kernel.spelling``, trimmed."""
    return spelling.clean(str(text)).strip()


def _typed(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return clean(value) if value is not None else ""


def _text(question: Question, raw: Mapping[str, Any]) -> tuple[str | None, list[Problem]]:
    text = _typed(raw, question.id)
    if not text:
        return None, []
    limit = question.max_chars or MOST_CHARS
    if len(text) > limit:
        return None, [Problem(question.id, "too_long", {"limit": limit, "length": len(text)})]
    return text, []


def _siren(question: Question, raw: Mapping[str, Any]) -> tuple[str | None, list[Problem]]:
    digits = re.sub(r"[\s.\-]", "", _typed(raw, question.id))
    if not digits:
        return None, []
    if not re.fullmatch(r"[0-9]{9}", digits):
        return None, [Problem(question.id, "siren_digits")]
    if not luhn(digits):
        return None, [Problem(question.id, "siren_wrong")]
    return digits, []


def luhn(digits: str) -> bool:
    """Check the key of a SIREN or SIRET: doubled every second digit from the right, sum % 10."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _integer(question: Question, raw: Mapping[str, Any]) -> tuple[int | None, list[Problem]]:
    text = re.sub(r"\s", "", _typed(raw, question.id))
    if not text:
        return None, []
    # fullmatch on ASCII digits: int() would take "١٢" and "1_000" as well.
    if not re.fullmatch(r"-?[0-9]+", text) or len(text) > MOST_DIGITS:
        return None, [Problem(question.id, "not_a_number")]
    number = int(text)
    least = 0 if question.least is None else question.least
    if number < least:
        return None, [Problem(question.id, "too_small", {"least": least})]
    if question.most is not None and number > question.most:
        return None, [Problem(question.id, "too_big", {"most": question.most})]
    return number, []


def _year(question: Question, raw: Mapping[str, Any]) -> tuple[int | None, list[Problem]]:
    text = _typed(raw, question.id)
    if not text:
        return None, []
    if not re.fullmatch(r"[0-9]{4}", text):
        return None, [Problem(question.id, "not_a_year")]
    least, most = question.least or 1800, question.most or 2200
    if not least <= int(text) <= most:
        return None, [Problem(question.id, "year_range", {"least": least, "most": most})]
    return int(text), []


def _postcode(question: Question, raw: Mapping[str, Any]) -> tuple[str | None, list[Problem]]:
    text = _typed(raw, question.id).replace(" ", "")
    if not text:
        return None, []
    if not re.fullmatch(r"[0-9]{5}", text):
        return None, [Problem(question.id, "not_a_postcode")]
    return text, []


def _choice(question: Question, raw: Mapping[str, Any]) -> tuple[str | None, list[Problem]]:
    text = _typed(raw, question.id)
    if not text:
        return None, []
    if text not in [key for key, _ in question.choices]:
        return None, [Problem(question.id, "not_a_choice")]
    return text, []


def _choices(question: Question, raw: Mapping[str, Any]) -> tuple[list[str] | None, list[Problem]]:
    """Those of the list that are ticked, in the order of the list."""
    given = raw.get(question.id)
    texts = {clean(one) for one in ([given] if isinstance(given, str) else given or ())} - {""}
    known = [key for key, _ in question.choices]
    if not texts <= set(known):
        return None, [Problem(question.id, "not_a_choice")]
    return [key for key in known if key in texts] or None, []


def _date(question: Question, raw: Mapping[str, Any]) -> tuple[str | None, list[Problem]]:
    """A day, kept as ``2026-09-24``; browsers without a calendar let people type 24/09/2026."""
    text = _typed(raw, question.id)
    if not text:
        return None, []
    spoken = re.fullmatch(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})", text)
    if spoken:
        text = f"{spoken[3]}-{spoken[2]:0>2}-{spoken[1]:0>2}"
    try:
        found = (
            date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
        )
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2200:
        return None, [Problem(question.id, "not_a_date")]
    return found.isoformat(), []


def _consent(question: Question, raw: Mapping[str, Any]) -> tuple[bool | None, list[Problem]]:
    """Yes when its box is ticked; who leaves it empty has said nothing, and nothing is wrong.

    ``<id>.text``, where it came, says which text stood beside the box: a yes is to that one.
    """
    if _typed(raw, question.id) != TICKED:
        return None, []
    shown = raw.get(f"{question.id}{WORDING}")
    if shown is not None and question.wording is not None and str(shown) != str(question.wording):
        return None, [Problem(question.id, "text_changed")]
    return True, []


def _file(question: Question, raw: Mapping[str, Any]) -> tuple[Any, list[Problem]]:
    return raw.get(question.id) or None, []


def _person(question: Question, raw: Mapping[str, Any]) -> tuple[Any, list[Problem]]:
    parts: dict[str, str] = {}
    problems = []
    for part in PERSON_PARTS:
        name = f"{question.id}.{part}"
        text = _typed(raw, name)
        if not text:
            continue
        # One line: it may reach the header of a letter.
        text = spelling.phone(text) if part == "phone" else spelling.line(text)
        if len(text) > 200:
            problems.append(Problem(name, "too_long", {"limit": 200, "length": len(text)}))
        elif part == "email" and not _is_address(text):
            problems.append(Problem(name, "not_an_email"))
        elif part == "phone" and not PHONE.fullmatch(text):
            problems.append(Problem(name, "not_a_phone"))
        else:
            parts[part] = spelling.address(text) if part == "email" else text
    named = {problem.field for problem in problems}
    if parts and not problems:
        missing = [p for p in ("first_name", "last_name", "email") if p not in parts]
        if question.required and missing:
            return parts, [
                Problem(f"{question.id}.{part}", "required")
                for part in missing
                if f"{question.id}.{part}" not in named
            ]
    return parts or None, problems


def _is_address(text: str) -> bool:
    try:
        spelling.address(text)
    except ValueError:
        return False
    return True


_READERS = {
    "text": _text,
    "siren": _siren,
    "year": _year,
    "postcode": _postcode,
    "choice": _choice,
    "choices": _choices,
    "integer": _integer,
    "date": _date,
    "consent": _consent,
    "file": _file,
    "person": _person,
}
