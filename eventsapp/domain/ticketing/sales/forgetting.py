"""Sensitive answers go 30 days after the event that they were given for.

Source:
    GDPR article 9, and what the privacy page promises; the demo's series are left alone.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select

from eventsapp.domain.programme.models import Series, Slot
from eventsapp.domain.ticketing.asking.models import AskedQuestion, Class, GivenAnswer
from eventsapp.domain.ticketing.catalogue.models import Product, ProductAdmission
from eventsapp.domain.ticketing.sales.models import HoldLine, Order
from eventsapp.kernel import audit, clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

SENSITIVE_FOR = timedelta(days=30)
BATCH = 500


def forget_sensitive() -> int:
    """Erase all that is due, for good; returns how many answers. The journal keeps the numbers."""
    forgotten = 0
    while some := _forget_some():
        forgotten += some
    return forgotten


def _forget_some() -> int:
    due = db.session.execute(_due(SENSITIVE_FOR).limit(BATCH)).all()
    if not due:
        return 0
    with transaction() as session:
        session.execute(delete(GivenAnswer).where(GivenAnswer.id.in_([row.id for row in due])))
        for series_id, count in Counter(row.series_id for row in due).items():
            audit.note(
                "answers.forgotten",
                f"series:{series_id}",
                actor="system",
                series_id=series_id,
                detail={"answers": count},
            )
    return len(due)


def overdue() -> int:
    """How many are still here a day after they should have gone."""
    late = _due(SENSITIVE_FOR + timedelta(days=1)).subquery()
    return db.session.scalar(select(func.count()).select_from(late)) or 0


def kept() -> int:
    """How many sensitive answers there are."""
    statement = (
        select(func.count(GivenAnswer.id))
        .join(AskedQuestion, AskedQuestion.id == GivenAnswer.question_id)
        .where(AskedQuestion.category == Class.SENSITIVE)
    )
    return db.session.scalar(statement) or 0


def _due(after: timedelta) -> Select[int, int]:
    """(answer, series) of sensitive answers whose event, or whose order, ended so long ago."""
    before = clock.now() - after
    return (
        select(GivenAnswer.id, AskedQuestion.series_id)
        .join(AskedQuestion, AskedQuestion.id == GivenAnswer.question_id)
        .join(Order, Order.id == GivenAnswer.order_id)
        .join(Series, Series.id == AskedQuestion.series_id)
        .where(
            AskedQuestion.category == Class.SENSITIVE,
            Series.is_demo.is_(False),
            or_(Order.ended_at < before, _over(before)),
        )
        .order_by(GivenAnswer.id)
    )


def _over(before: Any) -> ColumnElement[bool]:
    """The last event that the answer was given for is over; without any hour, its series is."""
    ends_at = (
        select(func.max(Slot.ends_at))
        .select_from(HoldLine)
        .join(Product, Product.id == HoldLine.product_id)
        .outerjoin(ProductAdmission, ProductAdmission.product_id == Product.id)
        .join(
            Slot,
            or_(Slot.event_id == Product.event_id, Slot.event_id == ProductAdmission.event_id),
        )
        .where(
            HoldLine.hold_id == Order.hold_id,
            or_(GivenAnswer.hold_line_id.is_(None), HoldLine.id == GivenAnswer.hold_line_id),
            or_(AskedQuestion.event_id.is_(None), Slot.event_id == AskedQuestion.event_id),
        )
        .correlate(GivenAnswer, AskedQuestion, Order)
        .scalar_subquery()
    )
    return or_(ends_at < before, and_(ends_at.is_(None), Series.ends_on < before.date()))
