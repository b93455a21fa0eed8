"""The books against Stripe: what was missed is taken in, what differs is said."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from eventsapp.domain.billing.money import bills, reconciliation, refunds
from eventsapp.domain.billing.money.models import Bill, LedgerEntry, Payment, PaymentStatus, Refund
from eventsapp.domain.billing.money.reconciliation import Difference
from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.sales import checkout
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.gateways.stripe import StripeUnreachable
from eventsapp.gateways.stripe_account import sandbox, stripe_account
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make


@pytest.fixture
def order(app):
    """An order of 19 euros, its payment page open and not yet paid."""
    made = make.web_order(make.product(price_cents=1900))
    checkout.start_payment(made.id, return_url="http://localhost/back")
    return made


def payment_of(order) -> Payment:
    statement = select(Payment).where(Payment.bill_id == order.bill_id)
    return db.session.scalars(statement, execution_options={"populate_existing": True}).one()


def test_money_that_nobody_reported_is_taken_in(order):
    sandbox().pay(payment_of(order).session_id)

    assert reconciliation.reconcile() == []

    assert payment_of(order).status is PaymentStatus.CONFIRMED
    assert db.session.get(Order, order.id, populate_existing=True).status is OrderStatus.PAID


def test_what_the_books_have_is_not_asked_for_again(order, monkeypatch):
    sandbox().pay(payment_of(order).session_id)
    reconciliation.reconcile()

    def no_look(session_id):
        raise AssertionError("one look for each charge of a week would hold up the mails")

    monkeypatch.setattr(stripe_account(), "look_at_session", no_look)
    assert reconciliation.reconcile() == []


def test_a_refund_made_in_the_dashboard_is_taken_in(order):
    sandbox().pay(payment_of(order).session_id)
    reconciliation.reconcile()
    stripe_account().refund(
        payment_of(order).payment_intent, 500, idempotency_key="dashboard", metadata={}
    )

    assert reconciliation.reconcile() == []

    taken = db.session.scalars(select(Refund)).one()
    assert (taken.origin, taken.amount_cents) == ("external", 500)


def test_a_refund_that_fails_days_later_is_seen_without_its_webhook(order):
    sandbox().pay(payment_of(order).session_id)
    reconciliation.reconcile()
    refunding.refund_order(order.id, reason="fermé", actor="test")
    refund = db.session.scalars(select(Refund)).one()
    refunds.send(refund.id)
    sandbox().change_refund(refund.external_id, "failed", "lost_or_stolen_card")

    assert reconciliation.reconcile() == []

    assert bills.booked_cents(order.bill_id) == 1900
    assert db.session.get(Bill, order.bill_id, populate_existing=True).attention == "refund_failed"


def test_money_at_stripe_that_the_books_lost_is_named(order):
    sandbox().pay(payment_of(order).session_id)
    reconciliation.reconcile()
    with transaction() as session:
        session.execute(delete(LedgerEntry))

    intent = payment_of(order).payment_intent
    assert reconciliation.reconcile() == [Difference("ours", "payment", intent, 1900)]


def test_money_in_the_books_that_stripe_does_not_know_is_named(order):
    sandbox().pay(payment_of(order).session_id)
    reconciliation.reconcile()
    with transaction() as session:
        session.execute(update(LedgerEntry).values(external_id="pi_of_another_account"))

    lacking = [one.side for one in reconciliation.reconcile()]
    assert lacking == ["ours", "stripe"]


def test_the_nightly_comparison_asks_for_a_persons_eye(order):
    sandbox().pay(payment_of(order).session_id)
    reconciliation.reconcile()
    with transaction() as session:
        session.execute(update(LedgerEntry).values(amount_cents=1800))

    reconciliation.nightly()

    attention = db.session.get(Bill, order.bill_id, populate_existing=True).attention
    assert attention == "stripe_differs"


def test_stripe_down_at_night_is_no_difference(order, monkeypatch):
    def down(_since):
        raise StripeUnreachable("no answer")

    monkeypatch.setattr(stripe_account(), "charges_since", down)
    reconciliation.nightly()

    assert db.session.get(Bill, order.bill_id, populate_existing=True).attention is None


def test_charges_older_than_the_days_asked_for_are_left_alone(order, now):
    sandbox().pay(payment_of(order).session_id)
    reconciliation.reconcile()
    now(now() + timedelta(days=8))

    assert reconciliation.reconcile(days=7) == []
