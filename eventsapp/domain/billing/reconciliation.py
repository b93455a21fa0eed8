"""Comparing the books with Stripe: what one side knows and the other does not."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from eventsapp.domain.billing import payments, refunds
from eventsapp.domain.billing.models import LedgerEntry, Payment
from eventsapp.gateways.stripe import StripeRefused
from eventsapp.gateways.stripe_account import stripe_account
from eventsapp.kernel import clock
from eventsapp.kernel.db import db


@dataclass(frozen=True)
class Difference:
    """``side``: who lacks it (ours, stripe); amounts in cents."""

    side: str
    what: str
    reference: str
    cents: int


def reconcile(days: int = 7) -> list[Difference]:
    """Take in what Stripe knows of the last days, then list what still differs.

    Raises:
        StripeUnreachable: nothing was compared.
    """
    since = clock.now() - timedelta(days=days)
    account = stripe_account()
    found: list[Difference] = []
    charges = [charge for charge in account.charges_since(since) if charge.paid]
    for charge in charges:
        payment = _payment(charge.payment_intent_id, charge.metadata.get("payment"))
        if payment is None:
            continue  # another application's on the same account
        try:
            payments.look_and_confirm(payment.id)
        except StripeRefused:
            found.append(Difference("stripe", "session", payment.public_id, charge.amount_cents))
    for refund in account.refunds_since(since):
        payment = _payment(refund.payment_intent_id, None)
        if payment is not None:
            refunds.take_in_external(payment, refund)
    return found + _differences(
        {charge.payment_intent_id: charge.amount_cents for charge in charges}
    )


def _differences(charged: dict[str | None, int]) -> list[Difference]:
    found = []
    intents = [intent for intent in charged if intent]
    booked = {
        row.external_id: row.amount_cents
        for row in db.session.execute(
            select(LedgerEntry.external_id, LedgerEntry.amount_cents).where(
                LedgerEntry.source == "stripe",
                LedgerEntry.kind == "payment",
                LedgerEntry.external_id.in_(intents),
            )
        )
    }
    known = set(
        db.session.scalars(
            select(Payment.payment_intent).where(Payment.payment_intent.in_(intents))
        )
    )
    for intent, cents in charged.items():
        if intent in known and booked.get(intent) != cents:
            found.append(Difference("ours", "payment", str(intent), cents))
    return found


def _payment(intent: str | None, public_id: str | None) -> Payment | None:
    if intent is not None:
        found = db.session.scalar(select(Payment).where(Payment.payment_intent == intent))
        if found is not None:
            return found
    if public_id is None:
        return None
    return db.session.scalar(select(Payment).where(Payment.public_id == public_id))
