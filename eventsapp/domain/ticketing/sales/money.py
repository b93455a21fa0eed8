"""What became of an order's money, in one word: pages, lists and letters say nothing else."""

import enum
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, or_, select

from eventsapp.domain.billing.money.models import Payment, PaymentStatus
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.kernel import clock
from eventsapp.kernel.db import db


class Money(enum.StrEnum):
    """NONE: nothing was received. REVIEW: it is here, no ticket was given for it, a person
    decides. REST: a part is here, and the rest was asked for until a date. RETURNED: what came is
    on its way back, or back. UNDER_WAY: a debit that takes days. FAILED: such a debit did not
    come. PAID: the order is paid."""

    NONE = "none"
    REVIEW = "review"
    REST = "rest"
    RETURNED = "returned"
    UNDER_WAY = "under_way"
    FAILED = "failed"
    PAID = "paid"


def of(order: Order) -> Money:
    """Read from the order and the payments of its bill alone."""
    if order.status is OrderStatus.PAID:
        return Money.PAID
    came = [one for one in order.bill.payments if one.status is PaymentStatus.CONFIRMED]
    if sum(one.received_cents - one.refunding_cents for one in came) > 0:
        # An organizer who cancels without giving back has decided.
        if order.status is OrderStatus.CANCELLED:
            return Money.NONE
        return Money.REST if waits_for_rest(order) else Money.REVIEW
    if any(one.under_way for one in order.bill.payments):
        return Money.UNDER_WAY
    if came:
        return Money.RETURNED
    failed = order.bill.payments and order.bill.payments[-1].failed_on_its_way
    return Money.FAILED if failed else Money.NONE


def waits_for_rest(order: Order) -> bool:
    """Whether the rest of it was asked for, and may still come in time."""
    if order.rest_asked_at is None or order.deadline is None:
        return False
    return order.deadline > clock.now()


def rest_is_awaited() -> ColumnElement[bool]:
    """Of an order in a statement: ``waits_for_rest``."""
    return and_(Order.rest_asked_at.is_not(None), Order.deadline > clock.now())


def received_cents(order: Order) -> int:
    """All that came for it, whatever went back since; nothing for what was not paid for."""
    return sum(one.received_cents for one in order.bill.payments) if order.total_cents else 0


def is_kept() -> ColumnElement[bool]:
    """Of an order in a statement: money came for it that is not on its way back."""
    return (
        select(Payment.id)
        .where(
            Payment.bill_id == Order.bill_id,
            Payment.status == PaymentStatus.CONFIRMED,
            Payment.received_cents > Payment.refunding_cents,
        )
        .exists()
    )


def keeps(order_id: int) -> bool:
    """Whether money of this order is here: then its places stay, and it is not paid again."""
    return db.session.scalar(select(Order.id).where(Order.id == order_id, is_kept())) is not None


WITHOUT_TICKETS = (
    OrderStatus.AWAITING_PAYMENT,
    OrderStatus.AWAITING_TRANSFER,
    OrderStatus.EXPIRED,
)


def in_review(order_ids: Iterable[int]) -> set[int]:
    """Those of these orders whose money waits for a person, in one statement."""
    statement = select(Order.id).where(
        Order.id.in_(list(order_ids)),
        Order.status.in_(WITHOUT_TICKETS),
        is_kept(),
        or_(Order.rest_asked_at.is_(None), ~rest_is_awaited()),
    )
    return set(db.session.scalars(statement))
