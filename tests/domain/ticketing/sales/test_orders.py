"""Orders: deciding on them, ending them, and giving their places back only when nobody can pay."""

import pytest
from sqlalchemy import select

from eventsapp.domain.billing.money import payments
from eventsapp.domain.billing.money.models import Payment, PaymentStatus
from eventsapp.domain.ticketing.sales import checkout, copies, orders, queries
from eventsapp.domain.ticketing.sales.errors import AlreadyDecided, NotPaid
from eventsapp.domain.ticketing.sales.models import OrderStatus
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.gateways.stripe_account import sandbox
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction
from tests import make
from tests.domain.ticketing.world import fresh, pay_page, session_of, taken


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


@pytest.mark.parametrize("price", [0, 1900])
def test_a_request_is_decided_once_whoever_clicks_last(app, price):
    """One organizer accepts, another refuses from the page he had open."""
    product = make.product(price_cents=price, approval=True)
    accepted, refused = make.web_order(product), make.web_order(product)
    orders.approve(accepted.id, actor="first")
    orders.refuse(refused.id, actor="first", reason="complet")

    for order in (accepted, refused):
        with pytest.raises(AlreadyDecided):
            orders.refuse(order.id, actor="second", reason="complet")
        with pytest.raises(AlreadyDecided):
            orders.approve(order.id, actor="second")

    now_is = OrderStatus.AWAITING_PAYMENT if price else OrderStatus.PAID
    assert (fresh(accepted).status, fresh(refused).status) == (now_is, OrderStatus.CANCELLED)
    assert (taken(product), len(fresh(accepted).tickets)) == ([1, 1], 0 if price else 1)


def test_a_cancelled_order_is_cancelled_once(app):
    product = make.product()
    written = make.paid_order(product, 2)
    for _ in range(2):
        orders.cancel(written.order_id, actor="test", reason="erreur")
    assert (taken(product), queries.unbalanced_quotas()) == ([0, 0], [])
    notes = db.session.scalars(select(AuditEntry.action))
    assert [one for one in notes if one == "order.cancelled"] == ["order.cancelled"]


def test_places_of_a_cancelled_order_can_be_kept_from_sale(app):
    product = make.product()
    written = make.paid_order(product, 2)
    orders.cancel(written.order_id, actor="test", reason="annulé", keep_places=True)
    assert (taken(product), queries.unbalanced_quotas()) == ([2, 2], [])


def test_a_transfer_that_does_not_come_frees_its_places_after_ten_days(app, now):
    product = make.product()
    buyer = Buyer("a@b.example")
    written = checkout.sell(
        product.event.series, [make.line(product)], buyer, make.nobody(1), payment="transfer"
    )
    assert written.status is OrderStatus.AWAITING_TRANSFER
    now(days=9, hours=23)
    assert orders.expire_due() == 0
    now(hours=1)
    assert (orders.expire_due(), taken(product)) == (1, [0, 0])


@pytest.mark.parametrize("status", ["paid", "expired", "cancelled"])
def test_what_has_ended_or_is_paid_does_not_expire(app, now, status):
    product = make.product()
    order = make.web_order(product)
    if status == "paid":
        payment_id = pay_page(order)
        sandbox().pay(session_of(payment_id))
        payments.look_and_confirm(payment_id)
    elif status == "cancelled":
        orders.cancel(order.id, actor="test", reason="x")
    now(days=1)
    orders.expire_due()
    assert (orders.expire(order.id), fresh(order).status.value) == (False, status)


def test_an_order_that_somebody_can_still_pay_is_not_ended(app, now):
    """``expire`` looks for itself: between the list of who is due and the order's turn its page
    may have been opened."""
    product = make.product()
    order = make.web_order(product, 2)
    payment_id = pay_page(order)
    now(days=1)

    assert (orders.expire(order.id), taken(product)) == (False, [2, 2])
    assert fresh(order).status is OrderStatus.AWAITING_PAYMENT
    sandbox().pay(session_of(payment_id), even_expired=True)
    payments.look_and_confirm(payment_id)
    assert fresh(order).status is OrderStatus.PAID


def test_a_debit_under_way_keeps_the_places_of_its_order(app, now):
    product = make.product()
    order = make.web_order(product, 2)
    payment_id = pay_page(order)
    with transaction():
        lock(Payment, payment_id).status = PaymentStatus.PENDING
    now(days=1)

    assert (orders.expire_due(), orders.expire(order.id), taken(product)) == (0, False, [2, 2])


def test_an_unpaid_order_has_no_tickets_to_send(app):
    order = make.web_order(make.product())
    with pytest.raises(NotPaid):
        copies.send_tickets_again(order.id)
