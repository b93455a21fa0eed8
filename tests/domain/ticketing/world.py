"""A box office seen from outside: what is taken, what an order became, its payment page."""

from sqlalchemy import select

from eventsapp.domain.billing.money.models import Payment
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import checkout
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel.db import db


def taken(of) -> list[int]:
    """Taken places of the product's quotas, the event's own first."""
    rows = db.session.execute(
        select(Quota.taken)
        .where(Quota.id.in_([draw.quota_id for draw in of.quotas]))
        .order_by(Quota.id)
    )
    return [row.taken for row in rows]


def fresh(order) -> Order:
    return db.session.get(Order, order.id, populate_existing=True)


def pay_page(order) -> int:
    """Open the payment page of an order; returns the payment's id."""
    checkout.start_payment(order.id, return_url="http://localhost/back")
    return db.session.scalar(
        select(Payment.id).where(Payment.bill_id == order.bill_id).order_by(Payment.id.desc())
    )


def session_of(payment_id) -> str:
    return db.session.scalar(select(Payment.session_id).where(Payment.id == payment_id))
