"""Calls to Stripe whose answer was lost: what was done is found, and done once."""

from contextlib import contextmanager

import pytest
from sqlalchemy import select

from eventsapp.delivery import worker
from eventsapp.domain.billing.money import bills, payments, refunds
from eventsapp.domain.billing.money.models import LedgerEntry, PaymentStatus, RefundStatus
from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.sales import orders, queries
from eventsapp.domain.ticketing.sales.models import OrderStatus
from eventsapp.gateways.stripe import StripeRefused, StripeUnreachable
from eventsapp.gateways.stripe_account import sandbox, stripe_account
from eventsapp.kernel.db import db
from tests.money.street import flag_of, fresh, refunds_of


@pytest.fixture
def paid(street):
    """An order paid by card, its letter sent."""
    order = street.order()
    street.pays(order)
    street.settle()
    return order


@contextmanager
def lost(name: str, *, status: int | None = None):
    """Stripe does it, and the answer gets lost (or is an error of its own)."""
    account = stripe_account()
    really = getattr(account, name)

    def made(*given, **named):
        really(*given, **named)
        raise StripeUnreachable("timed out", status)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(account, name, made)
        yield


@pytest.mark.parametrize("cents", [500, 1900])
@pytest.mark.parametrize("status", [None, 500])
@pytest.mark.parametrize("hours", [0.1, 25])
def test_a_refund_whose_answer_was_lost_is_found_and_not_made_again(
    street, paid, now, cents, status, hours
):
    """Stripe forgets a key after a day: the same call would be a second refund."""
    refunding.refund_amount(paid.id, cents, reason="fermé", actor="test")
    with lost("refund", status=status):
        worker.drain()  # and no news come either

    now(hours=hours)
    worker.drain()
    letters = street.settle()

    assert street.at_stripe(paid) == [cents]
    assert [one.status for one in refunds_of(paid)] == [RefundStatus.SUCCEEDED]
    booked = select(LedgerEntry.amount_cents).where(LedgerEntry.kind == "refund")
    assert db.session.scalars(booked).all() == [-cents]
    assert bills.booked_cents(paid.bill_id) == 1900 - cents
    assert flag_of(paid) is None
    told = {"Remboursement" in one.subject for one in letters}
    assert told <= {True}


def test_a_refund_that_never_reached_stripe_is_made_once_a_day_later(street, paid, now):
    refunding.refund_amount(paid.id, 500, reason="fermé", actor="test")

    def down(*_given, **_named):
        raise StripeUnreachable("no route to host")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stripe_account(), "refund", down)
        street.settle()
    now(hours=25)
    street.settle()
    street.settle()
    assert street.at_stripe(paid) == [500]


def test_one_refused_because_it_was_made_already_is_taken_as_made(street, paid):
    refunding.refund_amount(paid.id, 1900, reason="fermé", actor="test")
    really = stripe_account().refund

    def made_and_refused(*given, **named):
        really(*given, **named)
        raise StripeRefused("charge_already_refunded", 400)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stripe_account(), "refund", made_and_refused)
        street.settle()
    assert [one.status for one in refunds_of(paid)] == [RefundStatus.SUCCEEDED]
    assert (street.at_stripe(paid), flag_of(paid)) == ([1900], None)


def test_the_flag_of_a_failed_refund_goes_when_it_succeeds_after_all(street, paid):
    refunding.refund_amount(paid.id, 500, reason="fermé", actor="test")

    def refused(*_given, **_named):
        raise StripeRefused("charge_disputed", 400)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stripe_account(), "refund", refused)
        street.settle()
    (refund,) = refunds_of(paid)
    assert (refund.status, flag_of(paid)) == (RefundStatus.FAILED, "refund_failed")

    intent = street.payment(paid).payment_intent
    metadata = {"refund": refund.public_id}
    stripe_account().refund(intent, 500, idempotency_key=refund.public_id, metadata=metadata)
    street.settle()

    assert [one.status for one in refunds_of(paid)] == [RefundStatus.SUCCEEDED]
    assert flag_of(paid) is None


def test_what_was_refunded_in_the_dashboard_is_not_asked_to_be_paid_again(street, paid):
    """ "Give the money back another way" would pay the buyer twice."""
    intent = street.payment(paid).payment_intent
    stripe_account().refund(intent, 1900, idempotency_key=f"by-hand-{intent}", metadata={})
    refunding.refund_amount(paid.id, 1900, reason="fermé", actor="test")
    street.settle()
    assert street.at_stripe(paid) == [1900]
    assert flag_of(paid) == "external_refund"
    assert bills.booked_cents(paid.bill_id) == 0


@pytest.mark.parametrize("hours", [1, 25])
def test_a_page_whose_answer_was_lost_ends_and_frees_the_place(street, now, hours):
    with lost("open_session"):
        order = street.order()
    now(hours=hours)
    for _ in range(2):
        payments.sweep()
        now(minutes=6)
    orders.expire_due()
    assert street.payment(order).status is PaymentStatus.EXPIRED
    assert (fresh(order).status, street.taken()) == (OrderStatus.EXPIRED, {0})


def test_money_on_a_page_whose_answer_was_lost_is_found_by_its_news(street, now):
    """The attempt was called off, its page was there all the same, and somebody paid it."""
    opened = []
    really = stripe_account().open_session

    def made(wanted):
        opened.append(really(wanted).id)
        raise StripeRefused("parameter_invalid", 400)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stripe_account(), "open_session", made)
        order = street.order()
    assert street.payment(order).status is PaymentStatus.FAILED
    sandbox().pay(opened[0])
    street.settle()
    assert (fresh(order).status, bills.booked_cents(order.bill_id)) == (OrderStatus.PAID, 1900)
    assert flag_of(order) is None


@pytest.mark.parametrize("paid_meanwhile", [True, False])
def test_closing_a_page_whose_answer_was_lost_is_asked_again(street, now, paid_meanwhile):
    order = street.order()
    if paid_meanwhile:
        street.pays(order)
    now(minutes=32)
    with lost("expire_session"):
        payments.sweep()
    now(minutes=2)
    payments.sweep()
    now(minutes=10)
    orders.expire_due()
    status = OrderStatus.PAID if paid_meanwhile else OrderStatus.EXPIRED
    assert (fresh(order).status, queries.unbalanced_quotas()) == (status, [])


def test_a_refund_asked_for_twice_at_once_after_its_key_is_forgotten_is_one(street, paid, now):
    refunding.refund_amount(paid.id, 500, reason="fermé", actor="test")
    (refund,) = refunds_of(paid)
    with lost("refund"), pytest.raises(StripeUnreachable):
        refunds.send(refund.id)
    now(hours=25)
    for _ in range(2):
        refunds.send(refund.id)
    assert street.at_stripe(paid) == [500]
