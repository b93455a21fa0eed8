"""What the sale reads of the current release: whether an event is shown, how it is had, until when.

It stands in the rows of the events, so that a sale reads it in the statement that reads its
products, inside its own transaction: a copy in memory may be a second old, and in that second
tickets of a cancelled event would be sold.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from eventsapp.domain.programme.models import Event


def follow(session: Session, series_id: int, content: Mapping[str, Any]) -> None:
    """Note in every event of a series how the release that is being published shows it."""
    shown = {event["id"]: event for event in content["events"]}
    events = select(Event).where(Event.series_id == series_id).options(selectinload(Event.slots))
    for event in session.scalars(events):
        found = shown.get(event.id)
        event.released_state = found["state"] if found else None
        event.released_access = found["access"] if found else None
        event.released_until = until(found) if found else None
        closed = {slot["id"] for slot in found["slots"] if slot.get("closed")} if found else set()
        for slot in event.slots:
            slot.off_sale = slot.id in closed
    session.flush()


def until(event: Mapping[str, Any]) -> datetime | None:
    """The end of the last slot of a released event; None without one."""
    ends = [datetime.fromisoformat(slot["ends_at"]) for slot in event["slots"]]
    return max(ends, default=None)
