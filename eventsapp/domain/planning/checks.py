"""Gathers what the pure rules need: only what shares a place or a person with what moves."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload, selectinload

from eventsapp.domain.planning import conflicts
from eventsapp.domain.planning.conflicts import Engagement, Problem, Severity, Space, Stay
from eventsapp.domain.planning.models import Waiver
from eventsapp.domain.planning.travel import Place
from eventsapp.domain.programme.models import (
    Event,
    EventState,
    Room,
    Session,
    SessionPerson,
    Venue,
)
from eventsapp.domain.programme.slots import SlotDraft, steps_of_talks
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

STAYS = timedelta(0)


@dataclass(frozen=True)
class Plan:
    """An event as somebody is about to save it. ``event_id`` 0 while it does not exist."""

    event_id: int
    title: str
    venue_id: int | None
    slots: tuple[SlotDraft, ...]
    capacity: int | None
    instant_capacity: int | None = None
    setup_minutes: int = 0
    teardown_minutes: int = 0


@dataclass(frozen=True)
class Talk:
    """A session as somebody is about to save it."""

    session_id: int
    event_id: int
    title: str
    room_id: int | None
    starts_at: datetime
    ends_at: datetime
    people: tuple[int, ...]


@dataclass(frozen=True)
class Report:
    """Problems of a plan, told apart by what can be done about them."""

    problems: tuple[Problem, ...]
    waived: frozenset[str] = field(default_factory=frozenset)

    @property
    def blocking(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.severity is Severity.BLOCK)

    @property
    def to_waive(self) -> tuple[Problem, ...]:
        return tuple(
            one
            for one in self.problems
            if one.severity is Severity.WAIVE and one.fingerprint not in self.waived
        )

    @property
    def worth_knowing(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.severity is Severity.WARN)

    @property
    def grave(self) -> bool:
        return bool(self.blocking or self.to_waive)


def of_event(series_id: int, plan: Plan, *, sold: int = 0) -> Report:
    """What saving ``plan`` would clash with."""
    others = _events_at(series_id, plan.venue_id, except_id=plan.event_id)
    stays = [stay for event in others for stay in _stays(event)]
    stays += _planned_stays(plan)
    own = db.session.get(Event, plan.event_id) if plan.event_id else None
    people = {part.person_id for talk in own.sessions for part in talk.people} if own else set()
    place = _place(db.session.get(Venue, plan.venue_id) if plan.venue_id else None)
    steps = steps_of_talks(own, plan.slots) if own else {}
    by_part = {f"session-{talk_id}": step for talk_id, step in steps.items()}
    engagements = [
        _moved(one, place, by_part.get(one.part, STAYS)) if one.event_id == plan.event_id else one
        for one in _engagements(series_id, people)
    ]
    found = conflicts.find(
        stays, _spaces([plan.venue_id], []), engagements, sold={plan.event_id: sold}
    )
    sessions = (
        [_later(_talk_stay(talk), steps.get(talk.id, STAYS)) for talk in own.sessions]
        if own
        else []
    )
    times = [(slot.starts_at, slot.ends_at) for slot in plan.slots]
    found += conflicts.outside(sessions, {plan.event_id: times})
    return _report(series_id, (one for one in found if plan.event_id in one.events))


def of_talk(series_id: int, talk: Talk) -> Report:
    """What saving a session would clash with: its room and its people."""
    event = db.session.get_one(Event, talk.event_id)
    in_room = db.session.scalars(
        select(Session)
        .where(Session.room_id == talk.room_id, Session.id != talk.session_id)
        .options(joinedload(Session.event))
    ).all()
    mark = f"session-{talk.session_id}"
    stays = [_talk_stay(one) for one in in_room if one.event.state != EventState.CANCELLED]
    own = Stay(
        event.id, talk.title, f"room:{talk.room_id}", talk.starts_at, talk.ends_at, part=mark
    )
    if talk.room_id:
        stays.append(own)
    others = [one for one in _engagements(series_id, set(talk.people)) if one.part != mark]
    names = {one.person_id: one.person for one in others}
    mine = [
        Engagement(
            person_id,
            names.get(person_id, ""),
            event.id,
            talk.title,
            _place(event.venue),
            talk.starts_at,
            talk.ends_at,
            part=mark,
        )
        for person_id in talk.people
    ]
    found = conflicts.find(stays, _spaces([], [talk.room_id]), [*others, *mine])
    found += conflicts.outside([own], {event.id: _times(event)})
    return _report(series_id, (one for one in found if event.id in one.events))


def of_series(series_id: int, *, sold: dict[int, int] | None = None) -> Report:
    """Every problem of the draft: what a release looks at."""
    events = _events(series_id)
    stays = [stay for event in events for stay in _stays(event)]
    stays += [_talk_stay(talk) for event in events for talk in event.sessions if talk.room_id]
    venues = {event.venue_id for event in events}
    rooms = {talk.room_id for event in events for talk in event.sessions}
    found = conflicts.find(stays, _spaces(venues, rooms), _engagements(series_id, None), sold=sold)
    sessions = [_talk_stay(talk) for event in events for talk in event.sessions]
    found += conflicts.outside(sessions, {event.id: _times(event) for event in events})
    return _report(series_id, found)


def waive(series_id: int, problems: Iterable[Problem], *, reason: str, actor: str) -> None:
    """Accept problems as they are now. The reason is kept with its author."""
    with transaction() as session:
        known = _waived(series_id)
        for one in problems:
            if one.fingerprint not in known:
                session.add(
                    Waiver(
                        series_id=series_id,
                        fingerprint=one.fingerprint,
                        code=one.code,
                        reason=reason,
                        actor=actor,
                        created_at=clock.now(),
                    )
                )


def _report(series_id: int, found: Iterable[Problem]) -> Report:
    problems = tuple(conflicts.in_order(found))
    return Report(problems, _waived(series_id) if problems else frozenset())


def _waived(series_id: int) -> frozenset[str]:
    rows = db.session.scalars(select(Waiver.fingerprint).where(Waiver.series_id == series_id))
    return frozenset(rows)


def _events_at(series_id: int, venue_id: int | None, *, except_id: int) -> list[Event]:
    if venue_id is None:
        return []
    return list(
        db.session.scalars(
            select(Event)
            .where(
                Event.series_id == series_id,
                Event.venue_id == venue_id,
                Event.id != except_id,
                Event.state != EventState.CANCELLED,
            )
            .options(selectinload(Event.slots))
        )
    )


def _events(series_id: int) -> list[Event]:
    return list(
        db.session.scalars(
            select(Event)
            .where(Event.series_id == series_id, Event.state != EventState.CANCELLED)
            .options(
                selectinload(Event.slots),
                selectinload(Event.sessions).joinedload(Session.event),
            )
        )
    )


def _stays(event: Event) -> list[Stay]:
    if event.venue_id is None:
        return []
    return [
        Stay(
            event.id,
            event.title_fr,
            f"venue:{event.venue_id}",
            slot.starts_at,
            slot.ends_at,
            event.setup_minutes,
            event.teardown_minutes,
            event.instant_capacity or slot.capacity or event.capacity,
            part=f"slot-{number}",
            whole=event.capacity,
        )
        for number, slot in enumerate(event.slots)
    ]


def _planned_stays(plan: Plan) -> list[Stay]:
    if plan.venue_id is None:
        return []
    return [
        Stay(
            plan.event_id,
            plan.title,
            f"venue:{plan.venue_id}",
            slot.starts_at,
            slot.ends_at,
            plan.setup_minutes,
            plan.teardown_minutes,
            plan.instant_capacity or plan.capacity,
            part=f"slot-{number}",
            whole=plan.capacity,
        )
        for number, slot in enumerate(sorted(plan.slots, key=lambda one: one.starts_at))
    ]


def _talk_stay(talk: Session) -> Stay:
    return Stay(
        talk.event_id,
        talk.title_fr,
        f"room:{talk.room_id}",
        talk.starts_at,
        talk.ends_at,
        part=f"session-{talk.id}",
    )


def _times(event: Event) -> list[tuple[datetime, datetime]]:
    return [(slot.starts_at, slot.ends_at) for slot in event.slots]


def _later(stay: Stay, later: timedelta) -> Stay:
    return replace(stay, starts_at=stay.starts_at + later, ends_at=stay.ends_at + later)


def _spaces(venues: Collection[int | None], rooms: Collection[int | None]) -> dict[str, Space]:
    found: dict[str, Space] = {}
    for venue in db.session.scalars(
        select(Venue).where(Venue.id.in_([one for one in venues if one]))
    ):
        key = f"venue:{venue.id}"
        found[key] = Space(key, venue.name, venue.capacity, venue.shared)
    if any(rooms):
        wanted = select(Room).where(Room.id.in_([one for one in rooms if one]))
        for room in db.session.scalars(wanted):
            key = f"room:{room.id}"
            found[key] = Space(key, room.name, room.capacity)
    return found


def _engagements(series_id: int, people: set[int] | None) -> list[Engagement]:
    """Where people of the series have to be; of everybody when ``people`` is None."""
    if people is not None and not people:
        return []
    narrowed = SessionPerson.person_id.in_(people) if people is not None else None
    conditions = [Event.series_id == series_id, Event.state != EventState.CANCELLED]
    rows = db.session.scalars(
        select(SessionPerson)
        .join(Session, Session.id == SessionPerson.session_id)
        .join(Event, Event.id == Session.event_id)
        .where(and_(*conditions), *([narrowed] if narrowed is not None else []))
        .options(
            joinedload(SessionPerson.person),
            joinedload(SessionPerson.session).joinedload(Session.event).joinedload(Event.venue),
        )
    )
    return [
        Engagement(
            part.person_id,
            part.person.name,
            part.session.event_id,
            part.session.title_fr,
            _place(part.session.event.venue),
            part.session.starts_at,
            part.session.ends_at,
            part.role,
            part=f"session-{part.session_id}",
        )
        for part in rows
    ]


def _place(venue: Venue | None) -> Place:
    if venue is None:
        return Place("nowhere", "")
    return Place(f"venue:{venue.id}", venue.city, venue.lat, venue.lon)


def _moved(one: Engagement, place: Place, later: timedelta) -> Engagement:
    return replace(one, place=place, starts_at=one.starts_at + later, ends_at=one.ends_at + later)
