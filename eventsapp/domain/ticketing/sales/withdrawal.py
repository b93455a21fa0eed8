"""What becomes of unpaid orders when their event is cancelled, or taken back to draft; and of the
payment page of an order that was cancelled at the desk.

Their payment pages are closed at Stripe first: a page that stays open sells. Then the orders of a
cancelled event end, and their buyers are told; those of a draft wait for it, or for their deadline.
Money that was faster goes back (``fulfilment``).
"""

import logging

from sqlalchemy import ColumnElement, or_, select

from eventsapp.domain.billing.money import bills, payments
from eventsapp.domain.billing.money.models import Payment, PaymentStatus
from eventsapp.domain.programme.models import Event, EventState
from eventsapp.domain.ticketing.catalogue.errors import EventCancelled
from eventsapp.domain.ticketing.catalogue.models import Product, ProductAdmission
from eventsapp.domain.ticketing.sales import giving_back, gone, orders
from eventsapp.domain.ticketing.sales.models import HoldLine, Order, OrderStatus
from eventsapp.gateways.stripe import StripeRefused, StripeUnreachable
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

log = logging.getLogger(__name__)


def withdraw_due(limit: int = 200) -> int:
    """Close the pages and end the orders of events that are not given any more; returns how many
    orders were looked at. Repeating changes nothing."""
    due = list(
        db.session.scalars(
            select(Order.id)
            .where(
                or_(
                    Order.status.in_(orders.AWAITING)
                    & or_(_has_event(_cancelled()), _has_event(_taken_back()) & _has_page()),
                    (Order.status == OrderStatus.CANCELLED) & _has_page(),
                ),
            )
            .order_by(Order.id)
            .limit(limit)
        )
    )
    for order_id in due:
        try:
            _close_pages(order_id)
        except (StripeUnreachable, StripeRefused) as error:
            # Its page may still be open: the order stays as it is until Stripe has answered.
            log.warning("order %s: %s", order_id, error)
            continue
        _end(order_id)
    return len(due)


def _close_pages(order_id: int) -> None:
    open_ones = select(Payment.id).join(Order, Order.bill_id == Payment.bill_id)
    for payment_id in list(
        db.session.scalars(open_ones.where(Order.id == order_id, _unsettled(), ~_on_its_way()))
    ):
        payments.close_page(payment_id)


def _end(order_id: int) -> None:
    with transaction() as session:
        order = giving_back.lock_money(order_id)
        if order.status not in orders.AWAITING or orders.payable(session, order):
            return  # paid meanwhile, or a debit on its way: what comes is given back when it comes
        if gone.why(order) is EventCancelled:  # others wait for their event, or their deadline
            # Money that waited for a person's decision.
            if giving_back.give_back_kept(
                order, reason="withdrawn", origin="withdrawn", actor="system"
            ):
                bills.flag(order.bill_id, "refunded_withdrawn")
            orders.cancel(order_id, actor="system", reason="", withdrawn=True)


def _unsettled() -> ColumnElement[bool]:
    return Payment.status.in_((PaymentStatus.CREATED, PaymentStatus.PENDING))


def _on_its_way() -> ColumnElement[bool]:
    """A debit that the buyer has confirmed: there is no page left to close."""
    return Payment.payment_intent.is_not(None)


def _has_page() -> ColumnElement[bool]:
    page = select(Payment.id).where(Payment.bill_id == Order.bill_id, _unsettled(), ~_on_its_way())
    return page.exists()


def _has_event(standing: ColumnElement[bool]) -> ColumnElement[bool]:
    lines = (
        select(HoldLine.id)
        .join(Product, Product.id == HoldLine.product_id)
        .outerjoin(ProductAdmission, ProductAdmission.product_id == Product.id)
        .join(Event, or_(Event.id == Product.event_id, Event.id == ProductAdmission.event_id))
        .where(HoldLine.hold_id == Order.hold_id, HoldLine.quantity > HoldLine.given_back, standing)
    )
    return lines.exists()


def _cancelled() -> ColumnElement[bool]:
    return or_(Event.state == EventState.CANCELLED, Event.released_state == "cancelled")


def _taken_back() -> ColumnElement[bool]:
    return or_(Event.state == EventState.DRAFT, Event.released_state.is_(None))
