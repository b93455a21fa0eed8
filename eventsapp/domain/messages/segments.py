"""Who an audience is: one select an audience, narrowed by event, day, tariff, status, language.

Each gives ``source_id``, ``email`` (empty for who has none), ``locale`` and ``first_name``. Who has
three tickets is there three times: a campaign has one row an address.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, case, exists, func, literal, null, select
from sqlalchemy.orm import aliased

from eventsapp.domain.messages import sources
from eventsapp.domain.messages.models import LeftOut, Purpose, Recipient, Unsubscription
from eventsapp.domain.messages.sources import Segment
from eventsapp.domain.programme.models import Event, Series, Slot
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel import clock
from eventsapp.kernel.clock import local_day
from eventsapp.kernel.db import db

#: An address whose server refused a message is not written to for so long.
REST_AFTER_REFUSAL = timedelta(days=90)


class Person(NamedTuple):
    """Somebody of an audience, and the row of it that they were found by."""

    source_id: int
    email: str
    locale: str
    first_name: str


@dataclass(frozen=True)
class Counted:
    """``people`` get it, each address once; ``left_out`` of the others, by reason; rows without
    an address are ``no_address``."""

    people: int
    left_out: dict[LeftOut, int]
    no_address: int


def count(series: Series, segment: Segment, purpose: Purpose) -> Counted:
    """In two statements, whatever the number."""
    people = sources.people(series, segment).subquery()
    addresses = select(people.c.email).where(people.c.email != "").distinct().subquery()
    why = _why(addresses.c.email, series.id, purpose).label("why")
    judged = select(why).select_from(addresses).subquery()
    rows = db.session.execute(select(judged.c.why, func.count()).group_by(judged.c.why))
    found: dict[str | None, int] = {row[0]: row[1] for row in rows}
    without = select(func.count()).select_from(people).where(people.c.email == "")
    return Counted(
        found.pop(None, 0),
        {LeftOut(why): number for why, number in found.items() if why is not None},
        db.session.scalar(without) or 0,
    )


def size(series: Series, segment: Segment) -> int:
    """How many rows there are to go through."""
    people = sources.people(series, segment).subquery()
    return db.session.scalar(select(func.count()).select_from(people)) or 0


def portion(
    series: Series, segment: Segment, purpose: Purpose, *, after: int, limit: int
) -> list[Row[Any]]:
    """The next rows by ``source_id``, each with ``why`` it is left out, or None."""
    people = sources.people(series, segment).subquery()
    why = _why(people.c.email, series.id, purpose).label("why")
    statement = (
        select(people, why)
        .where(people.c.source_id > after)
        .order_by(people.c.source_id)
        .limit(limit)
    )
    return list(db.session.execute(statement))


def person(
    series: Series, segment: Segment, *, source_id: int = 0, email: str = ""
) -> Person | None:
    """Somebody of the audience: by the row they were found by, else by address; anybody who has an
    address when neither is given. None when they are of it no more."""
    people = sources.people(series, segment).subquery()
    statement = select(people).where(people.c.email != "").order_by(people.c.source_id).limit(1)
    if source_id:
        found = db.session.execute(
            statement.where(people.c.source_id == source_id, people.c.email == email)
        ).first()
        if found is not None:
            return Person(*found)
    if email:
        statement = statement.where(people.c.email == email)
    found = db.session.execute(statement).first()
    return Person(*found) if found is not None else None


def why_not(series: Series, email: str, purpose: Purpose) -> LeftOut | None:
    """Why this address gets nothing at this moment."""
    why = db.session.scalar(select(_why(literal(email), series.id, purpose)))
    return LeftOut(why) if why else None


def days(series: Series) -> list[date]:
    """Local days on which something of the draft takes place."""
    starts = db.session.scalars(
        select(Slot.starts_at).join(Event).where(Event.series_id == series.id)
    )
    return sorted({local_day(at, series.timezone) for at in starts})


def _why(email: ColumnElement[str], series_id: int, purpose: Purpose) -> ColumnElement[Any]:
    """Why an address gets nothing; NULL for one that does."""
    refused = exists(
        select(Recipient.id).where(
            Recipient.series_id == series_id,
            Recipient.email == email,
            Recipient.failed_at > clock.now() - REST_AFTER_REFUSAL,
        )
    )
    if purpose is Purpose.SERVICE:
        return case((refused, LeftOut.REFUSED.value), else_=null())
    asked_at = consent_of(email, series_id)
    left_at = (
        select(Unsubscription.at)
        .where(Unsubscription.series_id == series_id, Unsubscription.email == email)
        .scalar_subquery()
    )
    return case(
        (asked_at.is_(None), LeftOut.NO_CONSENT.value),
        # Who ticks the box again after leaving has asked again.
        (left_at >= asked_at, LeftOut.UNSUBSCRIBED.value),
        (refused, LeftOut.REFUSED.value),
        else_=null(),
    )


def consent_of(email: Any, series_id: int) -> Any:
    """When an address last asked for news of a series, as a column."""
    order = aliased(Order)
    return (
        select(func.max(order.placed_at))
        .where(
            order.email == email, order.series_id == series_id, order.marketing_consent.is_(True)
        )
        .scalar_subquery()
    )
