"""Reads that planning needs beside the programme."""

from sqlalchemy import func, or_, select

from eventsapp.domain.programme.models import Event, Slot
from eventsapp.domain.ticketing.catalogue.models import Product, Quota
from eventsapp.domain.ticketing.sales.models import Admission, Ticket, TicketStatus
from eventsapp.kernel.db import db

_COUNTED = (
    select(Admission.event_id, func.count())
    .join(Ticket, Ticket.id == Admission.ticket_id)
    .where(Ticket.status == TicketStatus.VALID)
)


def sold_at(event_id: int) -> int:
    """Admissions of tickets that open the door of an event."""
    if not event_id:
        return 0
    rows = db.session.execute(
        _COUNTED.where(Admission.event_id == event_id).group_by(Admission.event_id)
    )
    return {row[0]: row[1] for row in rows}.get(event_id, 0)


def sold_in(series_id: int) -> dict[int, int]:
    """event id -> admissions of valid tickets; events without any are left out."""
    rows = db.session.execute(
        _COUNTED.join(Event, Event.id == Admission.event_id)
        .where(Event.series_id == series_id)
        .group_by(Admission.event_id)
    )
    return {row[0]: row[1] for row in rows}


def whole_quota(event_id: int) -> Quota | None:
    """The quota that holds every place of an event; None before it sells."""
    return db.session.scalar(select(Quota).where(Quota.event_id == event_id, Quota.whole_event))


def holders_of_slot(event_id: int, slot_id: int) -> int:
    """Valid tickets that admit to a slot: those that chose it, and those for the whole event."""
    return (
        db.session.scalar(
            select(func.count(func.distinct(Ticket.id)))
            .join(Admission, Admission.ticket_id == Ticket.id)
            .where(
                Ticket.status == TicketStatus.VALID,
                Admission.event_id == event_id,
                or_(Admission.slot_id.is_(None), Admission.slot_id == slot_id),
            )
        )
        or 0
    )


def chosen(slot_id: int) -> int:
    """Valid tickets that chose this very slot."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Admission)
            .join(Ticket, Ticket.id == Admission.ticket_id)
            .where(Ticket.status == TicketStatus.VALID, Admission.slot_id == slot_id)
        )
        or 0
    )


def quota_of_slot(slot_id: int) -> Quota | None:
    """The places of a visit; None before a tariff is sold per visit."""
    return db.session.scalar(select(Quota).where(Quota.slot_id == slot_id))


def places_of_slots(event_id: int) -> dict[int, int | None]:
    """slot id -> the places that the programme gives it."""
    rows = db.session.execute(select(Slot.id, Slot.capacity).where(Slot.event_id == event_id))
    return {row[0]: row[1] for row in rows}


def taken_of_slots(event_id: int) -> dict[int, Quota]:
    """slot id -> its places, taken ones counted; slots without a tariff of their own are left
    out."""
    rows = db.session.scalars(
        select(Quota)
        .where(Quota.event_id == event_id, Quota.slot_id.is_not(None))
        .execution_options(populate_existing=True)
    )
    return {row.slot_id: row for row in rows if row.slot_id is not None}


def holders_of_slots(event_id: int) -> dict[int | None, int]:
    """slot id -> valid tickets that chose it; None -> those for the whole event."""
    rows = db.session.execute(
        select(Admission.slot_id, func.count(func.distinct(Ticket.id)))
        .join(Ticket, Ticket.id == Admission.ticket_id)
        .where(Ticket.status == TicketStatus.VALID, Admission.event_id == event_id)
        .group_by(Admission.slot_id)
    )
    return {row[0]: row[1] for row in rows}


def chosen_by_visit(event_id: int) -> bool:
    """Whether people choose their visit: some tariff is sold per visit, or none is made yet."""
    kinds = set(
        db.session.scalars(
            select(Product.per_slot).where(
                Product.event_id == event_id, Product.archived_at.is_(None)
            )
        )
    )
    return not kinds or True in kinds
