"""Webhooks: they say where to look, in any order, as often as they like."""

import pytest
from sqlalchemy import func, select

from eventsapp.domain.billing.money import bills, stripe_events
from eventsapp.domain.billing.money.models import LedgerEntry, Payment, Refund, WebhookEvent
from eventsapp.domain.ticketing.sales import checkout
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.gateways.stripe import EventFacts, StripeUnreachable
from eventsapp.gateways.stripe_account import sandbox, stripe_account
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from tests import make

COMPLETED = "checkout.session.completed"


@pytest.fixture
def payment(app) -> Payment:
    """Nineteen euros asked for, the page open."""
    order = make.web_order(make.product(price_cents=1900))
    checkout.start_payment(order.id, return_url="http://localhost/back")
    return db.session.scalars(select(Payment)).one()


def event(kind, payment=None, *, identifier="evt_1", **given) -> EventFacts:
    own = {"session_id": payment.session_id} if payment is not None else {}
    defaults = {
        "session_id": None,
        "payment_intent_id": None,
        "metadata": {},
        "object_type": "",
        "object_id": "obj_1",
        "account": None,
        "payload": {},
    }
    return EventFacts(
        id=identifier, type=kind, livemode=False, created_at=clock.now(), **defaults | own | given
    )


def status() -> OrderStatus:
    return db.session.scalar(select(Order.status))


def count(kind) -> int:
    return db.session.scalar(select(func.count()).select_from(kind))


def test_the_same_delivery_five_times_is_one_booking_one_mail_one_row(payment):
    sandbox().pay(payment.session_id)
    answers = [stripe_events.receive(event(COMPLETED, payment)) for _ in range(5)]

    assert answers == ["settled"] * 5
    assert (status(), count(LedgerEntry), count(WebhookEvent)) == (OrderStatus.PAID, 1, 1)
    assert list(db.session.scalars(select(OutboxMessage.kind))) == ["mail.order_paid"]


def test_a_delivery_that_says_paid_is_not_believed(payment):
    stripe_events.receive(event(COMPLETED, payment, payload={"payment_status": "paid"}))
    assert (status(), count(LedgerEntry)) == (OrderStatus.AWAITING_PAYMENT, 0)


def test_completed_without_money_keeps_the_places_and_issues_nothing(payment):
    sandbox().start_debit(payment.session_id, will_succeed=True)
    stripe_events.receive(event(COMPLETED, payment))
    assert (status(), count(LedgerEntry)) == (OrderStatus.AWAITING_PAYMENT, 0)


@pytest.mark.parametrize(
    "stale", ["checkout.session.expired", "payment_intent.payment_failed", COMPLETED]
)
def test_old_news_takes_nothing_back(payment, stale):
    sandbox().pay(payment.session_id)
    stripe_events.receive(event(COMPLETED, payment))
    stripe_events.receive(event(stale, payment, identifier="evt_2"))
    assert (status(), count(LedgerEntry)) == (OrderStatus.PAID, 1)


def test_a_declined_card_leaves_the_order_payable(payment):
    sandbox().decline(payment.session_id)
    stripe_events.receive(event("payment_intent.payment_failed", payment))
    assert status() is OrderStatus.AWAITING_PAYMENT
    sandbox().pay(payment.session_id)
    stripe_events.receive(event(COMPLETED, payment, identifier="evt_2"))
    assert status() is OrderStatus.PAID


@pytest.mark.parametrize("kind", [COMPLETED, "charge.refunded", "payout.paid", "unheard.of"])
def test_things_that_are_not_ours_are_kept_and_change_nothing(payment, kind):
    told = event(kind, session_id="cs_of_another", metadata={"payment": "another"})
    assert stripe_events.receive(told) == "ignored"
    assert db.session.scalar(select(WebhookEvent.outcome)) == "ignored"
    assert status() is OrderStatus.AWAITING_PAYMENT


def test_an_event_is_seen_only_once_its_work_is_done(payment, monkeypatch):
    sandbox().pay(payment.session_id)

    def down(_session_id):
        raise StripeUnreachable("timed out")

    with monkeypatch.context() as patch:
        patch.setattr(stripe_account(), "look_at_session", down)
        with pytest.raises(StripeUnreachable):
            stripe_events.receive(event(COMPLETED, payment))
    assert count(WebhookEvent) == 0
    stripe_events.receive(event(COMPLETED, payment))
    assert (status(), count(WebhookEvent)) == (OrderStatus.PAID, 1)


def test_a_refund_heard_of_before_its_payment_brings_both(payment):
    """Paid and given back in the dashboard while our deliveries were lost."""
    sandbox().pay(payment.session_id)
    intent = stripe_account().look_at_session(payment.session_id).payment_intent_id
    stripe_account().refund(intent, 1900, idempotency_key=f"all-{intent}", metadata={})

    told = event(
        "charge.refunded", payment_intent_id=intent, metadata={"payment": payment.public_id}
    )
    assert [stripe_events.receive(told) for _ in range(2)] == ["refunds"] * 2

    entries = db.session.scalars(select(LedgerEntry.amount_cents).order_by(LedgerEntry.id))
    assert list(entries) == [1900, -1900]
    assert (status(), count(Refund)) == (OrderStatus.PAID, 1)
    assert bills.kept_cents(payment.bill_id) == 0


def test_a_refund_of_what_was_never_paid_is_let_be(payment):
    told = event("refund.updated", metadata={"payment": payment.public_id})
    assert stripe_events.receive(told) == "ignored"
