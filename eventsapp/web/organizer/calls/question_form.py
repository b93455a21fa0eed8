"""One question of a call as a form. Text in, a draft out; no database."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField

from eventsapp.domain.questions.fields import Problem, Question
from eventsapp.domain.selection.calls import choice
from eventsapp.domain.selection.calls.asked import MOST_MB, QuestionDraft
from eventsapp.domain.selection.decisions import words
from eventsapp.kernel.i18n import _
from eventsapp.web.forms import asked_if
from eventsapp.web.forms.fields import CountField
from eventsapp.web.organizer.wording import ALWAYS, WordingForm, as_lines

KEPT = "kept"
NUMBERED = ("least", "most")


class QuestionForm(WordingForm):
    """``version`` carries the fingerprint of the questionnaire that the page showed."""

    for_jury = BooleanField()
    max_mb = CountField(most=MOST_MB)
    when_number = CountField(most=999_999_999)

    def __init__(self, *args: Any, before: Sequence[Question], **given: Any) -> None:
        self._standing = (given.get("data") or {}).get("standing")
        super().__init__(*args, **given)
        self.when.choices = _conditions(before, self._standing)

    def more_labels(self) -> dict[str, str]:
        return {
            "for_jury": _("Le jury lit la réponse"),
            "max_mb": _("Taille du document, en Mo"),
            "when_number": _("Nombre de la condition"),
        }

    def validate(self, *args: Any, **given: Any) -> bool:
        valid = bool(super().validate(*args, **given))
        how = (self.when.data or ALWAYS).rpartition("|")[2]
        if how in NUMBERED and self.when_number.data is None and not self.when_number.errors:
            self.when_number.errors = [words.problem(Problem("when_number", "required"))]
            valid = False
        return valid

    def draft(self) -> QuestionDraft:
        """What the command wants."""
        label = self.label_fr.data or ""
        return QuestionDraft(
            label_fr=label,
            label_en=self.label_en.data or label,
            hint_fr=self.hint_fr.data or "",
            hint_en=self.hint_en.data or "",
            required=bool(self.required.data),
            for_jury=bool(self.for_jury.data),
            max_chars=self.max_chars.data,
            least=self.least.data,
            most=self.most.data,
            max_mb=self.max_mb.data,
            choices=self.pairs(),
            when=self._condition(),
        )

    def _condition(self) -> Mapping[str, Any] | None:
        chosen = self.when.data or ALWAYS
        if chosen == KEPT:
            return self._standing
        if chosen == ALWAYS:
            return None
        question, _mark, rest = chosen.partition("|")
        how, _mark, value = rest.partition("|")
        if how == "in":
            return {"field": question, "in": [value]}
        if how in NUMBERED:
            return {"field": question, how: self.when_number.data or 0}
        return {"field": question, "is": how}


def values(draft: QuestionDraft, standing: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A draft as the data of the form."""
    names = ("label_fr", "label_en", "hint_fr", "hint_en", "required", "for_jury", "max_chars",
             "least", "most", "max_mb")  # fmt: skip
    when = draft.when or {}
    return {name: getattr(draft, name) for name in names} | {
        "choices": as_lines(draft.choices),
        "when": _key(draft.when),
        "when_number": next((when[how] for how in NUMBERED if how in when), None),
        "standing": standing,
    }


def parts(question: Mapping[str, Any]) -> set[str]:
    """Which fields a question of this type has, beside its words."""
    by_type = {
        "text": {"max_chars"},
        "integer": {"least", "most"},
        "year": {"least", "most"},
        "file": {"max_mb"},
        "consent": {"free"},
        "choice": set() if question["id"] == choice.DOMAIN else {"choices"},
    }
    return by_type.get(question["type"], set())


def _key(condition: Mapping[str, Any] | None) -> str:
    """The option that says this condition; ``KEPT`` for one that no option says."""
    if condition is None:
        return ALWAYS
    if "field" not in condition:
        return KEPT
    name = condition["field"]
    if condition.get("is") in ("filled", "empty"):
        return f"{name}|{condition['is']}"
    if len(condition.get("in", ())) == 1:
        return f"{name}|in|{condition['in'][0]}"
    return next((f"{name}|{how}" for how in NUMBERED if how in condition), KEPT)


def _conditions(
    before: Sequence[Question], standing: Mapping[str, Any] | None
) -> list[tuple[str, str]]:
    """Every condition on an earlier answer, as a sentence; files and people say nothing more than
    that they are there."""
    found = [(ALWAYS, _("Toujours"))]
    if standing is not None and not asked_if.told(standing, before):
        found.append((KEPT, _("La condition actuelle, composée de plusieurs")))
    for question in before:
        name = question.id
        offered: list[dict[str, Any]] = [
            {"field": name, "in": [answer]} for answer, _label in question.choices
        ]
        if question.type in ("integer", "year"):
            offered += [{"field": name, "least": 0}, {"field": name, "most": 0}]
        offered += [{"field": name, "is": "filled"}, {"field": name, "is": "empty"}]
        found += [
            (_key(one), _("Si {condition}", condition=asked_if.told(one, before)))
            for one in offered
        ]
    return found
