"""Visits of an event: made in a batch, then moved, closed and taken away one by one. Pure.

Each function gives the event as it would be; ``planning.saving`` looks at it and keeps it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from eventsapp.domain.programme.editing import EventDraft, draft_of
from eventsapp.domain.programme.errors import BatchMalformed, TooManySlots
from eventsapp.domain.programme.models import Event
from eventsapp.domain.programme.slots import SlotDraft, as_drafts
from eventsapp.kernel.errors import NotFound

#: A day of visits every five minutes; more in one go is a slip of the keyboard.
MOST_AT_ONCE = 100
#: Of one event: its page and its buy box show them all.
MOST_OF_EVENT = 300
MOST_MINUTES = 24 * 60


@dataclass(frozen=True)
class Batch:
    """Visits of one length at even intervals.

    ``every_minutes`` goes from one beginning to the next. Either ``count``, or ``until``: the last
    one is over by then. ``places`` of each.
    """

    first_at: datetime
    every_minutes: int
    length_minutes: int
    places: int
    count: int | None = None
    until: datetime | None = None


def times(batch: Batch) -> list[tuple[datetime, datetime]]:
    """Beginning and end of each.

    Raises:
        BatchMalformed: with the first ``field`` that is wrong.
        TooManySlots: more than ``MOST_AT_ONCE``.
    """
    for name in ("every_minutes", "length_minutes"):
        if not 1 <= getattr(batch, name) <= MOST_MINUTES:
            raise BatchMalformed(field=name)
    if batch.places < 1:
        raise BatchMalformed(field="places")
    if (batch.count is None) == (batch.until is None):
        raise BatchMalformed(field="count")
    step, length = timedelta(minutes=batch.every_minutes), timedelta(minutes=batch.length_minutes)
    count = batch.count
    if batch.until is not None:
        count = (batch.until - length - batch.first_at) // step + 1
    if count is None or count < 1:
        raise BatchMalformed(field="count" if batch.until is None else "until")
    if count > MOST_AT_ONCE:
        raise TooManySlots(wanted=count, most=MOST_AT_ONCE)
    starts = [batch.first_at + n * step for n in range(count)]
    return [(start, start + length) for start in starts]


def with_batch(event: Event, batch: Batch) -> EventDraft:
    """The event with the visits of a batch beside its own.

    Raises:
        BatchMalformed: also when one begins as a visit that is there (``first_at``).
        TooManySlots.
    """
    made = times(batch)
    if {start for start, _end in made} & {slot.starts_at for slot in event.slots}:
        raise BatchMalformed(field="first_at")
    if len(event.slots) + len(made) > MOST_OF_EVENT:
        raise TooManySlots(wanted=len(event.slots) + len(made), most=MOST_OF_EVENT)
    new = tuple(SlotDraft(start, end, capacity=batch.places) for start, end in made)
    return draft_of(event, (*as_drafts(event), *new))


def with_change(event: Event, changed: SlotDraft) -> EventDraft:
    """The event with one of its visits as ``changed`` says.

    Raises:
        NotFound: it has no such visit.
    """
    refuse_foreign(event, changed.id)
    listed = [changed if one.id == changed.id else one for one in as_drafts(event)]
    return draft_of(event, listed)


def closed(event: Event, slot_id: int, *, closed: bool) -> EventDraft:
    """The event with one visit closed, or open again. Raises NotFound."""
    refuse_foreign(event, slot_id)
    listed = [replace(one, closed=closed) if one.id == slot_id else one for one in as_drafts(event)]
    return draft_of(event, listed)


def without(event: Event, slot_id: int) -> EventDraft:
    """The event without one of its visits. Raises NotFound."""
    refuse_foreign(event, slot_id)
    return draft_of(event, [one for one in as_drafts(event) if one.id != slot_id])


def refuse_foreign(event: Event, slot_id: int | None) -> None:
    """Raises NotFound unless it is a visit of this event."""
    if slot_id is None or slot_id not in {slot.id for slot in event.slots}:
        raise NotFound(what="slot", reference=slot_id)
