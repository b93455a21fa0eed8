"""The ways out of an order that waits, at the desk. By time: ``orders.expire_due``.

=================== ================================== ==============================
waits for           at the desk                        by time
=================== ================================== ==============================
a payment by card   cancelled; its page is closed      expires with its page
a transfer          received, reminded, or cancelled   reminded, then expires
an answer           accepted, or refused               expires after two weeks
=================== ================================== ==============================
"""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import or_, select

from eventsapp.domain.billing.money import bills, transfers
from eventsapp.domain.ticketing.catalogue import stock
from eventsapp.domain.ticketing.catalogue.errors import (
    DiscountUsedUp,
    EventCancelled,
    EventNotReleased,
)
from eventsapp.domain.ticketing.sales import giving_back, gone, holds, money, orders
from eventsapp.domain.ticketing.sales.errors import AlreadyDecided, DealMalformed, NotPayable
from eventsapp.domain.ticketing.sales.facts import MoneyDiffers
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.kernel import audit, clock, facts, outbox, secrets
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, savepoint, transaction

REFERENCE_MOST = 100
# Long enough for a transfer to arrive after the reminder, weekend or not.
REMINDED_BEFORE = timedelta(days=3)


def receive_transfer(
    order_id: int, *, on: date, reference: str, actor: str, amount_cents: int | None = None
) -> None:
    """Money came by transfer: it is booked whatever the amount. With the whole of it the order is
    paid, its tickets and letter go; with less a person decides (``aftersale.review``); what is too
    much is flagged to be given back.

    An order whose time is over gets its tickets if its places are still there. An event that is
    over is no reason to leave money unbooked; one that is cancelled, or back in draft, is: cancel
    the order and send the money back.

    Args:
        on: the day of the bank's statement.
        reference: how the statement names it.
        amount_cents: what came, positive; None for all that is owed.

    Raises:
        NotPayable: the order waits for no transfer.
        TransferKnown: this line of the statement is booked already.
        EventCancelled, EventNotReleased.
    """
    with transaction() as session:
        order = giving_back.lock_money(order_id)
        if order.status not in (OrderStatus.AWAITING_TRANSFER, OrderStatus.EXPIRED):
            raise NotPayable(status=order.status.value)
        why = gone.why(order)
        if why in (EventCancelled, EventNotReleased):
            raise why(product=order.code)
        owed = order.total_cents - bills.kept_cents(order.bill_id)
        came = owed if amount_cents is None else amount_cents
        payment_id = transfers.book(
            order.bill_id,
            amount_cents=came,
            at=datetime.combine(on, time(12), UTC),
            reference=reference[:REFERENCE_MOST],
        )
        audit.note(
            "order.transfer_received",
            f"order:{order.code}",
            actor=actor,
            series_id=order.series_id,
            detail={
                "on": on.isoformat(),
                "reference": reference[:REFERENCE_MOST],
                "cents": came,
                "owed_cents": owed,
            },
        )
        if came < owed:
            order.rest_asked_at = None
            bills.flag(order.bill_id, "amount_mismatch")
            facts.record(MoneyDiffers(order.id, payment_id, order.series_id))
        elif _seated(order):
            bills.unflag(order.bill_id, only="amount_mismatch")
            orders.mark_paid(session, order)
            if came > owed:
                bills.flag(order.bill_id, "overpaid")


def _seated(order: Order) -> bool:
    """Whether its places are there; those of an order whose time was over are taken again."""
    if order.status is not OrderStatus.EXPIRED:
        return True
    try:
        with savepoint() as session:
            holds.take_again(session, order.hold_id)
            order.ended_at = None
    except (stock.QuotaShort, DiscountUsedUp):
        bills.flag(order.bill_id, "late_transfer")
        return False
    return True


def remind(order_id: int, *, until: datetime | None, actor: str) -> None:
    """Write once more what is to be transferred, and keep the places until another date if one is
    given.

    Raises:
        NotPayable: the order waits for no transfer.
        DealMalformed: the date is past.
    """
    with transaction():
        order = giving_back.lock_money(order_id)
        if order.status is not OrderStatus.AWAITING_TRANSFER:
            raise NotPayable(status=order.status.value)
        if until is not None and until <= clock.now():
            raise DealMalformed(field="due")
        if until is not None and until != order.deadline:
            order.deadline = order.bill.due_at = until
        write_again(order)
        audit.note(
            "order.reminded",
            f"order:{order.code}",
            actor=actor,
            series_id=order.series_id,
            detail={"until": order.deadline.isoformat() if order.deadline else None},
        )


def write_again(order: Order) -> None:
    """A letter of its own with what is still to be transferred."""
    with transaction():
        order.reminded_at = clock.now()
        copy = secrets.new_secret()
        payload = {"order_id": order.id, "copy": copy[:12]}
        outbox.later("mail.order_transfer", copy, payload, series_id=order.series_id)


def remind_due(limit: int = 100) -> int:
    """Remind who has not paid ``REMINDED_BEFORE`` the end, once; returns how many. Nobody who
    ordered a moment ago, and nobody whose money waits for a person."""
    now = clock.now()
    due = list(
        db.session.scalars(
            select(Order.id)
            .where(
                Order.status == OrderStatus.AWAITING_TRANSFER,
                Order.deadline > now,
                Order.deadline <= now + REMINDED_BEFORE,
                Order.placed_at <= now - REMINDED_BEFORE,
                Order.reminded_at.is_(None),
                or_(~money.is_kept(), money.rest_is_awaited()),
            )
            .order_by(Order.deadline)
            .limit(limit)
        )
    )
    for order_id in due:
        with transaction():
            order = lock(Order, order_id)
            if order.status is OrderStatus.AWAITING_TRANSFER and order.reminded_at is None:
                write_again(order)
    return len(due)


def cancel_waiting(order_id: int, *, actor: str, reason: str) -> None:
    """Give up an order that is not paid: its places go back, its buyer is told, its payment page is
    closed by the worker (``withdrawal``); money that is here already, or is faster, goes back.

    Raises:
        AlreadyDecided: it waits no longer.
    """
    with transaction():
        order = giving_back.lock_money(order_id)
        if order.status not in orders.AWAITING:
            raise AlreadyDecided
        giving_back.give_back_kept(order, reason=reason, origin="cancelled", actor=actor)
        orders.cancel(order_id, actor=actor, reason=reason)
