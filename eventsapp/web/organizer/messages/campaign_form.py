"""The form of a message to people. Text in, a draft out; no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import Length

from eventsapp.domain.messages import writing
from eventsapp.domain.messages.campaigns import Draft
from eventsapp.domain.messages.errors import CampaignMalformed
from eventsapp.domain.messages.models import Audience, Campaign, Purpose
from eventsapp.domain.messages.sources import NARROWED_BY, NEWS, Segment
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _
from eventsapp.web.forms.fields import LineField
from eventsapp.web.organizer.messages import audiences
from eventsapp.web.organizer.programme.forms import DeskForm


@dataclass(frozen=True)
class Choices:
    """What a series has to narrow an audience by: (id, words), and its days."""

    events: Sequence[tuple[int, str]]
    tariffs: Sequence[tuple[int, str]]
    calls: Sequence[tuple[int, str]]
    days: Sequence[date]


class CampaignForm(DeskForm):
    """A field that an audience cannot be narrowed by is not there."""

    event_id = SelectField(default="")
    product_id = SelectField(default="")
    call_id = SelectField(default="")
    day = SelectField(default="")
    status = SelectField(default="")
    entered = SelectField(default="")
    locale = SelectField(default="")
    purpose = RadioField(default=Purpose.SERVICE.value)
    urgent = BooleanField()
    subject_fr = LineField(longest=writing.LONGEST_SUBJECT)
    subject_en = LineField(longest=writing.LONGEST_SUBJECT)
    body_fr = TextAreaField(validators=[Length(max=writing.LONGEST_BODY)])
    body_en = TextAreaField(validators=[Length(max=writing.LONGEST_BODY)])

    def __init__(self, *args: Any, audience: Audience, choices: Choices, **given: Any) -> None:
        self.audience = audience
        super().__init__(*args, **given)
        for name, label in _labels(audience).items():
            self[name].label.text = label
        self.event_id.choices = [("", _("tous")), *_keyed(choices.events)]
        self.product_id.choices = [("", _("tous")), *_keyed(choices.tariffs)]
        self.call_id.choices = [("", _("tous")), *_keyed(choices.calls)]
        days = [(day.isoformat(), words.day(day, year=True)) for day in choices.days]
        self.day.choices = [("", _("tous")), *days]
        self.status.choices = audiences.states_of(audience)
        self.entered.choices = [("", _("entrés ou non")), *audiences.entered_words().items()]
        languages = audiences.language_words().items()
        self.locale.choices = [("", _("toutes les langues")), *languages]
        said = audiences.purpose_words().items()
        self.purpose.choices = [(one.value, name) for one, (name, _meaning) in said]
        for name in ("event_id", "product_id", "call_id", "day", "entered"):
            if name not in NARROWED_BY[audience]:
                del self[name]
        if not audiences.states_of(audience):
            del self.status
        if audience not in NEWS:
            del self.purpose

    def draft(self) -> Draft:
        """What the command wants."""
        day = self._chosen("day")
        segment = Segment(
            self.audience,
            event_id=self._number("event_id"),
            product_id=self._number("product_id"),
            call_id=self._number("call_id"),
            day=date.fromisoformat(day) if day else None,
            status=self._chosen("status"),
            locale=self.locale.data or "",
            entered=self._chosen("entered"),
        )
        return Draft(
            segment,
            Purpose(self._chosen("purpose") or Purpose.SERVICE),
            bool(self.urgent.data),
            self.subject_fr.data or "",
            self.subject_en.data or "",
            self.body_fr.data or "",
            self.body_en.data or "",
        )

    def tell(self, refusal: CampaignMalformed) -> None:
        """Put what is wrong beside its field."""
        field, why = refusal.facts["field"], refusal.facts["why"]
        said = problem(field, why, refusal.facts["mark"])
        if field in self:
            self[field].errors = [*self[field].errors, said]
        else:
            self.form_errors = [*self.form_errors, said]

    def _chosen(self, name: str) -> str:
        return (self[name].data or "") if name in self else ""

    def _number(self, name: str) -> int | None:
        chosen = self._chosen(name)
        return int(chosen) if chosen else None


def typed_of(campaign: Campaign) -> dict[str, Any]:
    """A draft as the form shows it."""
    names = ("subject_fr", "subject_en", "body_fr", "body_en", "status", "locale", "entered")
    typed: dict[str, Any] = {name: getattr(campaign, name) for name in names}
    for name in ("event_id", "product_id", "call_id"):
        typed[name] = str(getattr(campaign, name) or "")
    typed["day"] = campaign.day.isoformat() if campaign.day else ""
    return typed | {
        "purpose": campaign.purpose.value,
        "urgent": campaign.urgent,
        "version": str(campaign.version),
    }


def problem(field: str, why: str, mark: str) -> str:
    """What is wrong with a field, and what to do."""
    if why == "event" and field == "product_id":
        return _("Ce tarif n’ouvre pas cet événement : choisissez-en un autre, ou « tous ».")
    return {
        "needed": _("Écrivez-le aussi : des personnes lisent cette langue."),
        "long": _("{n} signes au plus.", n=mark),
        "unknown": _(
            "« {mark} » ne se remplit pas. Choisissez parmi : {marks}.",
            mark=f"{{{mark}}}",
            marks=", ".join(f"{{{one}}}" for one in writing.OFFERED["fr"]),
        ),
        "event": _(
            "« {mark} » est celui d’un événement : choisissez lequel, ou retirez le mot.",
            mark=f"{{{mark}}}",
        ),
        "here": _("Un lien n’a pas sa place dans l’objet : mettez-le dans le texte."),
        "news": _("Les actualités vont à qui a un billet ou une commande, et y a consenti."),
        "choice": _("Choisissez dans la liste."),
        "own": _("Ce message est celui de son événement : laissez-le."),
    }[why]


def _keyed(rows: Sequence[tuple[int, str]]) -> list[tuple[str, str]]:
    return [(str(row_id), said) for row_id, said in rows]


def _labels(audience: Audience) -> dict[str, str]:
    return {
        "event_id": _("Événement"),
        "product_id": _("Tarif"),
        "call_id": _("Appel"),
        "day": _("Jour"),
        "status": _("État"),
        "entered": _("À la porte"),
        "locale": _("Langue"),
        "purpose": _("Ce que c’est"),
        "urgent": _("Urgent : part avant tous les autres courriels"),
        "subject_fr": _("Objet en français"),
        "subject_en": _("Objet en anglais"),
        "body_fr": _("Texte en français"),
        "body_en": _("Texte en anglais"),
    }
