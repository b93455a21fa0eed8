"""The working draft of a programme, and the releases that the public reads."""

import enum
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.domain.accounts.models import Organisation
from eventsapp.kernel.db import TextEnum, db


class Series(db.Model):
    """Weeks of events under one name, with one owner, one zone and one currency."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    slug: Mapped[str] = mapped_column(unique=True)
    title_fr: Mapped[str]
    title_en: Mapped[str]
    edition: Mapped[int] = mapped_column(default=1)
    timezone: Mapped[str] = mapped_column(default="Europe/Paris")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    currency: Mapped[str] = mapped_column(default="EUR")
    is_demo: Mapped[bool] = mapped_column(default=False)
    demo_loaded_at: Mapped[datetime | None]
    # The number of the release that the public reads; 0 before the first.
    release_number: Mapped[int] = mapped_column(default=0)

    events: Mapped[list["Event"]] = relationship(back_populates="series")


class Partner(db.Model):
    """An organisation invited into one series. It proposes events once somebody has accepted for
    it, and until ``ended_at``; what it proposed stays its own."""

    __tablename__ = "partner"
    __table_args__ = (UniqueConstraint("series_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    url: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="")
    invited_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Domain(db.Model):
    """A subject of the series: a colour and a cut on its covers."""

    __tablename__ = "domain"
    __table_args__ = (UniqueConstraint("series_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    slug: Mapped[str]
    name_fr: Mapped[str]
    name_en: Mapped[str]


class Venue(db.Model):
    """A place with an address and a legal capacity (all persons, staff included)."""

    __tablename__ = "venue"
    __table_args__ = (UniqueConstraint("series_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    slug: Mapped[str]
    name: Mapped[str]
    street: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    city: Mapped[str]
    country: Mapped[str] = mapped_column(default="FR")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    capacity: Mapped[int | None]
    usable: Mapped[bool] = mapped_column(default=True)
    # Takes several events at once, up to its capacity; others are one event's at a time.
    shared: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    rooms: Mapped[list["Room"]] = relationship(back_populates="venue", order_by="Room.id")


class Room(db.Model):
    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("venue_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), index=True)
    slug: Mapped[str]
    name: Mapped[str]
    capacity: Mapped[int | None]
    wheelchair_accessible: Mapped[bool] = mapped_column(default=True)

    venue: Mapped[Venue] = relationship(back_populates="rooms")


class EventState(enum.StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class EventAccess(enum.StrEnum):
    """How one comes. What each asks is said by ``ticketing.catalogue.sale`` alone."""

    OPEN = "open"
    CODE = "code"
    INVITATION = "invitation"
    APPROVAL = "approval"
    EXTERNAL = "external"


class EntryPolicy(enum.StrEnum):
    """How often one ticket may enter."""

    ONCE = "once"
    DAILY = "daily"  # once a programme day
    RETURN = "return"  # again after it went out
    FREE = "free"  # as often as wanted


class Event(db.Model):
    """One rendezvous of the series, proposed by one organisation.

    ``organisation_id`` is the contributor's; the series' owner sells unless the contributor
    has a box office of his own. ``uid`` and ``sequence`` are the calendar's (RFC 5545).
    """

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("series_id", "slug"),
        UniqueConstraint("series_id", "reference"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("person_limit IS NULL OR person_limit >= 1", name="person_limit_positive"),
        CheckConstraint(
            "declared_attendance IS NULL OR declared_attendance >= 0",
            name="attendance_not_negative",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), index=True)
    domain_id: Mapped[int | None] = mapped_column(ForeignKey("domain.id"))
    reference: Mapped[str | None]
    number: Mapped[int] = mapped_column(default=0)
    slug: Mapped[str]
    title_fr: Mapped[str]
    title_en: Mapped[str]
    summary_fr: Mapped[str] = mapped_column(default="")
    summary_en: Mapped[str] = mapped_column(default="")
    # Markdown (``kernel.prose``); the summary above is plain words.
    description_fr: Mapped[str] = mapped_column(default="", server_default="")
    description_en: Mapped[str] = mapped_column(default="", server_default="")
    practical_fr: Mapped[str] = mapped_column(default="", server_default="")
    practical_en: Mapped[str] = mapped_column(default="", server_default="")
    accessibility_fr: Mapped[str] = mapped_column(default="", server_default="")
    accessibility_en: Mapped[str] = mapped_column(default="", server_default="")
    kind: Mapped[str] = mapped_column(default="meetup")
    # Codes of ``details.LANGUAGES``, a space between them, and one of ``details.LEVELS``.
    languages: Mapped[str] = mapped_column(default="", server_default="")
    level: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[EventState] = mapped_column(
        TextEnum(EventState, "known_state"), default=EventState.DRAFT
    )
    access: Mapped[EventAccess] = mapped_column(
        TextEnum(EventAccess, "known_access"), default=EventAccess.OPEN
    )
    external_url: Mapped[str | None]
    # Of an event whose places are given elsewhere: how many came, as its people say.
    declared_attendance: Mapped[int | None]
    # None: as its days say, ``ReleasedEvent.policy``.
    entry: Mapped[EntryPolicy | None] = mapped_column(TextEnum(EntryPolicy, "known_entry"))
    # Persons admitted over the whole event, and persons inside at one time.
    capacity: Mapped[int | None]
    instant_capacity: Mapped[int | None]
    doors_minutes_before: Mapped[int] = mapped_column(default=30)
    setup_minutes: Mapped[int] = mapped_column(default=0)
    teardown_minutes: Mapped[int] = mapped_column(default=0)
    address_hidden: Mapped[bool] = mapped_column(default=False)
    free: Mapped[bool] = mapped_column(default=True)
    # Shown facts that no rule reads: accessibility words, minors welcome, diet asked, stands.
    traits: Mapped[dict[str, Any] | None]
    uid: Mapped[str]
    sequence: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    # What the sale reads of the current release, written by ``standing.follow`` alone; the state is
    # None for an event that it does not show.
    released_state: Mapped[str | None]
    released_access: Mapped[str | None]
    released_until: Mapped[datetime | None]
    # Places that one person may have, set at the box office; None for no limit but the tariffs'.
    person_limit: Mapped[int | None]

    series: Mapped[Series] = relationship(back_populates="events")
    venue: Mapped[Venue | None] = relationship()
    domain: Mapped[Domain | None] = relationship()
    slots: Mapped[list["Slot"]] = relationship(
        back_populates="event", order_by="Slot.starts_at, Slot.id"
    )
    sessions: Mapped[list["Session"]] = relationship(
        back_populates="event", order_by="Session.starts_at"
    )


class ExternalClick(db.Model):
    """How often visitors went from here to the site that registers for an event, a row a day."""

    __tablename__ = "external_click"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    clicks: Mapped[int] = mapped_column(default=0)


class Slot(db.Model):
    """When an event takes place: one row for an evening, two for two days, five for visits.

    A slot is its row, wherever it stands in the list: tickets and places point at it, and ``uid``
    names it in calendars for good.
    """

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("uid"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # For events whose slot is chosen at purchase (visits): places of this slot.
    capacity: Mapped[int | None]
    uid: Mapped[str] = mapped_column(default=lambda: str(uuid.uuid4()))
    # A visit that takes nobody more; its tickets stand. ``off_sale`` is what the sale reads:
    # written by ``standing.follow``, and at once when somebody closes it who may publish.
    closed: Mapped[bool] = mapped_column(default=False, server_default=false())
    off_sale: Mapped[bool] = mapped_column(default=False, server_default=false())

    event: Mapped[Event] = relationship(back_populates="slots")


class Session(db.Model):
    """A talk inside an event."""

    __tablename__ = "session"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    reference: Mapped[str | None]
    title_fr: Mapped[str]
    title_en: Mapped[str] = mapped_column(default="")
    abstract_fr: Mapped[str] = mapped_column(default="", server_default="")
    abstract_en: Mapped[str] = mapped_column(default="", server_default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int | None]
    language: Mapped[str] = mapped_column(default="fr")
    uid: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    event: Mapped[Event] = relationship(back_populates="sessions")
    room: Mapped[Room | None] = relationship()
    people: Mapped[list["SessionPerson"]] = relationship(
        back_populates="session", cascade="all, delete-orphan"
    )


class Person(db.Model):
    """Somebody named in the programme. Not an account."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    reference: Mapped[str | None]
    slug: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    company: Mapped[str] = mapped_column(default="")
    bio_fr: Mapped[str] = mapped_column(default="", server_default="")
    bio_en: Mapped[str] = mapped_column(default="", server_default="")
    email: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class SessionPerson(db.Model):
    """A person's part in a session; attending roles are what conflicts are about."""

    __tablename__ = "session_person"
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(default="speaker")
    position: Mapped[int] = mapped_column(default=0)

    session: Mapped[Session] = relationship(back_populates="people")
    person: Mapped[Person] = relationship()


class Release(db.Model):
    """An immutable, numbered copy of the whole programme: what the public reads."""

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        Index("ix_release_series_id_number", "series_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    number: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    content: Mapped[dict[str, Any]]
    changes: Mapped[list[Any]]
    # Of number and content: what caches and ETags are keyed by.
    digest: Mapped[str]
