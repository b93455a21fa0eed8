"""Reads that planning needs beside the programme."""

from sqlalchemy import func, or_, select

from eventsapp.domain.programme.models import Event
from eventsapp.domain.ticketing.catalogue.models import Quota
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
