"""Orders: deciding on them, ending them, and giving their places back only when nobody can pay."""

from sqlalchemy import select

from eventsapp.domain.billing import payments
from eventsapp.domain.billing.models import Payment, PaymentStatus
from eventsapp.domain.ticketing import orders
from eventsapp.domain.ticketing.models import OrderStatus
from eventsapp.kernel.db import db
from tests import make
from tests.domain.ticketing.world import fresh, pay_page, taken


def test_an_order_that_needs_approval_waits_for_it(app):
    product = make.product(price_cents=0, approval=True)
    order = make.web_order(product)
    assert order.status is OrderStatus.AWAITING_APPROVAL
    orders.approve(order.id, actor="test")
    assert fresh(order).status is OrderStatus.PAID
    assert len(fresh(order).tickets) == 1


def test_an_unpaid_order_frees_its_places_only_after_stripe_has_closed(app, now):
    product = make.product()
    order = make.web_order(product, 2)
    payment_id = pay_page(order)
    now(minutes=40)
    assert orders.expire_due() == 0  # a payment is still possible: nothing is freed
    payments.sweep()
    assert db.session.scalar(select(Payment.status).where(Payment.id == payment_id)) in (
        PaymentStatus.EXPIRED,
    )
    orders.expire_due()
    assert fresh(order).status is OrderStatus.EXPIRED
    assert taken(product) == [0, 0]


def test_a_cancelled_order_keeps_its_places_while_it_can_be_paid(app, now):
    product = make.product()
    order = make.web_order(product, 2)
    pay_page(order)
    orders.cancel(order.id, actor="test", reason="erreur")
    assert taken(product) == [2, 2]
    now(minutes=40)
    payments.sweep()
    assert taken(product) == [0, 0]


def test_an_approved_order_keeps_its_days_when_a_payment_page_is_left(app, now):
    product = make.product(approval=True)
    order = make.web_order(product)
    orders.approve(order.id, actor="test")
    given = fresh(order).deadline
    pay_page(order)
    now(minutes=40)
    payments.sweep()
    orders.expire_due()

    assert (fresh(order).status, fresh(order).deadline) == (OrderStatus.AWAITING_PAYMENT, given)
    now(days=10)
    assert orders.expire_due() == 1
    assert taken(product) == [0, 0]
