"""Fulfilment: what an order does when money for its bill was booked, or will not come.

Reacts to billing's facts in a savepoint: if anything unexpected happens here, the booking
survives, the bill asks for a person's eye, and an outbox row tries again.
"""

import logging

from sqlalchemy import select

from eventsapp.domain.billing.money import bills, refunds
from eventsapp.domain.billing.money.errors import NotPaidYet, RefundTooLarge
from eventsapp.domain.billing.money.facts import PaymentConfirmed, PaymentLapsed
from eventsapp.domain.billing.money.models import Bill, Payment
from eventsapp.domain.ticketing.catalogue import stock
from eventsapp.domain.ticketing.catalogue.errors import DiscountUsedUp
from eventsapp.domain.ticketing.sales import gone, holds, orders
from eventsapp.domain.ticketing.sales.facts import MoneyDiffers
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.kernel import audit, clock, facts, outbox
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, savepoint, transaction

log = logging.getLogger(__name__)

RETRY = "ticketing.fulfil"


def on_payment_confirmed(fact: PaymentConfirmed) -> None:
    try:
        with savepoint():
            fulfil(fact.payment_id, as_agreed=fact.as_agreed)
    except Exception:
        log.exception("fulfilment of payment %s failed; it will be tried again", fact.payment_id)
        bills.flag(fact.bill_id, "fulfilment_failed")
        payload = {"payment_id": fact.payment_id, "as_agreed": fact.as_agreed}
        series_id = db.session.scalar(select(Bill.series_id).where(Bill.id == fact.bill_id))
        outbox.later(RETRY, f"payment-{fact.payment_id}", payload, series_id=series_id)


def on_payment_lapsed(fact: PaymentLapsed) -> None:
    """The places go back to sale once no payment of the order can succeed any more."""
    order_id = db.session.scalar(select(Order.id).where(Order.bill_id == fact.bill_id))
    if order_id is None:
        return
    order = lock(Order, order_id)
    if order.status is OrderStatus.CANCELLED and order.paid_at is None:
        with transaction() as session:
            if not orders.payable(session, order):
                holds.release(session, order.hold_id)
    elif order.deadline is not None and order.deadline <= clock.now():
        orders.expire(order_id)


def fulfil(payment_id: int, *, as_agreed: bool = True) -> None:
    """Give what was paid for, or the money back. Repeating changes nothing.

    Money that is not as agreed is kept, with the places, for a person to decide on; an order
    that is cancelled, or paid already, needs nobody: it goes back as any other.

    =================== =======================================================
    order is            then
    =================== =======================================================
    awaiting            paid, tickets issued
    expired, seats left seated again, paid
    expired, full       whole amount refunded (late)
    expired, refunded   nothing: old news that come again buy no place
    not as agreed       money and places stay for a person to decide
    cancelled           whole amount refunded (cancelled)
    for a gone event    whole amount refunded (withdrawn), order cancelled
    paid by another     this payment refunded (duplicate)
    =================== =======================================================
    """
    with transaction() as session:
        payment = lock(Payment, payment_id)
        order_id = session.scalar(select(Order.id).where(Order.bill_id == payment.bill_id))
        if order_id is None:
            return  # a bill of another area
        # Held by the look that books; the retry comes in here, and flags it with the order in hand.
        lock(Bill, payment.bill_id)
        order = lock(Order, order_id)
        if order.status is OrderStatus.PAID:
            if _paid_twice(order, payment):
                _give_back(payment, order, "duplicate")
        elif order.status in (*orders.AWAITING, OrderStatus.EXPIRED) and gone.why(order):
            _give_back(payment, order, "withdrawn")
            orders.cancel(order.id, actor="system", reason="", withdrawn=True)
        elif order.status in orders.AWAITING:
            if as_agreed and bills.booked_cents(order.bill_id) >= order.total_cents:
                orders.mark_paid(session, order)
            else:
                _ask_a_person(order, payment)
        elif order.status is OrderStatus.EXPIRED and refunds.asked_for(payment.id):
            return  # it went back, or a person looks why it did not: no seat beside it
        elif order.status is OrderStatus.EXPIRED and as_agreed:
            _seat_again(order, payment)
        elif order.status is OrderStatus.EXPIRED:
            _ask_a_person(order, payment)
        else:
            _give_back(payment, order, "cancelled")
            if order.paid_at is None and not orders.payable(session, order):
                holds.release(session, order.hold_id)


def fulfil_again(payment_id: int, *, as_agreed: bool = True) -> None:
    """The retry: once it succeeds, nobody needs to look any more."""
    fulfil(payment_id, as_agreed=as_agreed)
    bill_id = db.session.scalar(select(Payment.bill_id).where(Payment.id == payment_id))
    if bill_id is not None:
        bills.unflag(bill_id, only="fulfilment_failed")


def _seat_again(order: Order, payment: Payment) -> None:
    """Money came after the hold ended: a seat if one is left, else all of it back."""
    try:
        with savepoint() as session:
            holds.take_again(session, order.hold_id)
            order.ended_at = None
            orders.mark_paid(session, order)
    except (stock.QuotaShort, DiscountUsedUp):
        db.session.refresh(order)
        _give_back(payment, order, "late")
        return
    audit.note(
        "order.seated_late", f"order:{order.code}", actor="system", series_id=order.series_id
    )


def _ask_a_person(order: Order, payment: Payment) -> None:
    """The money and the places stay; the buyer is told, the desk decides."""
    if payment.received_cents > payment.refunding_cents:
        facts.record(MoneyDiffers(order.id, payment.id, order.series_id))


def _paid_twice(order: Order, payment: Payment) -> bool:
    """Whether what came covers the order without this payment. What an organizer gave back since
    lowers no price: only second payments that are on their way back are left out."""
    left = payment.received_cents - payment.refunding_cents
    came = bills.received_cents(order.bill_id) - refunds.living_cents(order.bill_id, "duplicate")
    return left > 0 and came - order.total_cents >= payment.received_cents


def _give_back(payment: Payment, order: Order, origin: str) -> None:
    """Refund what is left of this payment; a second call finds nothing left.

    A refund that failed left the money here, and a person was asked to give it back by another
    way: asked for once more by the next news, it would go back twice.
    """
    left = payment.received_cents - payment.refunding_cents
    if left <= 0 or refunds.failed_before(payment.id):
        return
    try:
        refunds.request(payment.id, left, reason=origin, origin=origin, actor="system")
    except (RefundTooLarge, NotPaidYet):
        bills.flag(order.bill_id, f"refund_failed:{origin}")
        return
    bills.flag(order.bill_id, f"refunded_{origin}")
