"""Reads of the working draft, for the organizer's pages."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import joinedload, selectinload

from eventsapp.domain.accounts.models import Organisation, Role
from eventsapp.domain.programme.models import (
    Domain,
    Event,
    Person,
    Release,
    Series,
    Session,
    SessionPerson,
    Slot,
    Venue,
)
from eventsapp.domain.programme.naming import plausible
from eventsapp.kernel import spelling
from eventsapp.kernel.clock import local_day
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.i18n import pick


def series_by_slug(slug: str) -> Series:
    """Raises NotFound when there is no such series."""
    known = plausible(slug)
    series = db.session.scalar(select(Series).where(Series.slug == slug)) if known else None
    if series is None:
        raise NotFound(what="series", reference=slug)
    return series


def series_per_organisation() -> dict[int, int]:
    """How many series each organisation has; those without are not among them."""
    rows = db.session.execute(
        select(Series.organisation_id, func.count()).group_by(Series.organisation_id)
    )
    return {row[0]: row[1] for row in rows}


def place_name(organisation_id: int, series_id: int | None, event_id: int | None) -> str:
    """What a role is given for, by name: an event of a series, a series, or an organisation."""
    series = db.session.get(Series, series_id) if series_id else None
    event = db.session.get(Event, event_id) if event_id else None
    if series is None:
        return db.session.get_one(Organisation, organisation_id).name
    names = [pick(one.title_fr, one.title_en) for one in (event, series) if one is not None]
    return ", ".join(names)


def zone_of(series_id: int | None) -> str:
    """The zone in which a series tells the time; Paris where there is none yet."""
    series = db.session.get(Series, series_id) if series_id else None
    return series.timezone if series is not None else "Europe/Paris"


def series_of(organisation_id: int) -> list[Series]:
    """The series of one organisation, the latest first."""
    statement = (
        select(Series)
        .where(Series.organisation_id == organisation_id)
        .order_by(Series.starts_on.desc(), Series.id)
    )
    return list(db.session.scalars(statement))


def released_series() -> list[Series]:
    """Series that the public can read, the latest first."""
    statement = (
        select(Series).where(Series.release_number > 0).order_by(Series.starts_on.desc(), Series.id)
    )
    return list(db.session.scalars(statement))


def all_series() -> list[Series]:
    """Every series of this installation, the latest first."""
    statement = select(Series).order_by(Series.starts_on.desc(), Series.id)
    return list(db.session.scalars(statement))


def series_contributed_to(account_id: int) -> list[Series]:
    """Series that a role of this account names."""
    ids = select(Role.series_id).where(Role.account_id == account_id)
    return list(db.session.scalars(select(Series).where(Series.id.in_(ids)).order_by(Series.id)))


def numbered_events(series_id: int) -> list[Event]:
    """The events of the draft in the order of their numbers, for lists and choices."""
    statement = select(Event).where(Event.series_id == series_id).order_by(Event.number, Event.id)
    return list(db.session.scalars(statement))


def plain_event(series_id: int, event_id: int) -> Event | None:
    """An event of this series without what hangs on it; None when it is none of it."""
    return db.session.scalar(
        select(Event).where(Event.series_id == series_id, Event.id == event_id)
    )


def slot_starts(series_id: int) -> dict[int | None, datetime]:
    """Slot id -> its beginning, for every event of the draft, in one statement."""
    statement = (
        select(Slot.id, Slot.starts_at)
        .join(Event, Event.id == Slot.event_id)
        .where(Event.series_id == series_id)
    )
    return {row.id: row.starts_at for row in db.session.execute(statement)}


def draft_events(series_id: int) -> list[Event]:
    """Every event of the draft in order of time, with its slots, venue and domain."""
    events = db.session.scalars(
        select(Event)
        .where(Event.series_id == series_id)
        .options(
            selectinload(Event.slots),
            joinedload(Event.venue),
            joinedload(Event.domain),
        )
    ).all()
    return sorted(events, key=lambda one: (not one.slots, _begins(one), one.number))


def _begins(event: Event) -> str:
    return event.slots[0].starts_at.isoformat() if event.slots else ""


def draft_event(series_id: int, event_id: int) -> Event:
    """An event of this series, with all that its page shows.

    Raises:
        NotFound: no such event here.
    """
    event = db.session.scalar(
        select(Event)
        .where(Event.series_id == series_id, Event.id == event_id)
        .options(
            selectinload(Event.slots),
            joinedload(Event.venue).selectinload(Venue.rooms),
            selectinload(Event.sessions)
            .selectinload(Session.people)
            .joinedload(SessionPerson.person),
            selectinload(Event.sessions).joinedload(Session.room),
        )
    )
    if event is None:
        raise NotFound(what="event", reference=event_id)
    return event


def session_of(event: Event, session_id: int) -> Session:
    """Raises NotFound unless the session is one of this event's."""
    for session in event.sessions:
        if session.id == session_id:
            return session
    raise NotFound(what="session", reference=session_id)


def venues(series_id: int) -> list[Venue]:
    rows = db.session.scalars(
        select(Venue)
        .where(Venue.series_id == series_id)
        .options(selectinload(Venue.rooms))
        .order_by(Venue.id)
    )
    return sorted(rows, key=lambda one: (spelling.fold(one.city), spelling.fold(one.name)))


def venue(series_id: int, venue_id: int) -> Venue:
    """Raises NotFound unless the venue is of this series."""
    row = db.session.scalar(
        select(Venue)
        .where(Venue.series_id == series_id, Venue.id == venue_id)
        .options(selectinload(Venue.rooms))
    )
    if row is None:
        raise NotFound(what="venue", reference=venue_id)
    return row


def events_per_venue(series_id: int) -> dict[int, int]:
    rows = db.session.execute(
        select(Event.venue_id, func.count())
        .where(Event.series_id == series_id, Event.venue_id.is_not(None))
        .group_by(Event.venue_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def domains(series_id: int) -> list[Domain]:
    rows = db.session.scalars(
        select(Domain).where(Domain.series_id == series_id).order_by(Domain.id)
    )
    return list(rows)


def people(series_id: int) -> list[tuple[Person, int]]:
    """Everybody named in the series, by name, with the number of their sessions."""
    counted = (
        select(SessionPerson.person_id, func.count().label("sessions"))
        .group_by(SessionPerson.person_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Person, func.coalesce(counted.c.sessions, 0))
        .outerjoin(counted, counted.c.person_id == Person.id)
        .where(Person.series_id == series_id)
        .order_by(Person.id)
    )
    found = [(row[0], row[1]) for row in rows]
    return sorted(found, key=lambda one: spelling.sort_name(one[0].first_name, one[0].last_name))


def person(series_id: int, person_id: int) -> Person:
    """Raises NotFound unless the person is of this series."""
    row = db.session.scalar(
        select(Person).where(Person.series_id == series_id, Person.id == person_id)
    )
    if row is None:
        raise NotFound(what="person", reference=person_id)
    return row


def past_releases(series_id: int) -> list[Row[tuple[int, datetime, str, list[Any]]]]:
    """Number, moment, author and changes of each release, the latest first."""
    rows = db.session.execute(
        select(Release.number, Release.created_at, Release.created_by, Release.changes)
        .where(Release.series_id == series_id)
        .order_by(Release.number.desc())
    )
    return list(rows.all())


def days_of(event: Event, zone: str) -> set[date]:
    """The local days on which an event begins one of its slots."""
    return {local_day(slot.starts_at, zone) for slot in event.slots}


def real_series() -> str | None:
    """The slug of a series that is no demo, None when there is none."""
    return db.session.scalar(select(Series.slug).where(Series.is_demo.is_(False)).limit(1))


def names_of_rows(wanted: Mapping[str, Collection[int]]) -> dict[str, dict[int, str]]:
    """Kind -> row id -> name, for rows of the programme that the journal speaks of."""
    columns: dict[str, tuple[Any, Any]] = {
        "event": (Event.id, Event.title_fr),
        "session": (Session.id, Session.title_fr),
        "venue": (Venue.id, Venue.name),
        "series": (Series.id, Series.title_fr),
        "person": (Person.id, func.trim(Person.first_name + " " + Person.last_name)),
    }
    return {
        kind: {row[0]: row[1] for row in db.session.execute(select(key, name).where(key.in_(ids)))}
        for kind, (key, name) in columns.items()
        if (ids := wanted.get(kind))
    }
