"""Another zone for a series: what was typed stays on the wall clock, so every instant moves.

Somebody who wrote 19:30 meant half past seven there. Correcting the zone therefore leaves each
hour as it reads and moves the instant behind it: times of events, sessions, sales, codes, calls.
Tickets keep the window that is printed in their signed code.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from eventsapp.domain.programme import frame
from eventsapp.domain.programme.errors import ZoneChanges
from eventsapp.domain.programme.frame import SeriesDraft
from eventsapp.domain.programme.models import Event, Series, Session, Slot
from eventsapp.domain.selection.calls.models import Call
from eventsapp.domain.ticketing.catalogue.models import Discount, Product
from eventsapp.kernel import audit, clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction

CALL_MOMENTS = (
    "opens_at",
    "closes_at",
    "accepts_until",
    "review_from",
    "review_until",
    "deliberation_at",
    "notified_at",
    "confirm_until",
    "offers_until",
)


@dataclass(frozen=True)
class ZoneChange:
    """What another zone would move: ``slots`` and ``sessions`` keep the hour that they show."""

    before: str
    after: str
    slots: int
    sessions: int

    @property
    def mark(self) -> str:
        return f"{self.before}>{self.after}"


def change(series_id: int, zone: str) -> ZoneChange | None:
    """What setting ``zone`` moves; None when nothing does."""
    series = db.session.get_one(Series, series_id)
    if zone == series.timezone:
        return None
    return ZoneChange(
        series.timezone,
        zone,
        _count(Slot.id, Slot.event_id, series_id),
        _count(Session.id, Session.event_id, series_id),
    )


def update_series(series_id: int, draft: SeriesDraft, *, actor: str, seen: str = "") -> Series:
    """Change the frame of a series; with another zone, every wall-clock time in it stays.

    Args:
        seen: mark of the ``change`` of zone that was shown.

    Raises:
        ZoneChanges: the zone is another one and was not shown as such.
        StillUsed: a domain that events use would go.
    """
    with transaction():
        series = lock(Series, series_id)
        asked = change(series_id, draft.timezone)
        if asked is not None:
            if asked.mark != seen:
                raise ZoneChanges(before=asked.before, after=asked.after, slots=asked.slots)
            _move_all(series, draft.timezone)
            audit.note(
                "series.zone_changed",
                f"series:{series_id}",
                actor=actor,
                series_id=series_id,
                detail={"before": asked.before, "after": asked.after},
            )
        return frame.update_series(series_id, draft, actor=actor)


def on_the_same_clock(instant: datetime, before: str, after: str) -> datetime:
    """The instant at which a clock of ``after`` shows what one of ``before`` shows at ``instant``.

    An hour that ``after`` skips in spring becomes the one an hour later, one that it has twice
    the first of the two.
    """
    wall = clock.local(instant, before).replace(tzinfo=None, fold=0)
    return wall.replace(tzinfo=clock.zone_info(after)).astimezone(UTC)


def _move_all(series: Series, zone: str) -> None:
    session, before = db.session, series.timezone
    events = session.scalars(
        select(Event)
        .where(Event.series_id == series.id)
        .options(selectinload(Event.slots), selectinload(Event.sessions))
        .order_by(Event.id)
        .with_for_update()
    ).all()
    for event in events:
        event.version += 1
        _move_spans([*event.slots, *event.sessions], before, zone)
        for talk in event.sessions:
            talk.version += 1
    for kind, names in (
        (Product, ("sale_from", "sale_until")),
        (Discount, ("valid_from", "valid_until")),
        (Call, CALL_MOMENTS),
    ):
        for row in session.scalars(select(kind).where(kind.series_id == series.id)):
            for name in names:
                instant = getattr(row, name)
                if instant is not None:
                    setattr(row, name, on_the_same_clock(instant, before, zone))


def _move_spans(rows: Iterable[Slot | Session], before: str, after: str) -> None:
    for row in rows:
        length = row.ends_at - row.starts_at
        start = on_the_same_clock(row.starts_at, before, after)
        end = on_the_same_clock(row.ends_at, before, after)
        # A night in which one of the clocks changes may end before it begins.
        row.starts_at, row.ends_at = start, end if end > start else start + length


def _count(row_id: Any, event_id: Any, series_id: int) -> int:
    statement = (
        select(func.count(row_id))
        .join(Event, Event.id == event_id)
        .where(Event.series_id == series_id)
    )
    return db.session.scalar(statement) or 0
