"""The released programme as a flat list: one entry a slot of an event, one a session. Pure.

The formats know rooms and no venues, so a room is named "venue, room". A hidden address gives
its city alone.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from eventsapp.domain.programme.released import (
    NIGHT,
    ReleasedEvent,
    ReleasedPerson,
    ReleasedSeries,
    ReleasedSession,
    ReleasedSlot,
)
from eventsapp.kernel.clock import local
from eventsapp.kernel.i18n import locale

#: (slug of the series, slug of the event) -> absolute address of its page.
Address = Callable[[str, str], str]
#: Sessions are numbered after the slots, which never reach this.
SESSIONS_FROM = 1_000_000


@dataclass(frozen=True)
class Entry:
    id: int
    guid: str
    slug: str
    room: str
    title: str
    subtitle: str
    abstract: str
    track: str
    type: str
    language: str
    starts_at: datetime
    duration: str
    url: str
    people: tuple[ReleasedPerson, ...]

    @property
    def day(self) -> date:
        """The programme day: what begins before five belongs to the evening before."""
        return (self.starts_at - NIGHT).date()

    @property
    def start(self) -> str:
        return f"{self.starts_at:%H:%M}"


def entries(series: ReleasedSeries, address: Address) -> list[Entry]:
    """What takes place, in order; cancelled events are left out: the formats cannot say so."""
    found: list[Entry] = []
    for event in series.events:
        if event.cancelled:
            continue
        url = address(series.slug, event.slug)
        found += [_slot(event, slot, url) for slot in event.slots]
        found += [_session(event, session, url) for session in event.sessions]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.room, entry.id))


def by_day(listed: list[Entry]) -> dict[date, dict[str, list[Entry]]]:
    """day -> room -> entries, days in order."""
    days: dict[date, dict[str, list[Entry]]] = {}
    for entry in listed:
        days.setdefault(entry.day, {}).setdefault(entry.room, []).append(entry)
    return dict(sorted(days.items()))


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """A programme day runs from five to five, on the local clock."""
    info = local(datetime.fromisoformat("2000-01-01T00:00+00:00"), zone).tzinfo
    start = datetime(day.year, day.month, day.day, 5, tzinfo=info)
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, 5, tzinfo=info)
    return start, end - timedelta(minutes=1)


def _slot(event: ReleasedEvent, slot: ReleasedSlot, url: str) -> Entry:
    first = slot.uid == event.uid
    return Entry(
        id=slot.id,
        guid=_guid(slot.uid, event.uid),
        slug=event.slug if first else f"{event.slug}-{slot.id}",
        room=_place(event),
        title=event.title,
        subtitle="",
        abstract=event.told,
        track=event.domain.name if event.domain else "",
        type=event.kind,
        language=locale(),
        starts_at=local(slot.starts_at, event.zone),
        duration=_duration(slot.starts_at, slot.ends_at),
        url=url,
        people=(),
    )


def _guid(name: str, event_uid: str) -> str:
    """The name of a slot; older ones were the event's with a number, which is no UUID."""
    number = name.removeprefix(f"{event_uid}-")
    return name if number == name else str(uuid.uuid5(uuid.UUID(event_uid), number))


def _session(event: ReleasedEvent, session: ReleasedSession, url: str) -> Entry:
    place = _place(event)
    return Entry(
        id=SESSIONS_FROM + session.id,
        guid=session.uid,
        slug=f"{event.slug}-s{session.id}",
        room=f"{place}, {session.room}" if session.room else place,
        title=session.title,
        subtitle=event.title,
        abstract=session.told,
        track=event.domain.name if event.domain else "",
        type="session",
        language=session.language,
        starts_at=local(session.starts_at, event.zone),
        duration=_duration(session.starts_at, session.ends_at),
        url=url,
        people=session.people,
    )


def _place(event: ReleasedEvent) -> str:
    if event.venue is None:
        return "—"
    return event.venue.name or event.venue.city


def _duration(start: datetime, end: datetime) -> str:
    minutes = int((end - start).total_seconds() // 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
