"""A question as somebody writes it, and as the forms read it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eventsapp.domain.programme.naming import free_slug
from eventsapp.domain.questions import choices, fields
from eventsapp.domain.questions.fields import Problem
from eventsapp.domain.ticketing.asking.models import AskedQuestion, Class, Kind

#: Of a line and of a text: a field of one line ends where one of several begins.
LONGEST_LINE, LONGEST_TEXT = 200, fields.MOST_CHARS
USUAL_LINE, USUAL_TEXT = 100, 1000
MOST_QUESTIONS = 100
WITH_CHOICES = (Kind.CHOICE, Kind.CHOICES)
#: How each kind is read, in the words of ``questions.fields``.
TYPES = {
    Kind.LINE: "text",
    Kind.TEXT: "text",
    Kind.CHOICE: "choice",
    Kind.CHOICES: "choices",
    Kind.NUMBER: "integer",
    Kind.DATE: "date",
    Kind.CONSENT: "consent",
}


@dataclass(frozen=True)
class Scope:
    """With what it is asked: an event, a tariff, or (neither) everything of the series."""

    event_id: int | None = None
    product_id: int | None = None


@dataclass(frozen=True)
class AskedDraft:
    """A question as it is about to be saved.

    Attributes:
        choices: (French, English) of each, in order.
        least, most: of a number.
        when: (id of an earlier question, id of the choice under which this one is asked).
    """

    kind: Kind
    scope: Scope
    label_fr: str
    label_en: str = ""
    hint_fr: str = ""
    hint_en: str = ""
    sensitive: bool = False
    per_order: bool = False
    required: bool = False
    at_door: bool = False
    max_chars: int | None = None
    least: int | None = None
    most: int | None = None
    choices: Sequence[tuple[str, str]] = field(default_factory=tuple)
    when: tuple[int, str] | None = None

    @property
    def category(self) -> Class:
        if self.kind is Kind.CONSENT:
            return Class.CONSENT
        return Class.SENSITIVE if self.sensitive else Class.ORDINARY


def draft_of(question: AskedQuestion) -> AskedDraft:
    """A stored question as the editor shows it."""
    terms = question.terms
    when = None
    if question.when_id is not None:
        when = (question.when_id, (question.when_choices or [""])[0])
    return AskedDraft(
        kind=question.kind,
        scope=Scope(question.event_id, question.product_id),
        label_fr=question.label_fr,
        label_en=question.label_en,
        hint_fr=question.hint_fr,
        hint_en=question.hint_en,
        sensitive=question.category is Class.SENSITIVE,
        per_order=question.per_order,
        required=question.required,
        at_door=question.at_door,
        max_chars=terms.get("max_chars"),
        least=terms.get("min"),
        most=terms.get("max"),
        choices=choices.pairs(terms.get("choices", ())),
        when=when,
    )


def problems_of(draft: AskedDraft, before: Sequence[AskedQuestion]) -> list[Problem]:
    """What keeps a question from being saved. ``before``: what it may depend on."""
    found = [] if draft.label_fr else [Problem("label_fr", "required")]
    if draft.kind in WITH_CHOICES:
        found += choices.problems(draft.choices)
    least, most, _usual = _length(draft.kind)
    if draft.max_chars is not None and most and not least <= draft.max_chars <= most:
        found.append(Problem("max_chars", "between", {"least": least, "most": most}))
    if draft.least is not None and draft.most is not None and draft.most < draft.least:
        found.append(Problem("most", "too_small", {"least": draft.least}))
    if draft.required and draft.kind is Kind.CONSENT:
        found.append(Problem("required", "consent_is_free"))
    if draft.at_door and draft.category is Class.SENSITIVE:
        found.append(Problem("at_door", "sensitive_stays_in"))
    if draft.when is not None and not _may_depend(draft, before):
        found.append(Problem("when", "asked_later"))
    return found


def _may_depend(draft: AskedDraft, before: Sequence[AskedQuestion]) -> bool:
    question_id, choice = draft.when or (0, "")
    one = next((one for one in before if one.id == question_id), None)
    return one is not None and choice in {item["id"] for item in one.terms.get("choices", ())}


def asked_before(
    questions: Sequence[AskedQuestion], scope: Scope, event_of_product: Mapping[int, int | None],
    *, per_order: bool, until: AskedQuestion | None = None,
) -> list[AskedQuestion]:  # fmt: skip
    """The questions with choices that whoever is asked this one has been asked already.

    What is asked of a ticket may depend on the order's own answers, and not the other way round.
    """
    event_id = scope.event_id
    if scope.product_id is not None:
        event_id = event_of_product.get(scope.product_id)
    level = 2 if scope.product_id else 1 if scope.event_id else 0
    found = []
    for one in questions:
        wide = one.level == 0
        same_event = one.event_id is not None and one.event_id == event_id
        same_product = one.product_id is not None and one.product_id == scope.product_id
        later = until is not None and (
            one.id == until.id or (one.level == level and _place(one) >= _place(until))
        )
        if (
            (wide or same_event or same_product)
            and one.kind in WITH_CHOICES
            and one.closed_at is None
            and (one.per_order or not per_order)
            and not later
        ):
            found.append(one)
    return found


def _place(question: AskedQuestion) -> tuple[int, int]:
    return question.position, question.id


def in_order(questions: Sequence[AskedQuestion]) -> list[AskedQuestion]:
    """As people are asked: of the series, of the event, of the tariff."""
    return sorted(questions, key=lambda one: (one.level, *_place(one)))


def terms_of(draft: AskedDraft, before: Mapping[str, Any]) -> dict[str, Any]:
    """Choices and limits as they are kept; a choice whose French stays keeps its id."""
    if draft.kind in WITH_CHOICES:
        return {"choices": choices.kept(before.get("choices", ()), draft.choices, free_slug)}
    if draft.kind is Kind.NUMBER:
        limits = {"min": draft.least, "max": draft.most}
        return {name: value for name, value in limits.items() if value is not None}
    _least, most, usual = _length(draft.kind)
    return {"max_chars": draft.max_chars or usual} if most else {}


def _length(kind: Kind) -> tuple[int, int, int]:
    """Least, most and usual number of characters; zeros for what is no text."""
    if kind is Kind.LINE:
        return 1, LONGEST_LINE, USUAL_LINE
    return (LONGEST_LINE + 1, LONGEST_TEXT, USUAL_TEXT) if kind is Kind.TEXT else (0, 0, 0)


def as_field(question: AskedQuestion) -> fields.Question:
    """The question as the forms and the check of answers read it."""
    when = None
    if question.when_id is not None:
        when = {"field": name_of(question.when_id), "in": list(question.when_choices or ())}
    stored = {
        "id": name_of(question.id),
        "type": TYPES[question.kind],
        "label": {"fr": question.label_fr, "en": question.label_en},
        "hint": {"fr": question.hint_fr, "en": question.hint_en},
        "required": question.required and question.closed_at is None,
        "when": when,
        "sensitive": question.category is Class.SENSITIVE,
        "wording": question.wording if question.kind is Kind.CONSENT else None,
        **question.terms,
    }
    return fields.read([stored])[0]


def name_of(question_id: int) -> str:
    """The name of its input in a form."""
    return f"q{question_id}"
