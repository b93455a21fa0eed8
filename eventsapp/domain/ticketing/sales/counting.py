"""How often each choice was given, by who holds a valid ticket."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Select, func, select

from eventsapp.domain.ticketing.asking import values
from eventsapp.domain.ticketing.asking.models import AskedQuestion, GivenAnswer, Kind
from eventsapp.domain.ticketing.sales.models import (
    Admission,
    Order,
    OrderStatus,
    Ticket,
    TicketStatus,
)
from eventsapp.kernel.db import db

COUNTED = (Kind.CHOICE, Kind.CHOICES, Kind.CONSENT)


def by_choice(
    questions: Sequence[AskedQuestion], *, event_id: int | None = None
) -> dict[int, Counter[str]]:
    """Question id -> id of a choice (``yes`` and ``no`` of a consent) -> how many gave it.

    Of each valid ticket (of one event, if asked), or of each paid order. Two statements, whatever
    the number of questions and answers.
    """
    found: dict[int, Counter[str]] = {}
    kinds = {one.id: one.kind for one in questions if one.kind in COUNTED}
    once = {one.id for one in questions if one.per_order}
    for ids, statement in (
        (kinds.keys() - once, _of_tickets(event_id)),
        (kinds.keys() & once, _of_orders(event_id)),
    ):
        if not ids:
            continue
        rows = db.session.execute(statement.where(GivenAnswer.question_id.in_(ids)))
        for question_id, text, count in rows:
            kind = kinds[question_id]
            given = values.choices_in(kind, text) or [text]
            for one in given:
                found.setdefault(question_id, Counter())[one] += count
    return found


def _of_tickets(event_id: int | None) -> Select[int, str, int]:
    statement = (
        select(GivenAnswer.question_id, GivenAnswer.value, func.count(Ticket.id))
        .join(
            Ticket,
            (Ticket.order_id == GivenAnswer.order_id)
            & (Ticket.hold_line_id == GivenAnswer.hold_line_id)
            & (Ticket.place == GivenAnswer.place),
        )
        .where(Ticket.status == TicketStatus.VALID)
        .group_by(GivenAnswer.question_id, GivenAnswer.value)
    )
    if event_id is None:
        return statement
    here = select(Admission.ticket_id).where(Admission.event_id == event_id)
    return statement.where(Ticket.id.in_(here))


def _of_orders(event_id: int | None) -> Select[int, str, int]:
    statement = (
        select(GivenAnswer.question_id, GivenAnswer.value, func.count(Order.id))
        .join(Order, Order.id == GivenAnswer.order_id)
        .where(Order.status == OrderStatus.PAID, GivenAnswer.hold_line_id.is_(None))
        .group_by(GivenAnswer.question_id, GivenAnswer.value)
    )
    if event_id is None:
        return statement
    here = (
        select(Ticket.order_id)
        .join(Admission, Admission.ticket_id == Ticket.id)
        .where(Admission.event_id == event_id, Ticket.status == TicketStatus.VALID)
    )
    return statement.where(Order.id.in_(here))
