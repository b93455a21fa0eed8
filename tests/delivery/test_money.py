"""Calls that move money: after their commit, as often as needed, with one effect."""

import pytest
from sqlalchemy import inspect, select

from eventsapp.delivery import money, worker
from eventsapp.domain.billing.money import bills, payments, refunds
from eventsapp.domain.billing.money.models import Bill, Payment, Refund, RefundStatus
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales import checkout, orders
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.gateways.stripe import StripeUnreachable
from eventsapp.gateways.stripe_account import sandbox, stripe_account
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from tests import make


@pytest.fixture
def payment(app) -> Payment:
    """Nineteen euros at Stripe, paid, of which nobody has told us."""
    product = make.product(price_cents=1900)
    releases.publish(product.series_id, actor="test")
    order = make.web_order(product)
    checkout.start_payment(order.id, return_url="http://localhost/back")
    made = db.session.scalars(select(Payment)).one()
    sandbox().pay(made.session_id)
    return made


def at_stripe(payment) -> list[int]:
    (key,) = inspect(payment).identity  # the worker has ended the row's session
    row = db.session.get(Payment, key, populate_existing=True)
    return [one.amount_cents for one in stripe_account().refunds_of(row.payment_intent)]


def test_a_refund_leaves_when_stripe_answers_again_and_once(payment, monkeypatch, now):
    payments.look_and_confirm(payment.id)
    refund_id = refunds.request(payment.id, 500, reason="x", origin="organizer", actor="test").id

    def down(*_given, **_named):
        raise StripeUnreachable("timed out")

    with monkeypatch.context() as patch:
        patch.setattr(stripe_account(), "refund", down)
        worker.drain()
    assert at_stripe(payment) == []
    waiting = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "money.refund"))
    assert [(row.ended, "timed out" in row.last_error) for row in waiting] == [(False, True)]

    now(minutes=1)
    worker.drain()
    for _ in range(2):
        money.send_refund({"refund_id": refund_id})
    assert at_stripe(payment) == [500]
    assert db.session.get(Refund, refund_id, populate_existing=True).status is (
        RefundStatus.SUCCEEDED
    )


def test_what_was_paid_for_is_given_at_the_next_try_and_once(payment, monkeypatch):
    def broken(*_given):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(orders, "mark_paid", broken)
        payments.look_and_confirm(payment.id)
    assert db.session.scalar(select(Order.status)) is OrderStatus.AWAITING_PAYMENT

    worker.drain()
    money.fulfil({"payment_id": payment.id})

    order = db.session.scalars(select(Order)).one()
    assert (order.status, len(order.tickets)) == (OrderStatus.PAID, 1)
    assert bills.booked_cents(order.bill_id) == 1900
    assert order.bill.attention is None


def test_what_else_came_up_meanwhile_still_asks_for_a_person(payment, monkeypatch):
    def broken(*_given):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(orders, "mark_paid", broken)
        payments.look_and_confirm(payment.id)
    bills.flag(payment.bill_id, "external_refund")
    worker.drain()
    bill = db.session.get(Bill, payment.bill_id, populate_existing=True)
    assert bill.attention == "external_refund"
