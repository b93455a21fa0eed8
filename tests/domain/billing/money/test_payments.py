"""Opening a page at Stripe: repeated calls are the same call, until Stripe has stored an error."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from eventsapp.domain.billing.money import bills, payments, reconciliation, refunds
from eventsapp.domain.billing.money.errors import PaymentRefused, PaymentUnavailable
from eventsapp.domain.billing.money.models import (
    Bill,
    LedgerEntry,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
)
from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import checkout, orders
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.gateways.stripe import StripeRefused, StripeUnreachable
from eventsapp.gateways.stripe_account import sandbox, stripe_account
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make

BACK = "http://localhost/back"


@pytest.fixture
def order(app):
    return make.web_order(make.product(price_cents=1900))


@pytest.fixture
def calls(monkeypatch):
    """The idempotency keys that reach Stripe; ``calls.fail`` is raised instead of an answer."""

    class Calls(list):
        fail: Exception | None = None

    seen = Calls()
    open_session = stripe_account().open_session

    def noted(wanted):
        seen.append(wanted.idempotency_key)
        if seen.fail:
            raise seen.fail
        return open_session(wanted)

    monkeypatch.setattr(stripe_account(), "open_session", noted)
    return seen


def payments_of(order) -> list[Payment]:
    statement = select(Payment).where(Payment.bill_id == order.bill_id).order_by(Payment.id)
    return list(db.session.scalars(statement, execution_options={"populate_existing": True}))


def test_an_answer_that_was_lost_is_asked_for_under_the_same_key(order, calls):
    calls.fail = StripeUnreachable("timed out")
    with pytest.raises(PaymentUnavailable):
        checkout.start_payment(order.id, return_url=BACK)
    calls.fail = None
    checkout.start_payment(order.id, return_url=BACK)

    assert len(calls) == 2 and len(set(calls)) == 1
    assert [one.status for one in payments_of(order)] == [PaymentStatus.PENDING]


def test_an_error_that_stripe_has_stored_is_not_replayed_for_ever(order, calls):
    """Stripe keeps a 500 with its key: the same call would fail until tomorrow."""
    calls.fail = StripeUnreachable("internal error", 500)
    with pytest.raises(PaymentUnavailable):
        checkout.start_payment(order.id, return_url=BACK)
    calls.fail = None
    checkout.start_payment(order.id, return_url=BACK)

    assert [key.rsplit("-", 1)[1] for key in calls] == ["1", "2"]
    assert len(payments_of(order)) == 1


@pytest.mark.parametrize("status", [409, 429])
def test_busy_is_no_stored_error(order, calls, status):
    """Decided before the key is looked at: the same key may be tried again."""
    calls.fail = StripeUnreachable("busy", status)
    with pytest.raises(PaymentUnavailable):
        checkout.start_payment(order.id, return_url=BACK)
    calls.fail = None
    checkout.start_payment(order.id, return_url=BACK)

    assert len(set(calls)) == 1


def test_a_page_that_stripe_refuses_asks_for_a_person_and_frees_the_buyer(order, calls):
    calls.fail = StripeRefused("parameter_invalid", 400)
    with pytest.raises(PaymentRefused):
        checkout.start_payment(order.id, return_url=BACK)
    bill = db.session.get(Bill, order.bill_id, populate_existing=True)
    assert bill.attention == "stripe_refused:parameter_invalid"

    calls.fail = None
    checkout.start_payment(order.id, return_url=BACK)

    assert len(set(calls)) == 2
    assert [(one.status, one.attempt) for one in payments_of(order)] == [
        (PaymentStatus.FAILED, 2),
        (PaymentStatus.PENDING, 1),
    ]


def test_the_state_of_the_order_is_what_stripe_says_and_not_what_it_said(order):
    """A stale look cannot take back what was confirmed since."""
    checkout.start_payment(order.id, return_url=BACK)
    (payment,) = payments_of(order)
    stale = stripe_account().look_at_session(payment.session_id)
    sandbox().pay(payment.session_id)
    payments.look_and_confirm(payment.id)

    assert payments.settle(payment.id, stale) is PaymentStatus.CONFIRMED


@pytest.mark.parametrize("wrong", [{"currency": "JPY"}, {"amount_received_cents": 1899}])
def test_money_other_than_agreed_is_booked_and_gives_no_ticket_however_often_seen(order, wrong):
    checkout.start_payment(order.id, return_url=BACK)
    (payment,) = payments_of(order)
    sandbox().pay(payment.session_id)
    seen = replace(stripe_account().look_at_session(payment.session_id), **wrong)
    for _ in range(3):
        payments.settle(payment.id, seen)

    after = db.session.get(Order, order.id, populate_existing=True)
    assert (after.status, after.tickets) == (OrderStatus.AWAITING_PAYMENT, [])
    assert after.bill.attention == "amount_mismatch"
    assert bills.booked_cents(order.bill_id) == wrong.get("amount_received_cents", 1900)


def test_a_page_that_stripe_never_opened_keeps_no_place_for_ever(order, calls, now):
    calls.fail = StripeUnreachable("down")
    with pytest.raises(PaymentUnavailable):
        checkout.start_payment(order.id, return_url=BACK)
    now(minutes=40)
    payments.sweep()
    assert orders.expire_due() == 0  # Stripe is still down: it may have been opened

    calls.fail = None
    now(minutes=2)
    payments.sweep()
    orders.expire_due()

    assert [one.status for one in payments_of(order)] == [PaymentStatus.EXPIRED]
    after = db.session.get(Order, order.id, populate_existing=True)
    assert after.status is OrderStatus.EXPIRED
    assert [quota.taken for quota in db.session.scalars(select(Quota))] == [0, 0]


def test_a_buyer_who_comes_back_after_stripe_was_down_can_pay(order, calls, now):
    calls.fail = StripeUnreachable("down")
    with pytest.raises(PaymentUnavailable):
        checkout.start_payment(order.id, return_url=BACK)
    calls.fail = None
    now(minutes=5)

    assert checkout.start_payment(order.id, return_url=BACK)
    bill = db.session.get(Bill, order.bill_id, populate_existing=True)
    assert bill.attention is None
    assert [one.status for one in payments_of(order)] == [
        PaymentStatus.CREATED,  # the sweeper ends it
        PaymentStatus.PENDING,
    ]


def test_a_debit_on_its_way_is_not_asked_for_twice(order, now):
    checkout.start_payment(order.id, return_url=BACK)
    (payment,) = payments_of(order)
    sandbox().start_debit(payment.session_id, will_succeed=True)
    payments.look_and_confirm(payment.id)

    assert checkout.start_payment(order.id, return_url=BACK) == BACK
    now(minutes=35)
    assert checkout.start_payment(order.id, return_url=BACK) == BACK
    assert len(payments_of(order)) == 1


@pytest.mark.parametrize(
    ("arrives", "status", "taken"),
    [(True, OrderStatus.PAID, [1, 1]), (False, OrderStatus.EXPIRED, [0, 0])],
)
def test_a_debit_keeps_the_places_until_its_outcome_is_known(order, now, arrives, status, taken):
    checkout.start_payment(order.id, return_url=BACK)
    (payment,) = payments_of(order)
    sandbox().start_debit(payment.session_id, will_succeed=arrives)
    now(minutes=40)
    payments.sweep()
    assert orders.expire_due() == 0

    sandbox().deliver_webhooks(lambda *_: 200)
    now(hours=2)
    payments.sweep()

    assert db.session.get(Order, order.id, populate_existing=True).status is status
    assert [quota.taken for quota in db.session.scalars(select(Quota))] == taken


def test_no_call_to_stripe_is_made_inside_a_transaction(order, monkeypatch, now):
    """I9: a slow answer would hold the rows that everybody wants."""
    made = []

    def outside(name):
        really = getattr(stripe_account(), name)

        def call(*given, **named):
            assert db.session().info.get("depth", 0) == 0, name
            made.append(name)
            return really(*given, **named)

        monkeypatch.setattr(stripe_account(), name, call)

    for name in ("open_session", "look_at_session", "expire_session", "refund", "refunds_of"):
        outside(name)
    checkout.start_payment(order.id, return_url=BACK)
    (first,) = payments_of(order)
    payments.look_and_confirm(first.id)
    now(minutes=30, seconds=30)
    checkout.start_payment(order.id, return_url=BACK)  # closes the first page
    second = payments_of(order)[-1]
    sandbox().pay(second.session_id)
    payments.look_and_confirm(second.id)
    refunding.refund_order(order.id, reason="x", actor="test")
    refunds.send(db.session.scalar(select(Refund.id)))
    reconciliation.reconcile()

    assert set(made) == {"open_session", "look_at_session", "expire_session", "refund"}


def test_a_page_of_payment_stays_within_its_statements(order, statements):
    """Whoever buys goes through this: nothing is read twice that one read holds for."""
    db.session.remove()
    statements.clear()
    checkout.start_payment(order.id, return_url=BACK)
    counted = [text for text in statements if not text.startswith(("BEGIN", "COMMIT"))]
    assert len(counted) <= 13, "\n".join(text[:80] for text in counted)


def opened(price_cents=1900) -> Payment:
    order = make.web_order(make.product(price_cents=price_cents))
    checkout.start_payment(order.id, return_url=BACK)
    return payments_of(order)[0]


def look_at(*of) -> list[datetime | None]:
    rows = [db.session.get(Payment, one.id, populate_existing=True) for one in of]
    return [row.look_at for row in rows]


def test_what_a_buyer_could_not_wait_for_is_looked_at_next_and_nothing_else(app, now):
    slow, other, paid = (opened() for _ in range(3))
    sandbox().pay(paid.session_id)
    payments.look_and_confirm(paid.id)
    _, before, done = look_at(slow, other, paid)
    assert before > now()

    payments.look_soon(slow.id)
    payments.look_soon(paid.id)  # it has its answer

    assert look_at(slow, other, paid) == [now(), before, done]


def test_a_payment_of_which_stripe_says_nothing_is_asked_for_again_later(app, now, monkeypatch):
    silent, paid = opened(), opened()
    for one in (silent, paid):
        payments.look_soon(one.id)
    sandbox().pay(paid.session_id)
    looking = stripe_account().look_at_session

    def half(session_id):
        if session_id == silent.session_id:
            raise StripeUnreachable("timed out")
        return looking(session_id)

    monkeypatch.setattr(stripe_account(), "look_at_session", half)
    assert payments.sweep() == 2
    assert payments.sweep() == 0

    assert look_at(silent, paid) == [now() + payments.LOOK_AGAIN, None]
    now(seconds=payments.LOOK_AGAIN.total_seconds())
    assert payments.sweep() == 1


def test_money_that_the_organizer_has_is_booked_as_his(order, now):
    at = clock.now()
    payment_id = payments.book_offline(order.bill_id, amount_cents=1900, currency="EUR")

    (payment,) = payments_of(order)
    assert (payment.method, payment.status) == (PaymentMethod.OFFLINE, PaymentStatus.CONFIRMED)
    assert (payment.received_cents, payment.refunding_cents) == (1900, 0)
    assert (payment.created_at, payment.confirmed_at) == (at, at)
    (entry,) = db.session.scalars(select(LedgerEntry))
    assert (entry.payment_id, entry.bill_id) == (payment_id, order.bill_id)
    assert (entry.source, entry.kind, entry.amount_cents) == ("offline", "payment", 1900)
    assert (entry.external_id, entry.at) == (payment.public_id, at)
