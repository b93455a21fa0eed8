"""Forms of what is told: the texts of an event, a speaker. Text in, drafts out; no database."""

from typing import Any

from eventsapp.domain.programme.speakers import SpeakerDraft
from eventsapp.domain.programme.texts import EventTexts
from eventsapp.kernel import prose
from eventsapp.kernel.i18n import _
from eventsapp.web.forms.fields import LineField, ProseField
from eventsapp.web.organizer.programme.forms import DeskForm

#: Signs of a biography: half a page.
MOST_OF_A_LIFE = 3000
#: Practical information goes into the letter with the tickets.
MOST_PRACTICAL = 4000


class PersonForm(DeskForm):
    first_name = LineField(longest=80)
    last_name = LineField(longest=120)
    company = LineField(longest=160)
    bio_fr = ProseField(longest=MOST_OF_A_LIFE)
    bio_en = ProseField(longest=MOST_OF_A_LIFE)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.first_name.label.text = _("Prénom")
        self.last_name.label.text = _("Nom")
        self.company.label.text = _("Entreprise")
        self.bio_fr.label.text = _("Biographie en français")
        self.bio_en.label.text = _("Biographie en anglais")

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if not self.first_name.data:
            self.first_name.errors = [*self.first_name.errors, _("Ce champ est nécessaire.")]
            good = False
        return good

    def draft(self) -> SpeakerDraft:
        names = (self.first_name.data or "", self.last_name.data or "")
        return SpeakerDraft(
            *names,
            self.company.data or "",
            bio_fr=self.bio_fr.data or "",
            bio_en=self.bio_en.data or "",
        )


class TextsForm(DeskForm):
    description_fr = ProseField(longest=prose.LONGEST)
    description_en = ProseField(longest=prose.LONGEST)
    practical_fr = ProseField(longest=MOST_PRACTICAL)
    practical_en = ProseField(longest=MOST_PRACTICAL)
    accessibility_fr = ProseField(longest=MOST_PRACTICAL)
    accessibility_en = ProseField(longest=MOST_PRACTICAL)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for name, label in text_labels().items():
            if name in self:
                self[name].label.text = label

    def draft(self) -> EventTexts:
        return EventTexts(
            **{name: self[name].data or "" for name in EventTexts.__dataclass_fields__}
        )


def text_labels() -> dict[str, str]:
    """What each text of an event is called at the desk."""
    return {
        "summary_fr": _("Présentation en français"),
        "summary_en": _("Présentation en anglais"),
        "description_fr": _("Texte en français"),
        "description_en": _("Texte en anglais"),
        "practical_fr": _("Informations pratiques en français"),
        "practical_en": _("Informations pratiques en anglais"),
        "accessibility_fr": _("Accès des personnes handicapées, en français"),
        "accessibility_en": _("Accès des personnes handicapées, en anglais"),
    }
