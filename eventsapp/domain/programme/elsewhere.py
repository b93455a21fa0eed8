"""Events whose places are given on another site: who went there from here, and how many came."""

from datetime import date

from sqlalchemy import select

from eventsapp.domain.programme.models import Event, ExternalClick
from eventsapp.kernel import audit, clock, dialects
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import lock, transaction


def count_click(event_id: int, zone: str) -> None:
    """One more visitor of this day goes to the other site."""
    table = ExternalClick.__table__
    day = clock.local_day(clock.now(), zone)
    statement = dialects.insert(table).values(event_id=event_id, day=day, clicks=1)
    with transaction() as session:
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["event_id", "day"], set_={"clicks": table.c.clicks + 1}
            )
        )


def clicks_of(event_id: int) -> list[tuple[date, int]]:
    """How many a day, the latest first."""
    rows = db.session.execute(
        select(ExternalClick.day, ExternalClick.clicks)
        .where(ExternalClick.event_id == event_id)
        .order_by(ExternalClick.day.desc())
    )
    return [(row.day, row.clicks) for row in rows]


def declare_attendance(series_id: int, event_id: int, count: int | None, *, actor: str) -> None:
    """Say how many came, as the people of the event count them; None for not known.

    Raises:
        NotFound: no such event in this series.
    """
    with transaction():
        event = lock(Event, event_id)
        if event.series_id != series_id:
            raise NotFound(what="event", reference=event_id)
        event.declared_attendance = count
        audit.note(
            "event.attendance_declared",
            f"event:{event_id}",
            actor=actor,
            series_id=series_id,
            detail={"count": count},
        )
