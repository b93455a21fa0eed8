"""When doors open and close: as released to the public, never as the draft of this minute."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from eventsapp.domain.checkin.entry import Entry
from eventsapp.domain.checkin.verdicts import TOLERANCE
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSlot

# By digest of a release, which never changes. One series has one at a time.
_timetables: OrderedDict[str, Mapping[int, ReleasedEvent]] = OrderedDict()
_KEPT = 8


def timetable(series_slug: str, digest: str | None) -> Mapping[int, ReleasedEvent]:
    """Released events by id; read once per release and process."""
    if digest is None:
        return {}
    known = _timetables.get(digest)
    if known is None:
        released = releases.find(series_slug)
        known = {event.id: event for event in released.events} if released else {}
        _timetables[digest] = known
        while len(_timetables) > _KEPT:
            _timetables.popitem(last=False)
    return known


def window(
    row: Any, released: Mapping[int, ReleasedEvent], at: datetime
) -> tuple[datetime | None, datetime | None]:
    """Doors open and end of what an admission is for: of several days the one that is, else the
    next one, else the last. Before a first release: of the draft."""
    event = released.get(row.event_id)
    slots = [slot for slot in (event.slots if event else ()) if row.slot_id in (None, slot.id)] or (
        event.slots if event else ()
    )
    if event and slots:
        days = _days(event, slots)
        return next((day for day in days if at <= day[1] + TOLERANCE), days[-1])
    if row.starts_at is None:
        return None, None
    return row.starts_at - timedelta(minutes=row.doors), row.ends_at


def _days(event: ReleasedEvent, slots: Iterable[ReleasedSlot]) -> list[tuple[datetime, datetime]]:
    """From the doors to the end, once for each programme day on which something begins. A night
    that is open joins the days on both sides of it."""
    doors = timedelta(minutes=event.doors_minutes_before)
    found: list[tuple[datetime, datetime]] = []
    last: Any = None
    for slot in sorted(slots, key=lambda one: one.starts_at):
        [day, *_later] = event.days_of([slot])
        if found and (day == last or slot.starts_at <= found[-1][1]):
            found[-1] = (found[-1][0], max(found[-1][1], slot.ends_at))
        else:
            found.append((slot.starts_at - doors, slot.ends_at))
        last = day
    return found


def entry_of(event: ReleasedEvent | None, slot_id: int | None = None) -> Entry:
    """How often one may enter, as released; without a release, again after going out."""
    if event is None:
        return Entry()
    return Entry(event.policy(slot_id), event.mornings(slot_id), event.emptied(slot_id))


def emptied(series_slug: str, event_ids: Iterable[int], at: datetime) -> dict[int, datetime]:
    """event id -> the morning before which everybody of it had left; events of one day are left
    out. As released, perhaps a second ago."""
    shown = releases.recent(series_slug)
    found = {}
    for event_id in event_ids:
        event = shown.event_by_id(event_id) if shown is not None else None
        morning = entry_of(event).inside_since(at)
        if event is not None and morning is not None and len(event.days) > 1:
            found[event_id] = morning
    return found
