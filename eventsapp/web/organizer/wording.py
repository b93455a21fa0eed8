"""What every question has that somebody writes at the desk: its words, its limits, its choices."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import Length

from eventsapp.domain.questions.fields import MOST_CHARS, Problem
from eventsapp.domain.selection.decisions import words
from eventsapp.kernel import spelling
from eventsapp.kernel.i18n import _
from eventsapp.web.forms.fields import CountField, LineField
from eventsapp.web.organizer.programme.forms import DeskForm

#: The option of ``when`` that asks everybody.
ALWAYS = ""


class WordingForm(DeskForm):
    """Text in; each kind of question adds what it has beside this."""

    label_fr = LineField(longest=200)
    label_en = LineField(longest=200)
    hint_fr = LineField(longest=300)
    hint_en = LineField(longest=300)
    required = BooleanField()
    max_chars = CountField(most=MOST_CHARS)
    least = CountField(most=999_999_999)
    most = CountField(most=999_999_999)
    choices = TextAreaField(validators=[Length(max=8000)])
    when = SelectField()

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for name, label in (_labels() | self.more_labels()).items():
            if name in self:
                self[name].label.text = label

    def more_labels(self) -> dict[str, str]:
        """Words for the fields that are not every question's."""
        return {}

    def pairs(self) -> list[tuple[str, str]]:
        """(French, English) of each choice that is written."""
        pairs = [line.partition(";") for line in spelling.lines(self.choices.data).splitlines()]
        return [(fr.strip(), en.strip()) for fr, _mark, en in pairs if fr.strip()]

    def tell(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside its field."""
        for found in problems:
            self[found.field].errors = [*self[found.field].errors, words.problem(found)]


def as_lines(pairs: Iterable[tuple[str, str]]) -> str:
    """Choices as they are written, one a line."""
    return "\n".join(f"{fr} ; {en}" if en else fr for fr, en in pairs)


def _labels() -> dict[str, str]:
    return {
        "label_fr": _("Question en français"),
        "label_en": _("Question en anglais"),
        "hint_fr": _("Précision en français"),
        "hint_en": _("Précision en anglais"),
        "required": _("Réponse obligatoire"),
        "max_chars": _("Longueur, en caractères"),
        "least": _("Au moins"),
        "most": _("Au plus"),
        "choices": _("Choix, un par ligne"),
        "when": _("Quand poser la question"),
    }
