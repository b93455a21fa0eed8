"""What saving an event does to others: who holds a ticket, which sessions move. Said first."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from eventsapp.domain.planning.queries import chosen, holders_of_slot
from eventsapp.domain.programme import slots
from eventsapp.domain.programme.editing import EventDraft
from eventsapp.domain.programme.models import Event, Slot
from eventsapp.kernel.db import db


@dataclass(frozen=True)
class TouchedSlot:
    """A slot with tickets that moves (``becomes``), closes, or goes (``becomes`` None). ``chose``:
    for it alone."""

    starts_at: datetime
    ends_at: datetime
    becomes: tuple[datetime, datetime] | None
    holders: int
    chose: int
    closes: bool = False


@dataclass(frozen=True)
class MovedTalk:
    title: str
    before: datetime
    after: datetime


@dataclass(frozen=True)
class Consequences:
    slots: tuple[TouchedSlot, ...] = ()
    talks: tuple[MovedTalk, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.slots or self.talks)

    @property
    def mark(self) -> str:
        """What was shown: another hour, another talk or one more ticket is another mark."""
        text = repr((self.slots, self.talks))
        return hashlib.sha256(text.encode()).hexdigest()[:24]


def of_event(event_id: int, draft: EventDraft) -> Consequences:
    """What saving ``draft`` would do. Read only; nothing for an event that does not exist yet."""
    event = db.session.get(Event, event_id) if event_id else None
    if event is None:
        return Consequences()
    slots.refuse_foreign(event, draft.slots)
    lines = slots.moved(event, draft.slots)
    going = {slot.id for slot in slots.gone(event, draft.slots)}
    closing = slots.closing(event, draft.slots)
    touched = []
    for slot in event.slots:
        if slot.id in lines or slot.id in going:
            line = lines.get(slot.id)
            touched.append(_touched(slot, (line.starts_at, line.ends_at) if line else None))
        if slot.id in closing:
            times = (slot.starts_at, slot.ends_at)
            touched.append(replace(_touched(slot, times), closes=True))
    steps = slots.steps_of_talks(event, draft.slots)
    return Consequences(
        tuple(one for one in touched if one.holders),
        tuple(
            MovedTalk(talk.title_fr, talk.starts_at, talk.starts_at + steps[talk.id])
            for talk in event.sessions
            if talk.id in steps
        ),
    )


def _touched(slot: Slot, becomes: tuple[datetime, datetime] | None) -> TouchedSlot:
    holders = holders_of_slot(slot.event_id, slot.id)
    return TouchedSlot(slot.starts_at, slot.ends_at, becomes, holders, chosen(slot.id))
