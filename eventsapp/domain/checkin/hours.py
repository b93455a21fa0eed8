"""When doors open and close: as released to the public, never as the draft of this minute."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from eventsapp.domain.programme import releases
from eventsapp.domain.programme.releases import ReleasedEvent

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
    row: Any, released: Mapping[int, ReleasedEvent]
) -> tuple[datetime | None, datetime | None]:
    """Doors open and end of what an admission is for. Before a first release: of the draft."""
    event = released.get(row.event_id)
    slots = [slot for slot in (event.slots if event else ()) if row.slot_id in (None, slot.id)] or (
        event.slots if event else ()
    )
    if event and slots:
        doors = timedelta(minutes=event.doors_minutes_before)
        return min(slot.starts_at for slot in slots) - doors, max(slot.ends_at for slot in slots)
    if row.starts_at is None:
        return None, None
    return row.starts_at - timedelta(minutes=row.doors), row.ends_at
