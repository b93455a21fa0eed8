"""Comparing the books with Stripe: what one side knows and the other does not.

Lists first, looks second: of the charges of a week only those that the books do not have yet, or
have otherwise, are asked for one by one.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from eventsapp import settings
from eventsapp.domain.billing.money import bills, payments, refunds, trouble
from eventsapp.domain.billing.money.models import LedgerEntry, Payment
from eventsapp.gateways.stripe import ChargeFacts, RefundFacts, StripeRefused, StripeUnreachable
from eventsapp.gateways.stripe_account import stripe_account
from eventsapp.kernel import clock
from eventsapp.kernel.db import db

log = logging.getLogger(__name__)

# Money is booked when we hear of it, which may be long after Stripe took it: an entry is looked
# for at Stripe only if the list surely reaches back to it.
SURELY_LISTED = timedelta(days=1)
CHUNK = 500


@dataclass(frozen=True)
class Difference:
    """``side``: who lacks it (ours, stripe); amounts in cents."""

    side: str
    what: str
    reference: str
    cents: int


def nightly() -> None:
    """What the worker does once a day; every bill that differs asks for a person's eye."""
    if not settings.current().payments_open:
        return
    try:
        found = reconcile()
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("reconciliation: %s", error)
        return
    for one in found:
        log.error("%s lacks %s %s (%s cents)", one.side, one.what, one.reference, one.cents)
        payment = _payment(one.reference, None)
        if payment is not None:
            bills.flag(payment.bill_id, "stripe_differs")


@trouble.watched()
def reconcile(days: int = 7) -> list[Difference]:
    """Take in what Stripe knows of the last days, then list what still differs.

    Raises:
        StripeUnreachable: nothing was compared.
    """
    since = clock.now() - timedelta(days=days)
    account = stripe_account()
    charges = [charge for charge in account.charges_since(since) if charge.paid]
    returned = list(account.refunds_since(since))
    _take_in_charges(charges)
    _take_in_refunds(returned)
    return [
        *_payments_we_lack(charges),
        *_refunds_we_lack(returned),
        *_stripe_lacks("payment", {one.payment_intent_id for one in charges}, since),
        *_stripe_lacks("refund", {one.id for one in returned}, since),
    ]


def _take_in_charges(charges: Sequence[ChargeFacts]) -> None:
    booked = _booked("payment", (one.payment_intent_id for one in charges))
    for charge in charges:
        if booked.get(charge.payment_intent_id or "") == charge.amount_cents:
            continue
        payment = _payment(charge.payment_intent_id, charge.metadata.get("payment"))
        if payment is None:
            continue  # another application's on the same account
        try:
            payments.look_and_confirm(payment.id)
        except StripeRefused as error:
            log.warning("payment %s: %s", payment.public_id, error)


def _take_in_refunds(returned: Sequence[RefundFacts]) -> None:
    booked = _booked("refund", (one.id for one in returned))
    reversed_ = _booked("refund_reversed", (one.id for one in returned))
    for refund in returned:
        settled = refund.id in booked and refund.status == "succeeded"
        undone = refund.id in reversed_ and refund.status in ("failed", "canceled")
        payment = None if settled or undone else _payment(refund.payment_intent_id, None)
        if payment is not None:
            refunds.take_in_external(payment, refund)


def _payments_we_lack(charges: Sequence[ChargeFacts]) -> list[Difference]:
    booked = _booked("payment", (one.payment_intent_id for one in charges))
    return [
        Difference("ours", "payment", str(one.payment_intent_id), one.amount_cents)
        for one in charges
        if booked.get(one.payment_intent_id or "") != one.amount_cents
        and _payment(one.payment_intent_id, one.metadata.get("payment")) is not None
    ]


def _refunds_we_lack(returned: Sequence[RefundFacts]) -> list[Difference]:
    gone = [one for one in returned if one.status == "succeeded"]
    booked = _booked("refund", (one.id for one in gone))
    return [
        Difference("ours", "refund", str(one.payment_intent_id), one.amount_cents)
        for one in gone
        if booked.get(one.id) != -one.amount_cents
        and _payment(one.payment_intent_id, None) is not None
    ]


def _stripe_lacks(kind: str, known: set[str | None], since: datetime) -> list[Difference]:
    """Entries of the books that Stripe does not list."""
    rows = db.session.execute(
        select(LedgerEntry.external_id, LedgerEntry.amount_cents, Payment.payment_intent)
        .join(Payment, Payment.id == LedgerEntry.payment_id)
        .where(
            LedgerEntry.source == "stripe",
            LedgerEntry.kind == kind,
            LedgerEntry.at >= since + SURELY_LISTED,
        )
    )
    return [
        Difference("stripe", kind, str(row.payment_intent or row.external_id), row.amount_cents)
        for row in rows
        if row.external_id not in known
    ]


def _booked(kind: str, external_ids: Iterable[str | None]) -> dict[str, int]:
    """Cents in the books by the thing's id at Stripe."""
    wanted = [one for one in external_ids if one]
    found: dict[str, int] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = db.session.execute(
            select(LedgerEntry.external_id, LedgerEntry.amount_cents).where(
                LedgerEntry.source == "stripe",
                LedgerEntry.kind == kind,
                LedgerEntry.external_id.in_(wanted[start : start + CHUNK]),
            )
        )
        found.update((row.external_id, row.amount_cents) for row in rows)
    return found


def _payment(intent: str | None, public_id: str | None) -> Payment | None:
    if intent is not None:
        found = db.session.scalar(select(Payment).where(Payment.payment_intent == intent))
        if found is not None:
            return found
    if public_id is None:
        return None
    return db.session.scalar(select(Payment).where(Payment.public_id == public_id))
