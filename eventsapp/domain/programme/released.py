"""A release as the public reads it: frozen objects, made once from its JSON (``parsing``). Pure.

A place whose address is for ticket holders only shows its city here; the true one is
``ReleasedEvent.secret_venue``, for tickets and the people at the door.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from eventsapp.kernel import frames, prose, spelling
from eventsapp.kernel.clock import local, local_day, start_of_day
from eventsapp.kernel.i18n import pick

#: A programme day ends at five: a concert at 0:30 belongs to the evening before.
NIGHT = timedelta(hours=5)


@dataclass(frozen=True)
class ReleasedPicture:
    """Its files lie by ``key``, one of each of ``sizes``; its focus stays in sight."""

    key: str
    width: int
    height: int
    alt_fr: str
    alt_en: str
    focus_x: int
    focus_y: int

    @property
    def alt(self) -> str:
        return pick(self.alt_fr, self.alt_en)

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        return frames.sizes(self.width, self.height)


@dataclass(frozen=True)
class ReleasedVenue:
    id: int
    slug: str
    name: str
    street: str
    postcode: str
    city: str
    country: str
    lat: float | None
    lon: float | None
    capacity: int | None
    rooms: tuple[str, ...] = ()
    hidden: bool = False

    def city_alone(self) -> "ReleasedVenue":
        """The same place for those who may not know where it is."""
        return ReleasedVenue(
            id=self.id,
            slug="",
            name="",
            street="",
            postcode="",
            city=self.city,
            country=self.country,
            lat=None,
            lon=None,
            capacity=None,
            hidden=True,
        )


@dataclass(frozen=True)
class ReleasedSlot:
    id: int
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    uid: str
    # Of its entry in calendars (``stamps``).
    sequence: int
    changed_at: datetime
    # It takes nobody more, and takes place.
    closed: bool = False


@dataclass(frozen=True)
class ReleasedPerson:
    id: int
    slug: str
    name: str
    company: str
    bio_fr: str = ""
    bio_en: str = ""
    picture: ReleasedPicture | None = None


@dataclass(frozen=True)
class ReleasedSession:
    id: int
    uid: str
    title_fr: str
    title_en: str
    starts_at: datetime
    ends_at: datetime
    room: str
    language: str
    capacity: int | None
    people: tuple[ReleasedPerson, ...]
    abstract_fr: str = ""
    abstract_en: str = ""

    @property
    def title(self) -> str:
        return pick(self.title_fr, self.title_en)

    @property
    def told(self) -> str:
        """Its abstract without marks, for calendars and programs."""
        return prose.plain(pick(self.abstract_fr, self.abstract_en))


@dataclass(frozen=True)
class ReleasedDomain:
    slug: str
    name_fr: str
    name_en: str

    @property
    def name(self) -> str:
        return pick(self.name_fr, self.name_en)


@dataclass(frozen=True)
class ReleasedTag(ReleasedDomain):
    """A word by which the programme can be narrowed."""


@dataclass(frozen=True)
class ReleasedPartner:
    name: str
    level: str
    url: str
    picture: ReleasedPicture | None = None


@dataclass(frozen=True)
class ReleasedEvent:
    id: int
    reference: str
    number: int
    slug: str
    title_fr: str
    title_en: str
    summary_fr: str
    summary_en: str
    kind: str
    domain: ReleasedDomain | None
    venue: ReleasedVenue | None
    secret_venue: ReleasedVenue | None
    state: str
    access: str
    external_url: str | None
    capacity: int | None
    instant_capacity: int | None
    doors_minutes_before: int
    address_hidden: bool
    free: bool
    traits: Mapping[str, Any]
    uid: str
    sequence: int
    changed_at: datetime
    # Beginnings that were published and given up, the oldest first.
    moved_from: tuple[datetime, ...]
    organizer_id: int
    organizer_name: str
    cover_variant: int
    slots: tuple[ReleasedSlot, ...]
    sessions: tuple[ReleasedSession, ...]
    zone: str
    # As somebody chose it; see ``policy``.
    entry: str | None = None
    # Markdown.
    description_fr: str = ""
    description_en: str = ""
    practical_fr: str = ""
    practical_en: str = ""
    accessibility_fr: str = ""
    accessibility_en: str = ""
    picture: ReleasedPicture | None = None
    # Codes of ``details.LANGUAGES``, a space between them.
    languages: str = ""
    level: str = ""
    tags: tuple[ReleasedTag, ...] = ()
    sponsors: tuple[ReleasedPartner, ...] = ()

    @property
    def title(self) -> str:
        return pick(self.title_fr, self.title_en)

    @property
    def summary(self) -> str:
        return pick(self.summary_fr, self.summary_en)

    @property
    def told(self) -> str:
        """All that is told of it, without marks: for calendars, programs and search engines."""
        parts = (self.summary, prose.plain(pick(self.description_fr, self.description_en)))
        return "\n\n".join(part for part in parts if part)

    @property
    def practical(self) -> str:
        """What to know before coming, without marks: for letters."""
        return prose.plain(pick(self.practical_fr, self.practical_en))

    @property
    def cancelled(self) -> bool:
        return self.state == "cancelled"

    @property
    def starts_at(self) -> datetime | None:
        return self.slots[0].starts_at if self.slots else None

    @property
    def ends_at(self) -> datetime | None:
        return max(slot.ends_at for slot in self.slots) if self.slots else None

    @property
    def doors_at(self) -> datetime | None:
        if self.starts_at is None:
            return None
        return self.starts_at - timedelta(minutes=self.doors_minutes_before)

    @property
    def day(self) -> date | None:
        """The local day on which it begins."""
        return local_day(self.starts_at, self.zone) if self.starts_at else None

    @property
    def days(self) -> tuple[date, ...]:
        """Every programme day it touches, nights counted with their evening."""
        return self.days_of(self.slots)

    def slots_of(self, slot_id: int | None) -> tuple[ReleasedSlot, ...]:
        """The times of a ticket: the visit that it chose, or all of them."""
        return tuple(one for one in self.slots if one.id == slot_id) or self.slots

    def policy(self, slot_id: int | None = None) -> str:
        """How often a ticket may enter: as it was chosen; else once a day where it is for several
        days, and again after it went out where it is for one."""
        several = len(self.days_of(self.slots_of(slot_id))) > 1
        return self.entry or ("daily" if several else "return")

    def mornings(self, slot_id: int | None = None) -> tuple[datetime, ...]:
        """When its programme days begin, five in the morning, as instants."""
        return tuple(
            start_of_day(day, self.zone) + NIGHT for day in self.days_of(self.slots_of(slot_id))
        )

    def emptied(self, slot_id: int | None = None) -> tuple[datetime, ...]:
        """The mornings at which nobody can be inside: it was closed meanwhile."""
        slots = self.slots_of(slot_id)
        return tuple(
            morning
            for morning in self.mornings(slot_id)
            if not any(slot.starts_at < morning < slot.ends_at for slot in slots)
        )

    def days_of(self, slots: Iterable[ReleasedSlot]) -> tuple[date, ...]:
        """The programme days of these times of it."""
        found: list[date] = []
        for slot in slots:
            first = local_day(slot.starts_at, self.zone)
            last = max(first, (local(slot.ends_at, self.zone) - NIGHT).date())
            found += [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return tuple(sorted(set(found)))

    @property
    def city(self) -> str:
        return self.venue.city if self.venue else ""

    @property
    def domain_slug(self) -> str:
        return self.domain.slug if self.domain else ""


@dataclass(frozen=True)
class ReleasedSeries:
    """The whole programme. ``digest`` changes with it: caches and ETags are keyed by it."""

    id: int
    slug: str
    title_fr: str
    title_en: str
    edition: int
    timezone: str
    starts_on: date
    ends_on: date
    currency: str
    is_demo: bool
    organisation_id: int
    organizer_name: str
    contact_email: str
    demo_loaded_at: datetime | None
    domains: tuple[ReleasedDomain, ...]
    venues: tuple[ReleasedVenue, ...]
    events: tuple[ReleasedEvent, ...]
    partners: tuple[ReleasedPartner, ...] = ()
    tags: tuple[ReleasedTag, ...] = ()
    number: int = 0
    released_at: datetime | None = None
    digest: str = ""

    @property
    def title(self) -> str:
        return pick(self.title_fr, self.title_en)

    @property
    def brand(self) -> str:
        """What stands beside the mark: the title before its dash."""
        return self.title.partition(" — ")[0]

    @property
    def place(self) -> str:
        return self.title.partition(" — ")[2]

    @property
    def cities(self) -> tuple[str, ...]:
        """Cities with an event, the busiest first."""
        count: dict[str, int] = defaultdict(int)
        for event in self.events:
            if event.city:
                count[event.city] += 1
        return tuple(sorted(count, key=lambda city: (-count[city], spelling.fold(city))))

    def event(self, slug: str) -> ReleasedEvent | None:
        return next((event for event in self.events if event.slug == slug), None)

    def event_by_id(self, event_id: int) -> ReleasedEvent | None:
        return next((event for event in self.events if event.id == event_id), None)

    def venue(self, slug: str) -> ReleasedVenue | None:
        return next((venue for venue in self.venues if venue.slug == slug), None)

    def events_at(self, venue: ReleasedVenue) -> tuple[ReleasedEvent, ...]:
        return tuple(e for e in self.events if e.venue and e.venue.slug == venue.slug)

    def person(self, slug: str) -> ReleasedPerson | None:
        for event in self.events:
            for session in event.sessions:
                for person in session.people:
                    if person.slug == slug:
                        return person
        return None

    def sessions_of(
        self, person: ReleasedPerson
    ) -> tuple[tuple[ReleasedEvent, ReleasedSession], ...]:
        return tuple(
            (event, session)
            for event in self.events
            for session in event.sessions
            if any(one.id == person.id for one in session.people)
        )
