"""Money going back: once, never more than came, and true to what Stripe says later."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from eventsapp.delivery import worker
from eventsapp.domain.billing.money import bills, payments, refunds
from eventsapp.domain.billing.money.errors import NotPaidYet, RefundTooLarge
from eventsapp.domain.billing.money.models import Bill, LedgerEntry, Payment, Refund, RefundStatus
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales import checkout
from eventsapp.domain.ticketing.sales.models import Ticket, TicketStatus
from eventsapp.gateways import mail
from eventsapp.gateways.stripe import StripeRefused, StripeUnreachable
from eventsapp.gateways.stripe_account import sandbox, stripe_account
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make

WHY = {"reason": "fermé", "origin": "organizer", "actor": "test"}


@pytest.fixture
def payment(app) -> Payment:
    """Nineteen euros, paid by card."""
    product = make.product(price_cents=1900)
    releases.publish(product.series_id, actor="test")
    order = make.web_order(product)
    checkout.start_payment(order.id, return_url="http://localhost/back")
    paid = db.session.scalars(select(Payment)).one()
    sandbox().pay(paid.session_id)
    payments.look_and_confirm(paid.id)
    return db.session.get(Payment, paid.id, populate_existing=True)


def fresh(kind, key):
    return db.session.get(kind, key, populate_existing=True)


def at_stripe(payment) -> list[tuple[int, str]]:
    return [
        (one.amount_cents, one.status)
        for one in stripe_account().refunds_of(payment.payment_intent)
    ]


def test_a_refund_is_intended_first_then_sent_once(payment):
    refund = refunds.request(payment.id, 500, **WHY)
    assert (refund.status, at_stripe(payment)) == (RefundStatus.REQUESTED, [])

    refunds.send(refund.id)
    refunds.send(refund.id)

    assert at_stripe(payment) == [(500, "succeeded")]
    assert fresh(Refund, refund.id).status is RefundStatus.SUCCEEDED
    assert bills.booked_cents(payment.bill_id) == 1400


def test_two_refunds_never_exceed_the_payment(payment):
    refunds.request(payment.id, 1500, **WHY)

    with pytest.raises(RefundTooLarge) as refusal:
        refunds.request(payment.id, 500, **WHY)

    assert refusal.value.facts == {"left_cents": 400, "wanted_cents": 500}


def test_nothing_is_given_back_before_it_came(app):
    order = make.web_order(make.product(price_cents=1900))
    checkout.start_payment(order.id, return_url="http://localhost/back")
    open_one = db.session.scalars(select(Payment)).one()

    with pytest.raises(NotPaidYet):
        refunds.request(open_one.id, 500, **WHY)


def test_an_answer_lost_after_the_refund_was_made_makes_no_second_one(payment, monkeypatch):
    refund = refunds.request(payment.id, 500, **WHY)
    really = stripe_account().refund

    def lost(*given, **named):
        really(*given, **named)
        raise StripeUnreachable("timed out")

    monkeypatch.setattr(stripe_account(), "refund", lost)
    with pytest.raises(StripeUnreachable):
        refunds.send(refund.id)
    monkeypatch.setattr(stripe_account(), "refund", really)
    refunds.send(refund.id)

    assert at_stripe(payment) == [(500, "succeeded")]


def test_a_stored_error_after_the_refund_was_made_makes_no_second_one(payment, monkeypatch):
    """A 500 says nothing of what was done: it is looked for before another key is tried."""
    refund = refunds.request(payment.id, 500, **WHY)
    really = stripe_account().refund

    def made_but(*given, **named):
        really(*given, **named)
        raise StripeUnreachable("internal error", 500)

    monkeypatch.setattr(stripe_account(), "refund", made_but)
    refunds.send(refund.id)

    assert at_stripe(payment) == [(500, "succeeded")]
    assert fresh(Refund, refund.id).status is RefundStatus.SUCCEEDED


def test_a_stored_error_without_a_refund_is_tried_under_another_key(payment, monkeypatch):
    refund = refunds.request(payment.id, 500, **WHY)
    keys = []
    really = stripe_account().refund

    def fails_once(*given, **named):
        keys.append(named["idempotency_key"])
        if len(keys) == 1:
            raise StripeUnreachable("internal error", 500)
        return really(*given, **named)

    monkeypatch.setattr(stripe_account(), "refund", fails_once)
    with pytest.raises(StripeUnreachable):
        refunds.send(refund.id)
    refunds.send(refund.id)

    assert [key.rsplit("-", 1)[1] for key in keys] == ["1", "2"]
    assert at_stripe(payment) == [(500, "succeeded")]


def test_a_key_that_somebody_else_moved_on_does_not_go_back(payment, monkeypatch):
    """A key that goes back would be answered with the old error for a day."""
    refund = refunds.request(payment.id, 500, **WHY)

    def overtaken(*_given, **_named):
        with transaction() as session:
            session.get_one(Refund, refund.id).attempt = 3
        raise StripeUnreachable("internal error", 500)

    monkeypatch.setattr(stripe_account(), "refund", overtaken)
    with pytest.raises(StripeUnreachable):
        refunds.send(refund.id)

    assert fresh(Refund, refund.id).attempt == 3


def test_a_new_key_is_for_the_refund_that_met_the_error_alone(payment, monkeypatch):
    refund, other = (refunds.request(payment.id, cents, **WHY) for cents in (500, 400))

    def fails(*_given, **_named):
        raise StripeUnreachable("internal error", 500)

    monkeypatch.setattr(stripe_account(), "refund", fails)
    with pytest.raises(StripeUnreachable):
        refunds.send(refund.id)

    assert [fresh(Refund, one.id).attempt for one in (refund, other)] == [2, 1]


def test_a_refund_that_stripe_refuses_frees_its_part_and_asks_for_a_person(payment, monkeypatch):
    refund = refunds.request(payment.id, 500, **WHY)

    def refused(*_given, **_named):
        raise StripeRefused("charge_disputed", 400)

    monkeypatch.setattr(stripe_account(), "refund", refused)
    refunds.send(refund.id)

    assert fresh(Refund, refund.id).failure == "charge_disputed"
    assert fresh(Payment, payment.id).refunding_cents == 0
    assert fresh(Bill, payment.bill_id).attention == "refund_failed"


def test_a_refund_that_fails_after_it_succeeded_comes_back_into_the_books(payment):
    refund = refunds.request(payment.id, 500, **WHY)
    refunds.send(refund.id)
    sandbox().change_refund(fresh(Refund, refund.id).external_id, "failed", "expired_card")
    (seen,) = stripe_account().refunds_of(payment.payment_intent)

    refunds.settle(refund.id, seen)
    refunds.settle(refund.id, seen)

    entries = db.session.scalars(
        select(LedgerEntry.amount_cents).where(LedgerEntry.refund_id == refund.id)
    ).all()
    assert sorted(entries) == [-500, 500]
    assert bills.booked_cents(payment.bill_id) == 1900


def test_a_refund_outside_stripe_is_booked_and_done_by_hand(app):
    order = make.paid_order(make.product(price_cents=1900))
    (refund,) = refunds.request_on_bill(order.bill_id, 1900, **WHY)

    refunds.send(refund.id)

    assert fresh(Refund, refund.id).status is RefundStatus.SUCCEEDED
    assert bills.booked_cents(order.bill_id) == 0
    assert fresh(Bill, order.bill_id).attention == "refund_by_hand"


def test_the_buyer_is_written_to_when_the_money_left_and_once(payment):
    refunds.request(payment.id, 500, **WHY)
    sent = mail.memory().sent
    del sent[:]
    worker.drain()  # the letter of the order, the refund, and the letter that it makes
    worker.drain()

    assert [one.subject for one in sent[-1:]] == ["Remboursement de 5,00 €"]
    assert sum("Remboursement" in one.subject for one in sent) == 1


def test_a_refusal_frees_no_more_than_it_had_reserved(payment):
    """Ours waits while all of it is given back in the dashboard."""
    ours = refunds.request(payment.id, 1500, **WHY)
    stripe_account().refund(
        payment.payment_intent, 1900, idempotency_key=f"all-{payment.public_id}", metadata={}
    )
    for seen in stripe_account().refunds_of(payment.payment_intent):
        refunds.take_in_external(payment, seen)

    refunds.send(ours.id)

    assert fresh(Refund, ours.id).status is RefundStatus.FAILED
    assert fresh(Payment, payment.id).refunding_cents == 1900
    assert bills.kept_cents(payment.bill_id) == bills.booked_cents(payment.bill_id) == 0


def test_a_refund_refused_to_us_and_made_all_the_same_is_taken_as_made(payment, monkeypatch):
    refund = refunds.request(payment.id, 1500, **WHY)

    def refused(*_given, **_named):
        raise StripeRefused("charge_already_refunded", 400)

    with monkeypatch.context() as patch:
        patch.setattr(stripe_account(), "refund", refused)
        refunds.send(refund.id)
    stripe_account().refund(
        payment.payment_intent,
        1500,
        idempotency_key=f"lost-{payment.public_id}",
        metadata={"refund": refund.public_id},
    )
    for seen in stripe_account().refunds_of(payment.payment_intent):
        refunds.take_in_external(payment, seen)

    assert fresh(Refund, refund.id).status is RefundStatus.SUCCEEDED
    assert bills.kept_cents(payment.bill_id) == bills.booked_cents(payment.bill_id) == 400


def test_an_old_look_takes_no_failure_back(payment):
    refund = refunds.request(payment.id, 500, **WHY)
    refunds.send(refund.id)
    (old,) = stripe_account().refunds_of(payment.payment_intent)
    sandbox().change_refund(old.id, "failed", "expired_card")
    (new,) = stripe_account().refunds_of(payment.payment_intent)

    for seen in (new, old, new):
        refunds.settle(refund.id, seen)

    assert fresh(Refund, refund.id).status is RefundStatus.FAILED
    assert bills.kept_cents(payment.bill_id) == bills.booked_cents(payment.bill_id) == 1900


def test_a_pending_refund_waits_and_is_no_error(payment):
    refund = refunds.request(payment.id, 500, **WHY)
    refunds.send(refund.id)
    refunds.settle(
        other := refunds.request(payment.id, 400, **WHY).id,
        replace(
            stripe_account().refunds_of(payment.payment_intent)[0], id="re_2", status="pending"
        ),
    )

    waiting = fresh(Refund, other)
    assert waiting.status is RefundStatus.SUBMITTED
    assert bills.booked_cents(payment.bill_id) == 1400
    assert fresh(Bill, payment.bill_id).attention is None
    assert bills.kept_cents(payment.bill_id) == 1000


def test_a_refund_made_in_the_dashboard_keeps_the_tickets_and_asks_a_person(payment):
    stripe_account().refund(
        payment.payment_intent, 1900, idempotency_key=f"all-{payment.public_id}", metadata={}
    )
    for _ in range(2):
        for seen in stripe_account().refunds_of(payment.payment_intent):
            refunds.take_in_external(payment, seen)

    taken = db.session.scalars(select(Refund)).one()
    assert (taken.origin, taken.status) == ("external", RefundStatus.SUCCEEDED)
    assert bills.booked_cents(payment.bill_id) == 0
    assert fresh(Bill, payment.bill_id).attention == "external_refund"
    assert [one.status for one in db.session.scalars(select(Ticket))] == [TicketStatus.VALID]
