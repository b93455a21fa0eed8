"""Forms of the programme: venue, event, session. Text in, drafts out; no database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from eventsapp.domain.programme.editing import EventDraft, RoomDraft, VenueDraft
from eventsapp.domain.programme.models import EntryPolicy, EventAccess, EventState
from eventsapp.domain.programme.slots import SlotDraft
from eventsapp.domain.programme.talks import PersonDraft, SessionDraft
from eventsapp.kernel import spelling
from eventsapp.kernel.i18n import _
from eventsapp.web.forms import numbers
from eventsapp.web.forms.fields import (
    CountField,
    DegreeField,
    LineField,
    LocalDateTimeField,
    ProseField,
)
from eventsapp.web.forms.spoken import SpokenForm, SpokenPart

#: Signs of the abstract of a talk: a page of paper.
MOST_OF_A_TALK = 5000
MOST_SLOTS = 8
MOST_SEATS = 1_000_000
LONGEST_SLOT = timedelta(days=31)
KINDS = ("conference", "workshop", "meetup", "salon", "hackathon", "festival")


def needed() -> InputRequired:
    return InputRequired(_("Ce champ est nécessaire."))


class DeskForm(SpokenForm):
    class Meta:
        csrf = False  # the token of the desk is checked for every request (web/access.py)

    version = HiddenField()

    @property
    def version_read(self) -> int:
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class VenueForm(DeskForm):
    name = LineField(longest=120)
    street = LineField(longest=200)
    postcode = LineField(longest=12)
    city = LineField(longest=80)
    capacity = CountField(most=200_000)
    lat = DegreeField(most=90)
    lon = DegreeField(most=180)
    shared = BooleanField()
    rooms = TextAreaField(validators=[Length(max=4000)])

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.name.label.text = _("Nom du lieu")
        self.street.label.text = _("Rue")
        self.postcode.label.text = _("Code postal")
        self.city.label.text = _("Ville")
        self.capacity.label.text = _("Capacité légale")
        self.lat.label.text = _("Latitude")
        self.lon.label.text = _("Longitude")
        self.shared.label.text = _("Plusieurs événements peuvent s’y tenir en même temps")
        self.rooms.label.text = _("Salles")

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        for field in (self.name, self.city):
            if not field.data:
                field.errors = [*field.errors, _("Ce champ est nécessaire.")]
                good = False
        if (self.lat.data is None) != (self.lon.data is None):
            self.lon.errors = [_("Donnez la latitude et la longitude, ou aucune des deux.")]
            good = False
        for line in spelling.lines(self.rooms.data).split("\n"):
            _name, _semicolon, count = line.rpartition(";")
            if _semicolon and not numbers.is_whole(count, most=MOST_SEATS):
                self.rooms.errors = [_("Une salle par ligne : son nom, puis « ; » et ses places.")]
                good = False
        return good

    def draft(self, known: dict[str, int]) -> VenueDraft:
        """What the command wants.

        Args:
            known: name of a room -> its id, so that a line that stays keeps its room.
        """
        rooms = []
        for line in spelling.lines(self.rooms.data).split("\n"):
            name, semicolon, count = line.rpartition(";")
            name = spelling.line(name if semicolon else line)
            if name:
                places = int(count) if semicolon and count.strip() else None
                rooms.append(RoomDraft(known.get(name), name, places))
        return VenueDraft(
            name=self.name.data or "",
            street=self.street.data or "",
            postcode=self.postcode.data or "",
            city=self.city.data or "",
            capacity=self.capacity.data,
            lat=self.lat.data,
            lon=self.lon.data,
            shared=bool(self.shared.data),
            rooms=tuple(rooms),
        )


class EventForm(DeskForm):
    title_fr = LineField(longest=160)
    title_en = LineField(longest=160)
    summary_fr = TextAreaField(validators=[Length(max=4000)])
    summary_en = TextAreaField(validators=[Length(max=4000)])
    kind = SelectField()
    domain = SelectField()
    venue = SelectField()
    organisation = SelectField()
    state = SelectField()
    access = SelectField()
    entry = SelectField()
    external_url = LineField(longest=500)
    capacity = CountField(most=200_000)
    instant_capacity = CountField(most=200_000)
    doors_minutes_before = CountField(most=600)
    setup_minutes = CountField(most=6000)
    teardown_minutes = CountField(most=6000)
    address_hidden = BooleanField()
    free = BooleanField()
    headline = BooleanField()

    def __init__(
        self, choices: dict[str, Sequence[tuple[str, str]]], *args: Any, **given: Any
    ) -> None:
        super().__init__(*args, **given)
        for name, pairs in choices.items():
            self[name].choices = list(pairs)
        for name, label in _event_labels().items():
            self[name].label.text = label

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if not self.title_fr.data:
            self.title_fr.errors = [*self.title_fr.errors, _("Ce champ est nécessaire.")]
            good = False
        url = self.external_url.data or ""
        if url and not url.lower().startswith(("https://", "http://")):
            self.external_url.errors = [_("Une adresse commence par https://")]
            good = False
        if self.access.data == EventAccess.EXTERNAL and not url:
            self.external_url.errors = [_("Dites où l’on s’inscrit.")]
            good = False
        return good

    def draft(self, slots: tuple[SlotDraft, ...]) -> EventDraft:
        return EventDraft(
            title_fr=self.title_fr.data or "",
            title_en=self.title_en.data or self.title_fr.data or "",
            summary_fr=spelling.lines(self.summary_fr.data),
            summary_en=spelling.lines(self.summary_en.data),
            kind=self.kind.data,
            domain_id=int(self.domain.data) if self.domain.data else None,
            venue_id=int(self.venue.data) if self.venue.data else None,
            state=EventState(self.state.data),
            access=EventAccess(self.access.data),
            external_url=self.external_url.data or None,
            entry=EntryPolicy(self.entry.data) if self.entry.data else None,
            capacity=self.capacity.data,
            instant_capacity=self.instant_capacity.data,
            doors_minutes_before=self.doors_minutes_before.data or 0,
            setup_minutes=self.setup_minutes.data or 0,
            teardown_minutes=self.teardown_minutes.data or 0,
            address_hidden=bool(self.address_hidden.data),
            free=bool(self.free.data),
            headline=bool(self.headline.data),
            slots=slots,
        )


def _event_labels() -> dict[str, str]:
    return {
        "title_fr": _("Titre en français"),
        "title_en": _("Titre en anglais"),
        "summary_fr": _("Présentation en français"),
        "summary_en": _("Présentation en anglais"),
        "kind": _("Genre"),
        "domain": _("Domaine"),
        "venue": _("Lieu"),
        "organisation": _("Proposé par"),
        "state": _("État"),
        "access": _("Accès"),
        "entry": _("Avec un billet, on entre"),
        "external_url": _("Adresse d’inscription ailleurs"),
        "capacity": _("Places en tout"),
        "instant_capacity": _("Personnes à la fois"),
        "doors_minutes_before": _("Portes, minutes avant"),
        "setup_minutes": _("Montage, minutes avant"),
        "teardown_minutes": _("Démontage, minutes après"),
        "address_hidden": _("L’adresse n’est donnée qu’aux inscrits"),
        "free": _("Entrée gratuite"),
        "headline": _("À la une du programme"),
    }


class SlotForm(SpokenPart):
    """One time of an event, and the row it is the time of. Both empty: no slot."""

    row = HiddenField()
    starts_at = LocalDateTimeField()
    ends_at = LocalDateTimeField()

    def __init__(self, *args: Any, zone: str, **given: Any) -> None:
        self._zone = zone
        super().__init__(*args, **given)
        self.starts_at.label.text, self.ends_at.label.text = _("Début"), _("Fin")

    def process(self, *args: Any, **given: Any) -> None:
        self.starts_at.zone = self.ends_at.zone = self._zone
        super().process(*args, **given)

    @property
    def row_id(self) -> int | None:
        text = self.row.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None

    @property
    def blank(self) -> bool:
        return not self.errors and self.starts_at.data is None and self.ends_at.data is None

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        start, end = self.starts_at.data, self.ends_at.data
        if good and (start is None) != (end is None):
            missing = self.ends_at if end is None else self.starts_at
            missing.errors = [_("Donnez un début et une fin.")]
            return False
        if good and start is not None and end is not None and end <= start:
            self.ends_at.errors = [_("La fin vient après le début.")]
            return False
        if good and start is not None and end is not None and end - start > LONGEST_SLOT:
            self.ends_at.errors = [_("Une séance dure au plus un mois.")]
            return False
        return good


class SessionForm(DeskForm):
    title_fr = LineField(longest=200)
    title_en = LineField(longest=200)
    room = SelectField()
    language = SelectField()
    people = TextAreaField(validators=[Length(max=4000)])
    abstract_fr = ProseField(longest=MOST_OF_A_TALK)
    abstract_en = ProseField(longest=MOST_OF_A_TALK)

    def __init__(
        self, choices: dict[str, Sequence[tuple[str, str]]], *args: Any, **given: Any
    ) -> None:
        super().__init__(*args, **given)
        self.abstract_fr.label.text = _("Résumé en français")
        self.abstract_en.label.text = _("Résumé en anglais")
        self.room.choices = list(choices["room"])
        self.language.choices = [("fr", _("français")), ("en", _("anglais"))]
        self.title_fr.label.text = _("Titre en français")
        self.title_en.label.text = _("Titre en anglais")
        self.room.label.text = _("Salle")
        self.language.label.text = _("Langue")
        self.people.label.text = _("Intervenants")

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if not self.title_fr.data:
            self.title_fr.errors = [*self.title_fr.errors, _("Ce champ est nécessaire.")]
            good = False
        return good

    def draft(self, starts_at: datetime, ends_at: datetime) -> SessionDraft:
        return SessionDraft(
            title_fr=self.title_fr.data or "",
            title_en=self.title_en.data or "",
            room_id=int(self.room.data) if self.room.data else None,
            starts_at=starts_at,
            ends_at=ends_at,
            language=self.language.data,
            people=tuple(self.named()),
            abstract_fr=self.abstract_fr.data or "",
            abstract_en=self.abstract_en.data or "",
        )

    def named(self) -> list[PersonDraft]:
        """One person a line: "Prénom Nom, Entreprise". The first word is the first name."""
        found = []
        for line in spelling.lines(self.people.data).split("\n"):
            name, _comma, company = line.partition(",")
            first, _space, last = spelling.line(name).partition(" ")
            if first:
                found.append(PersonDraft(first, last, spelling.line(company)))
        return found
