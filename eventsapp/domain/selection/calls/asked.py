"""What a question of a call may be: which there are, what they need, how they are kept.

Some questions are known to the house: conditions, lists, duplicates and letters read their answers
by their id. Each of them is asked once at most. All others are the organizers' own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eventsapp.domain.programme.naming import free_slug
from eventsapp.domain.questions import choices, conditions
from eventsapp.domain.questions.fields import MOST_CHARS, Problem
from eventsapp.domain.selection.calls import calls, choice, queries
from eventsapp.domain.selection.calls.models import Call

#: id -> type of the questions that the house knows.
KNOWN = {
    "company": "text",
    "siren": "siren",
    "founded": "year",
    "city": "text",
    "postcode": "postcode",
    choice.DOMAIN: "choice",
    "contact": "person",
}
#: Types of the organizers' own questions. One document at most: the form sends one at a time.
OWN = ("text", "integer", "year", "choice", "date", "consent", "file")
MOST_QUESTIONS, MOST_MB = 60, 20


@dataclass(frozen=True)
class QuestionDraft:
    """A question as somebody is about to save it.

    Attributes:
        choices: (French, English) of each, in order.
        least, most: of a number or a year; None for the limits of the type.
        when: condition on an earlier answer (``questions.conditions``); None: always asked.
    """

    label_fr: str
    label_en: str
    hint_fr: str = ""
    hint_en: str = ""
    required: bool = False
    for_jury: bool = True
    max_chars: int | None = None
    least: int | None = None
    most: int | None = None
    max_mb: int | None = None
    choices: Sequence[tuple[str, str]] = field(default_factory=tuple)
    when: Mapping[str, Any] | None = None


def draft_of(question: Mapping[str, Any]) -> QuestionDraft:
    """A stored question as the editor shows it."""
    label, hint = question.get("label", {}), question.get("hint", {})
    return QuestionDraft(
        label_fr=label.get("fr", ""),
        label_en=label.get("en", ""),
        hint_fr=hint.get("fr", ""),
        hint_en=hint.get("en", ""),
        required=bool(question.get("required")),
        for_jury=bool(question.get("for_jury", question["type"] != "person")),
        max_chars=question.get("max_chars"),
        least=question.get("min"),
        most=question.get("max"),
        max_mb=question.get("max_mb"),
        choices=choices.pairs(question.get("choices", ())),
        when=question.get("when"),
    )


def kinds_left(form: Sequence[Mapping[str, Any]]) -> list[str]:
    """What may still be added: known ids that are not asked yet, then types."""
    asked = {one["id"] for one in form}
    own = [kind for kind in OWN if kind != "file" or not _has_file(form)]
    return [name for name in KNOWN if name not in asked] + own


def needed(call: Call, name: str) -> str:
    """Why the call cannot do without a question: ``always``, ``rule``, or empty when it can."""
    if name == "company":
        return "always"
    asked = calls.conditions(call)
    chosen = calls.rule(call)
    read_by_rule = {
        "founded": asked.younger_than_years is not None,
        "postcode": bool(asked.departments),
        choice.DOMAIN: chosen.best_of_each is not None or bool(chosen.limits),
    }
    return "rule" if read_by_rule.get(name) else ""


def problems_of(
    draft: QuestionDraft,
    question: Mapping[str, Any],
    call: Call,
    before: Sequence[Mapping[str, Any]],
) -> list[Problem]:
    """What keeps a question from being saved. ``before``: the questions asked ahead of it."""
    found = [] if draft.label_fr else [Problem("label_fr", "required")]
    kind, name = question["type"], question["id"]
    if needed(call, name) and not draft.required:
        found.append(Problem("required", "needed_by_rule"))
    if name == choice.DOMAIN and not queries.domains(call.series_id):
        found.append(Problem("label_fr", "no_domains"))
    elif kind == "choice" and name != choice.DOMAIN:
        found += choices.problems(draft.choices)
    if kind == "consent" and draft.required:
        found.append(Problem("required", "consent_is_free"))
    if kind == "text" and draft.max_chars is not None and not 1 <= draft.max_chars <= MOST_CHARS:
        found.append(Problem("max_chars", "between", {"least": 1, "most": MOST_CHARS}))
    if kind == "file" and draft.max_mb is not None and not 1 <= draft.max_mb <= MOST_MB:
        found.append(Problem("max_mb", "between", {"least": 1, "most": MOST_MB}))
    if draft.least is not None and draft.most is not None and draft.most < draft.least:
        found.append(Problem("most", "too_small", {"least": draft.least}))
    if draft.when is not None:
        if needed(call, name):
            found.append(Problem("when", "needed_by_rule"))
        elif not can_be_asked({"id": name, "when": draft.when}, [*before, {"id": name}]):
            found.append(Problem("when", "asked_later"))
    if len(before) >= MOST_QUESTIONS:
        found.append(Problem("label_fr", "many_questions", {"most": MOST_QUESTIONS}))
    return found


def stored(question: Mapping[str, Any], draft: QuestionDraft, call: Call) -> dict[str, Any]:
    """The question as the form keeps it; parts that the editor does not know stay as they are."""
    kind = question["type"]
    kept = {key: value for key, value in question.items() if key not in _EDITED}
    made = kept | {
        "required": draft.required,
        "label": {"fr": draft.label_fr, "en": draft.label_en or draft.label_fr},
    }
    if draft.hint_fr or draft.hint_en:
        made["hint"] = {
            "fr": draft.hint_fr or draft.hint_en,
            "en": draft.hint_en or draft.hint_fr,
        }
    if draft.for_jury != (kind != "person"):
        made["for_jury"] = draft.for_jury
    limits: dict[str, Any] = {}
    if kind in ("integer", "year"):
        limits = {"min": draft.least, "max": draft.most}
    elif kind == "text":
        limits = {"max_chars": draft.max_chars}
    elif kind == "file":
        limits = {"max_mb": draft.max_mb or 10, "accept": ["application/pdf"]}
    made |= {name: value for name, value in limits.items() if value is not None}
    if kind == "consent":
        texts = ("label", "hint")
        reworded = any(question.get(name, {}) != made.get(name, {}) for name in texts)
        # Who has read another text is asked again (``fields.WORDING``).
        made["wording"] = question.get("wording", 0) + (1 if reworded else 0) or 1
    if kind == "choice":
        made["choices"] = _choices(question, draft, call)
    if draft.when is not None:
        made["when"] = dict(draft.when)
    return made


_EDITED = {
    "required", "label", "hint", "for_jury", "max_chars", "min", "max", "max_mb", "accept",
    "choices", "when",
}  # fmt: skip


def _choices(question: Mapping[str, Any], draft: QuestionDraft, call: Call) -> list[dict[str, Any]]:
    """The domains of the series, or the choices as they are written."""
    if question["id"] == choice.DOMAIN:
        known = queries.domains(call.series_id)
        return [{"id": d.slug, "label": {"fr": d.name_fr, "en": d.name_en}} for d in known]
    return choices.kept(question.get("choices", ()), draft.choices, free_slug)


def can_be_asked(question: Mapping[str, Any], form: Sequence[Mapping[str, Any]]) -> bool:
    """Whether all that its condition reads was asked before it, and can be answered so."""
    wanted = question.get("when")
    if wanted is None:
        return True
    before: dict[str, Mapping[str, Any]] = {}
    for one in form:
        if one["id"] == question["id"]:
            break
        before[one["id"]] = one
    return all(
        part["field"] in before and _answerable(part, before[part["field"]])
        for part in conditions.comparisons(wanted)
    )


def _answerable(part: Mapping[str, Any], question: Mapping[str, Any]) -> bool:
    if "in" not in part or "choices" not in question:
        return True
    return set(part["in"]) <= {one["id"] for one in question["choices"]}


def _has_file(form: Sequence[Mapping[str, Any]]) -> bool:
    return any(one["type"] == "file" for one in form)
