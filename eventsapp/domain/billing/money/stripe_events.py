"""Webhooks: a signed delivery says where to look; the look says what is true."""

from sqlalchemy import or_, select

from eventsapp.domain.billing.money import payments, refunds, sessions
from eventsapp.domain.billing.money.models import Payment, WebhookEvent
from eventsapp.gateways.stripe import EventFacts, StripeUnreachable
from eventsapp.gateways.stripe_account import stripe_account
from eventsapp.kernel import clock, dialects
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

# What the endpoint subscribes to; ``eventsapp stripe setup`` creates it with exactly these.
SUBSCRIBED = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.payment_failed",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "radar.early_fraud_warning.created",
    "payout.paid",
    "payout.failed",
)


def receive(event: EventFacts) -> str:
    """Act on one delivery; returns what came of it (``ignored``, ``settled``, ``refunds``).

    Effects come before the row that says it was seen: a failure half-way leaves no row, and
    Stripe sends again. Duplicates find everything done.

    Raises:
        StripeUnreachable: the look failed; the answer must be 5xx so that Stripe sends again.
    """
    payment = _payment_of(event)
    try:
        outcome = _act(event, payment)
    except StripeUnreachable:
        if payment is not None:
            # Stripe may send again in an hour only: the worker looks sooner.
            payments.look_soon(payment.id)
        raise
    _note(event, outcome)
    return outcome


def _act(event: EventFacts, payment: Payment | None) -> str:
    outcome = "ignored"
    if payment is not None and event.type.startswith(("checkout.session.", "payment_intent.")):
        if payment.session_id is None and event.session_id is not None:
            sessions.adopt(payment, event.session_id)
        payments.look_and_confirm(payment.id)
        outcome = "settled"
    elif payment is not None and event.type.startswith(("refund.", "charge.refunded")):
        outcome = _take_in_refunds(payment)
    return outcome


def _note(event: EventFacts, outcome: str) -> None:
    with transaction() as session:
        session.execute(
            dialects.insert(WebhookEvent.__table__)
            .values(
                event_id=event.id,
                type=event.type,
                outcome=outcome,
                payload={"object": event.object_id, "metadata": dict(event.metadata)},
                received_at=clock.now(),
            )
            .on_conflict_do_nothing(index_elements=["event_id"])
        )


def _take_in_refunds(payment: Payment) -> str:
    """The payment first, whose own news may come later, or never."""
    payments.look_and_confirm(payment.id)
    found = db.session.get_one(Payment, payment.id, populate_existing=True)
    if found.payment_intent is None:
        return "ignored"
    for seen in stripe_account().refunds_of(found.payment_intent):
        refunds.take_in_external(found, seen)
    return "refunds"


def _payment_of(event: EventFacts) -> Payment | None:
    """Our payment behind an event of this account; None for other applications' objects."""
    keys = []
    if event.session_id:
        keys.append(Payment.session_id == event.session_id)
    if event.payment_intent_id:
        keys.append(Payment.payment_intent == event.payment_intent_id)
    if event.metadata.get("payment"):
        keys.append(Payment.public_id == event.metadata["payment"])
    if not keys:
        return None
    return db.session.scalar(select(Payment).where(or_(*keys)).limit(1))
