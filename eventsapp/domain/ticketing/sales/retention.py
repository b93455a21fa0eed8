"""Who bought, and who held a ticket, is forgotten: three years after the end of a series; on the
bill, which the law keeps, after ten.

What happened stays: how many tickets there were, what they cost, and when one of them entered.

Source:
    Three years: practice for customers in France. Ten: code de commerce, article L123-22. Both are
    what the privacy page promises; the demo's series are left alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, delete, func, or_, select, update

from eventsapp.domain.billing.money.models import Bill
from eventsapp.domain.programme.models import Event, Series, Slot
from eventsapp.domain.ticketing.asking.models import GivenAnswer
from eventsapp.domain.ticketing.sales.models import Order, Ticket
from eventsapp.kernel import audit, clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

YEARS_PEOPLE, YEARS_BILLS = 3, 10
BATCH = 500

_NOBODY = {
    "first_name": "",
    "last_name": "",
    "email": "",
    "company": "",
    "search_text": "",
    "sort_name": None,
    "sort_first_name": None,
    "sort_company": None,
}


def forget() -> int:
    """Erase all that is due, for good; returns how many orders. The journal keeps the numbers."""
    forgotten = 0
    for series_id in db.session.scalars(_over(YEARS_PEOPLE)).all():
        count = 0
        while some := _forget_people(series_id):
            count += some
        if count:
            audit.note(
                "buyers.forgotten",
                f"series:{series_id}",
                actor="system",
                series_id=series_id,
                detail={"orders": count},
            )
        forgotten += count
    for series_id in db.session.scalars(_over(YEARS_BILLS)).all():
        while _forget_bills(series_id):
            pass
    return forgotten


def overdue() -> int:
    """How many orders still name somebody a day after they should have gone."""
    late = _over(YEARS_PEOPLE, timedelta(days=1))
    statement = select(func.count(Order.id)).where(
        Order.series_id.in_(late), Order.forgotten_at.is_(None)
    )
    return db.session.scalar(statement) or 0


def _over(years: int, late: timedelta = timedelta(0)) -> Select[int]:
    """Series of which the last day, and the last event, ended so long ago."""
    before = _years_ago(years) - late
    last = (
        select(func.max(Slot.ends_at))
        .join(Event, Event.id == Slot.event_id)
        .where(Event.series_id == Series.id)
        .correlate(Series)
        .scalar_subquery()
    )
    return select(Series.id).where(
        Series.is_demo.is_(False),
        Series.ends_on < before.date(),
        or_(last.is_(None), last < before),
    )


def _years_ago(years: int) -> datetime:
    now = clock.now()
    # A 29th of February is over on the 1st of March of a year that has none.
    if (now.month, now.day) == (2, 29):
        return now.replace(year=now.year - years, month=3, day=1)
    return now.replace(year=now.year - years)


def _forget_people(series_id: int) -> int:
    due: Sequence[int] = db.session.scalars(
        select(Order.id)
        .where(and_(Order.series_id == series_id, Order.forgotten_at.is_(None)))
        .order_by(Order.id)
        .limit(BATCH)
    ).all()
    if not due:
        return 0
    with transaction() as session:
        session.execute(delete(GivenAnswer).where(GivenAnswer.order_id.in_(due)))
        session.execute(update(Ticket).where(Ticket.order_id.in_(due)).values(_NOBODY))
        session.execute(
            update(Order)
            .where(Order.id.in_(due))
            .values(_NOBODY | {"phone": "", "attendees": [], "forgotten_at": clock.now()})
        )
    return len(due)


def _forget_bills(series_id: int) -> int:
    due = db.session.scalars(
        select(Bill.id)
        .where(Bill.series_id == series_id, Bill.forgotten_at.is_(None))
        .order_by(Bill.id)
        .limit(BATCH)
    ).all()
    if due:
        with transaction() as session:
            session.execute(
                update(Bill).where(Bill.id.in_(due)).values(buyer={}, forgotten_at=clock.now())
            )
    return len(due)
