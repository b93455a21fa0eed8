"""What a refund leaves behind: its row, its line in the books, what is announced, which is ours."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from eventsapp.domain.billing.money import bills, payments, refunds
from eventsapp.domain.billing.money.facts import RefundSettled
from eventsapp.domain.billing.money.models import (
    Bill,
    LedgerEntry,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from eventsapp.gateways.stripe import RefundFacts, StripeRefused, StripeUnreachable
from eventsapp.gateways.stripe_account import stripe_account
from eventsapp.kernel import clock, facts
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make

WHY = {"reason": "fermé", "origin": "organizer", "actor": "test"}


@pytest.fixture
def bill(app) -> Bill:
    order = make.web_order(make.product(price_cents=1900))
    return db.session.get_one(Bill, order.bill_id)


@pytest.fixture
def told(monkeypatch):
    """The facts that were announced, in their order."""
    heard = []
    really = facts.record
    monkeypatch.setattr(facts, "record", lambda fact: (heard.append(fact), really(fact)))
    return heard


def by_card(bill, cents=1900, intent="pi_1") -> Payment:
    """A payment by card that came, with its line in the books."""
    with transaction() as session:
        row = Payment(
            public_id=f"pay-{make.number()}", bill_id=bill.id, method=PaymentMethod.STRIPE,
            status=PaymentStatus.CONFIRMED, amount_cents=cents, received_cents=cents,
            currency="EUR", payment_intent=intent, created_at=clock.now(),
        )  # fmt: skip
        session.add(row)
    return row


def by_hand(bill, cents=1900) -> Payment:
    key = payments.book_offline(bill.id, amount_cents=cents, currency="EUR")
    return db.session.get_one(Payment, key)


def seen(refund, status="succeeded", **given) -> RefundFacts:
    return RefundFacts(
        id=f"re_{refund.id}", status=status, amount_cents=refund.amount_cents, currency="EUR",
        created_at=datetime(2026, 9, 10, tzinfo=UTC), metadata={"refund": refund.public_id},
        **given,
    )  # fmt: skip


def fresh(refund) -> Refund:
    return db.session.get_one(Refund, refund.id, populate_existing=True)


def books(refund):
    found = select(LedgerEntry).where(LedgerEntry.refund_id == refund.id).order_by(LedgerEntry.id)
    return [
        (one.source, one.kind, one.amount_cents, one.external_id)
        for one in db.session.scalars(found)
    ]


def test_a_refund_by_hand_is_settled_booked_and_announced_once(bill, told):
    refund = refunds.request(by_hand(bill).id, 700, **WHY)
    del told[:]
    refunds.send(refund.id)
    refunds.send(refund.id)

    row = fresh(refund)
    name = f"offline-{refund.public_id}"
    assert (row.status, row.settled_at) == (RefundStatus.SUCCEEDED, clock.now())
    assert row.external_id == name
    assert books(refund) == [("offline", "refund", -700, name)]
    assert told == [RefundSettled(refund.id, bill.series_id, True)]


def test_a_refund_that_fails_after_it_succeeded_is_announced_and_taken_back(bill, told, now):
    refund = refunds.request(by_card(bill).id, 700, **WHY)
    del told[:]
    refunds.settle(refund.id, seen(refund))
    now(hours=30)
    refunds.settle(refund.id, seen(refund, "failed", failure_reason="lost_or_stolen_card"))

    row, name = fresh(refund), f"re_{refund.id}"
    assert (row.status, row.failure) == (RefundStatus.FAILED, "lost_or_stolen_card")
    assert row.settled_at == clock.now()
    assert books(refund) == [
        ("stripe", "refund", -700, name),
        ("stripe", "refund_reversed", 700, name),
    ]
    assert told == [
        RefundSettled(refund.id, bill.series_id, True),
        RefundSettled(refund.id, bill.series_id, False),
    ]


def test_a_refund_that_never_left_fails_without_a_line_in_the_books(bill, told):
    refund = refunds.request(by_card(bill).id, 700, **WHY)
    del told[:]
    refunds.settle(refund.id, seen(refund, "canceled"))

    assert (fresh(refund).failure, books(refund)) == ("canceled", [])
    assert told == [RefundSettled(refund.id, bill.series_id, False)]


def refused_then_listed(monkeypatch, listed):
    """Stripe refuses the call, and has these refunds by payment intent."""

    def no(*_given, **_named):
        raise StripeRefused("charge_already_refunded", 400)

    monkeypatch.setattr(stripe_account(), "refund", no)
    monkeypatch.setattr(stripe_account(), "refunds_of", lambda intent: listed.get(intent, []))


@pytest.mark.parametrize("dead", ["failed", "canceled"])
def test_of_two_that_bear_our_name_the_living_one_is_ours(bill, monkeypatch, dead):
    refund = refunds.request(by_card(bill).id, 700, **WHY)
    first = replace(seen(refund, dead), id="re_first")
    refused_then_listed(monkeypatch, {"pi_1": [first, seen(refund)]})

    refunds.send(refund.id)

    row = fresh(refund)
    assert (row.status, row.external_id) == (RefundStatus.SUCCEEDED, f"re_{refund.id}")


def test_where_only_a_dead_one_bears_our_name_its_reason_is_told(bill, monkeypatch):
    refund = refunds.request(by_card(bill).id, 700, **WHY)
    dead = seen(refund, "failed", failure_reason="expired_or_canceled_card")
    refused_then_listed(monkeypatch, {"pi_1": [dead]})

    refunds.send(refund.id)

    row = fresh(refund)
    assert (row.status, row.failure) == (RefundStatus.FAILED, "expired_or_canceled_card")


def test_refunds_of_other_names_and_of_other_payments_are_not_ours(bill, monkeypatch):
    refund = refunds.request(by_card(bill).id, 700, **WHY)
    foreign = replace(seen(refund), id="re_2", metadata={"refund": "x"})
    refused_then_listed(monkeypatch, {"pi_1": [foreign], "pi_2": [seen(refund)]})

    refunds.send(refund.id)

    row = fresh(refund)
    assert (row.status, row.failure) == (RefundStatus.FAILED, "charge_already_refunded")


def test_an_amount_is_spread_to_the_last_cent_over_what_each_payment_has_left(bill):
    older, newer = by_hand(bill, 1000), by_hand(bill, 900)
    refunds.request(newer.id, 899, **WHY)

    made = refunds.request_on_bill(bill.id, 500, **WHY)

    assert [(one.payment_id, one.amount_cents) for one in made] == [(newer.id, 1), (older.id, 499)]


def test_a_payment_that_is_spent_gets_no_refund_of_nothing(bill):
    older, newer = by_hand(bill, 1000), by_hand(bill, 900)
    refunds.request(newer.id, 900, **WHY)

    made = refunds.request_on_bill(bill.id, 500, **WHY)

    assert [(one.payment_id, one.amount_cents) for one in made] == [(older.id, 500)]


def test_what_goes_back_for_a_reason_is_counted_by_bill_reason_and_fate(bill):
    other = db.session.get_one(Bill, make.web_order(make.product(price_cents=1900)).bill_id)
    asked = refunds.request(by_hand(bill).id, 300, **WHY)
    gone = refunds.request(by_hand(bill).id, 20, **WHY)
    refunds.send(gone.id)
    failed = refunds.request(by_card(bill).id, 1, **WHY)
    refunds.settle(failed.id, seen(failed, "failed"))
    refunds.request(by_hand(bill).id, 4000 - 3000, **WHY | {"origin": "late"})
    refunds.request(by_hand(other).id, 1900, **WHY)

    assert asked.origin == "organizer"
    assert refunds.living_cents(bill.id, "organizer") == 320
    assert refunds.living_cents(bill.id, "late") == 1000
    assert refunds.living_cents(bill.id, "external") == 0


def test_attention_is_counted_within_the_series(bill):
    other = db.session.get_one(Bill, make.web_order(make.product(price_cents=1900)).bill_id)
    bills.flag(bill.id, "amount_mismatch")
    bills.flag(other.id, "amount_mismatch")

    assert bills.count_in_attention(bill.series_id) == 1


def attention(bill):
    return db.session.get_one(Bill, bill.id, populate_existing=True).attention


def test_the_flag_of_a_failure_goes_with_the_last_failure_of_the_bill(bill):
    other = db.session.get_one(Bill, make.web_order(make.product(price_cents=1900)).bill_id)
    first, second, foreign = (
        refunds.request(by_card(of, intent=f"pi_{n}").id, 700, **WHY)
        for n, of in enumerate((bill, bill, other))
    )
    for one in (first, second, foreign):
        refunds.settle(one.id, seen(one, "failed"))

    flags = []
    for one in (first, second):
        # Our refusal, not Stripe's word: it may be made all the same.
        with transaction():
            fresh(one).external_id = None
        refunds.settle(one.id, seen(one))
        flags.append((attention(bill), attention(other)))

    assert flags == [("refund_failed", "refund_failed"), (None, "refund_failed")]
    assert (fresh(first).failure, fresh(first).settled_at) == (None, clock.now())


def test_what_one_payment_reserves_is_counted_from_its_own_refunds(bill):
    mine, neighbour = by_card(bill, intent="pi_1"), by_card(bill, intent="pi_2")
    refunds.request(neighbour.id, 600, **WHY)
    first, second = (refunds.request(mine.id, cents, **WHY) for cents in (300, 50))
    refunds.settle(first.id, seen(first, "failed"))

    left = db.session.get_one(Payment, mine.id, populate_existing=True)
    assert (left.refunding_cents, fresh(second).status) == (50, RefundStatus.REQUESTED)


def test_a_call_is_noted_for_the_refund_it_was_made_for(bill, monkeypatch):
    mine = by_card(bill)
    sent, waiting = (refunds.request(mine.id, 100, **WHY) for _n in range(2))
    monkeypatch.setattr(stripe_account(), "refund", lambda *_given, **_named: seen(sent))

    refunds.send(sent.id)

    assert (fresh(sent).asked_at, fresh(waiting).asked_at) == (clock.now(), None)


def test_a_refund_made_in_the_dashboard_has_a_row_that_says_so(bill):
    payment = by_card(bill)
    made = RefundFacts(
        id="re_elsewhere", status="pending", amount_cents=400, currency="EUR",
        created_at=clock.now(), payment_intent_id="pi_1",
    )  # fmt: skip

    refunds.take_in_external(payment, made)
    refunds.take_in_external(payment, made)

    (row,) = db.session.scalars(select(Refund))
    assert (row.external_id, row.reason, row.origin) == ("re_elsewhere", "Stripe", "external")
    assert (row.amount_cents, row.status) == (400, RefundStatus.SUBMITTED)


def test_after_an_error_at_stripe_it_is_looked_for_at_its_own_payment(bill, monkeypatch):
    refund = refunds.request(by_card(bill).id, 700, **WHY)

    def made_but(*_given, **_named):
        raise StripeUnreachable("internal error", 500)

    monkeypatch.setattr(stripe_account(), "refund", made_but)
    listed = {"pi_1": [seen(refund)]}
    monkeypatch.setattr(stripe_account(), "refunds_of", lambda intent: listed.get(intent, []))

    refunds.send(refund.id)

    assert fresh(refund).status is RefundStatus.SUCCEEDED
