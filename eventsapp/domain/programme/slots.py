"""When an event takes place: a slot is its row, not its place in a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from eventsapp.domain.programme.errors import StillUsed
from eventsapp.domain.programme.models import Event, Session, Slot
from eventsapp.kernel.clock import local_day
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import savepoint


@dataclass(frozen=True)
class SlotDraft:
    """A time as edited. ``id`` says which row it is; None makes a new slot.

    ``capacity`` and ``closed`` None leave these as they are; a new slot takes as many as its
    sisters, and is open.
    """

    starts_at: datetime
    ends_at: datetime
    id: int | None = None
    capacity: int | None = None
    closed: bool | None = None


def refuse_foreign(event: Event, drafts: Iterable[SlotDraft]) -> None:
    """Raises NotFound for a row of another event, or one that is named twice."""
    own = {slot.id for slot in event.slots}
    for draft in drafts:
        if draft.id is not None:
            if draft.id not in own:
                raise NotFound(what="slot", reference=draft.id)
            own.discard(draft.id)


def replace_slots(event: Event, drafts: Sequence[SlotDraft]) -> None:
    """Give each row the time of its own line; lines without a row are new slots.

    Raises:
        NotFound: a line names a row that is not of this event.
        StillUsed: a slot that places or tickets point at would go.
    """
    refuse_foreign(event, drafts)
    by_id = {draft.id: draft for draft in drafts if draft.id is not None}
    places = _usual_places(event)
    gone = 0
    for slot in list(event.slots):
        draft = by_id.get(slot.id)
        if draft is None:
            db.session.delete(slot)
            gone += 1
        else:
            _change(slot, draft)
    for new in (draft for draft in drafts if draft.id is None):
        db.session.add(
            Slot(
                event_id=event.id,
                starts_at=new.starts_at,
                ends_at=new.ends_at,
                capacity=places if new.capacity is None else new.capacity,
            )
        )
    try:
        with savepoint():
            db.session.flush()
    except IntegrityError as error:
        # Places and tickets of a slot point at it; their areas lie above this one.
        raise StillUsed(what="slot", events=gone) from error
    db.session.expire(event, ["slots"])


def _change(slot: Slot, draft: SlotDraft) -> None:
    slot.starts_at, slot.ends_at = draft.starts_at, draft.ends_at
    if draft.capacity is not None:
        slot.capacity = draft.capacity
    if draft.closed is not None:
        slot.closed = draft.closed


def as_drafts(event: Event) -> tuple[SlotDraft, ...]:
    """The times of an event as they are: where a form changes one of them, or none."""
    return tuple(SlotDraft(slot.starts_at, slot.ends_at, slot.id) for slot in event.slots)


def closing(event: Event, drafts: Iterable[SlotDraft]) -> set[int]:
    """Rows that take nobody more from this saving on."""
    open_ones = {slot.id for slot in event.slots if not slot.closed}
    return {draft.id for draft in drafts if draft.id in open_ones and draft.closed and draft.id}


def moved(event: Event, drafts: Iterable[SlotDraft]) -> dict[int, SlotDraft]:
    """slot id -> its line, for rows that get another beginning or end."""
    rows = {slot.id: slot for slot in event.slots}
    return {
        draft.id: draft
        for draft in drafts
        if draft.id in rows
        and (rows[draft.id].starts_at, rows[draft.id].ends_at) != (draft.starts_at, draft.ends_at)
    }


def gone(event: Event, drafts: Iterable[SlotDraft]) -> list[Slot]:
    """Rows that no line names any more."""
    kept = {draft.id for draft in drafts}
    return [slot for slot in event.slots if slot.id not in kept]


def steps_of_talks(event: Event, drafts: Sequence[SlotDraft]) -> dict[int, timedelta]:
    """session id -> by how much it moves, for sessions whose own slot begins at another time.

    The own slot is the one during which a session begins; else the nearest of the same local day.
    A session of no slot stays where it is.
    """
    lines = moved(event, drafts)
    if not lines:
        return {}
    found = {}
    for talk in event.sessions:
        slot = _own_slot(talk, event.slots, event.series.timezone)
        if slot is not None and slot.id in lines:
            step = lines[slot.id].starts_at - slot.starts_at
            if step:
                found[talk.id] = step
    return found


def move_talks(event: Event, steps: Mapping[int, timedelta]) -> None:
    for talk in event.sessions:
        if talk.id in steps:
            step = steps[talk.id]
            talk.starts_at, talk.ends_at = talk.starts_at + step, talk.ends_at + step
            talk.version += 1


def _own_slot(talk: Session, slots: Iterable[Slot], zone: str) -> Slot | None:
    listed = list(slots)
    for slot in listed:
        if slot.starts_at <= talk.starts_at < slot.ends_at:
            return slot
    day = local_day(talk.starts_at, zone)
    same_day = [slot for slot in listed if local_day(slot.starts_at, zone) == day]
    return min(same_day, key=lambda slot: abs(slot.starts_at - talk.starts_at), default=None)


def _usual_places(event: Event) -> int | None:
    """A visit that is added takes as many as the others, if these agree."""
    counts = {slot.capacity for slot in event.slots}
    return counts.pop() if len(counts) == 1 else None
