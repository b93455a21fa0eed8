"""Forms of visits: a batch of them, and one. Text in, what the rules want out; no database."""

from typing import Any

from eventsapp.domain.programme.slots import SlotDraft
from eventsapp.domain.programme.visits import MOST_AT_ONCE, MOST_MINUTES, Batch
from eventsapp.kernel.i18n import _
from eventsapp.web.forms.fields import CountField, LocalDateTimeField
from eventsapp.web.organizer.programme.forms import MOST_SEATS, DeskForm, needed


class BatchForm(DeskForm):
    """The first one, the interval, and how many or until when."""

    first_at = LocalDateTimeField()
    every_minutes = CountField(least=1, most=MOST_MINUTES)
    length_minutes = CountField(least=1, most=MOST_MINUTES)
    places = CountField(least=1, most=MOST_SEATS)
    count = CountField(least=1, most=MOST_AT_ONCE)
    until = LocalDateTimeField()

    def __init__(self, *args: Any, zone: str, **given: Any) -> None:
        self._zone = zone
        super().__init__(*args, **given)
        for name, label in (
            ("first_at", _("Début de la première")),
            ("every_minutes", _("Une toutes les (minutes)")),
            ("length_minutes", _("Durée de chacune (minutes)")),
            ("places", _("Places dans chacune")),
            ("count", _("Combien")),
            ("until", _("Ou : fin de la dernière, au plus tard")),
        ):
            self[name].label.text = label

    def process(self, *args: Any, **given: Any) -> None:
        self.first_at.zone = self.until.zone = self._zone
        super().process(*args, **given)

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        for field in (self.first_at, self.every_minutes, self.length_minutes, self.places):
            if field.data is None and not field.errors:
                field.errors = [needed().message]
                good = False
        if good and (self.count.data is None) == (self.until.data is None):
            self.count.errors = [_("Donnez un nombre ou une fin, l’un des deux.")]
            good = False
        return good

    def batch(self) -> Batch:
        return Batch(
            first_at=self.first_at.data,
            every_minutes=self.every_minutes.data or 0,
            length_minutes=self.length_minutes.data or 0,
            places=self.places.data or 0,
            count=self.count.data,
            until=self.until.data,
        )


class VisitForm(DeskForm):
    """One visit: its hours and its places."""

    starts_at = LocalDateTimeField()
    ends_at = LocalDateTimeField()
    places = CountField(least=1, most=MOST_SEATS)

    def __init__(self, *args: Any, zone: str, **given: Any) -> None:
        self._zone = zone
        super().__init__(*args, **given)
        self.starts_at.label.text, self.ends_at.label.text = _("Début"), _("Fin")
        self.places.label.text = _("Places")

    def process(self, *args: Any, **given: Any) -> None:
        self.starts_at.zone = self.ends_at.zone = self._zone
        super().process(*args, **given)

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        start, end = self.starts_at.data, self.ends_at.data
        for field in (self.starts_at, self.ends_at):
            if field.data is None and not field.errors:
                field.errors = [_("Donnez un début et une fin.")]
                good = False
        if start is not None and end is not None and end <= start:
            self.ends_at.errors = [_("La fin vient après le début.")]
            good = False
        return good

    def draft(self, slot_id: int) -> SlotDraft:
        return SlotDraft(self.starts_at.data, self.ends_at.data, slot_id, capacity=self.places.data)
