"""Refunds: reserved on the payment first, sent by the worker, settled by what Stripe says."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select, update

from eventsapp.domain.billing.money import bills, ledger, trouble
from eventsapp.domain.billing.money.errors import NotPaidYet, RefundTooLarge
from eventsapp.domain.billing.money.facts import RefundRequested, RefundSettled
from eventsapp.domain.billing.money.models import (
    Bill,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from eventsapp.gateways.stripe import RefundFacts, StripeRefused, StripeUnreachable
from eventsapp.gateways.stripe_account import stripe_account
from eventsapp.kernel import audit, clock, facts, secrets
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction

LIVING = (RefundStatus.REQUESTED, RefundStatus.SUBMITTED, RefundStatus.SUCCEEDED)
FINAL = (RefundStatus.SUCCEEDED, RefundStatus.FAILED, RefundStatus.CANCELED)


def request(payment_id: int, amount_cents: int, *, reason: str, origin: str, actor: str) -> Refund:
    """Reserve an amount of a payment and ask the worker to send it back.

    Raises:
        NotPaidYet: nothing was received on this payment.
        RefundTooLarge: refunds asked for so far leave less than this.
    """
    now = clock.now()
    with transaction() as session:
        reserved = session.execute(
            update(Payment)
            .where(
                Payment.id == payment_id,
                Payment.status == PaymentStatus.CONFIRMED,
                Payment.refunding_cents + amount_cents <= Payment.received_cents,
            )
            .values(refunding_cents=Payment.refunding_cents + amount_cents)
            .returning(Payment.bill_id)
        ).first()
        if reserved is None:
            payment = lock(Payment, payment_id)
            if payment.status is not PaymentStatus.CONFIRMED:
                raise NotPaidYet
            left = payment.received_cents - payment.refunding_cents
            raise RefundTooLarge(left_cents=left, wanted_cents=amount_cents)
        refund = Refund(
            public_id=secrets.new_secret(),
            payment_id=payment_id,
            status=RefundStatus.REQUESTED,
            origin=origin,
            amount_cents=amount_cents,
            reason=reason[:500],
            created_at=now,
        )
        session.add(refund)
        session.flush()
        series_id = session.get_one(Bill, reserved.bill_id).series_id
        audit.note(
            "refund.requested",
            f"bill:{reserved.bill_id}",
            actor=actor,
            series_id=series_id,
            detail={"refund": refund.public_id, "cents": amount_cents, "origin": origin},
        )
        facts.record(RefundRequested(refund.id, series_id))
        return refund


def request_on_bill(
    bill_id: int, amount_cents: int, *, reason: str, origin: str, actor: str
) -> list[Refund]:
    """Spread an amount over the bill's payments, newest first.

    Raises:
        NotPaidYet, RefundTooLarge.
    """
    with transaction():
        payments = lock_payments(bill_id)
        if not payments:
            raise NotPaidYet
        left = sum(payment.received_cents - payment.refunding_cents for payment in payments)
        if amount_cents > left:
            raise RefundTooLarge(left_cents=left, wanted_cents=amount_cents)
        made = []
        for payment in payments:
            part = min(amount_cents, payment.received_cents - payment.refunding_cents)
            if part > 0:
                made.append(request(payment.id, part, reason=reason, origin=origin, actor=actor))
                amount_cents -= part
        return made


def lock_payments(bill_id: int) -> Sequence[Payment]:
    """The confirmed payments of a bill, newest first, held until the transaction ends.

    Who is going to refund calls it before locking the order: money that comes locks in that order
    too, and two that meet would wait for each other otherwise (I11 of ticketing). Held are those
    that are not confirmed yet as well: one of them may be by the next look, with its bill in hand.
    """
    statement = (
        select(Payment)
        .where(Payment.bill_id == bill_id)
        .order_by(Payment.id.desc())
        .with_for_update()
    )
    held = db.session.scalars(statement, execution_options={"populate_existing": True}).all()
    return [one for one in held if one.status is PaymentStatus.CONFIRMED]


@trouble.watched()
def send(refund_id: int) -> None:
    """Send a refund to where the money came from. Repeatable.

    The first call needs no look: nothing can have been made. Afterwards the outcome of a call is
    unknown until Stripe is asked, for a key protects for a day only, and an answer may be lost.

    Raises:
        StripeUnreachable: try again later.
    """
    refund = db.session.get(Refund, refund_id, populate_existing=True)
    if refund is None or refund.status in FINAL:
        return
    payment = refund.payment
    if payment.method is not PaymentMethod.STRIPE or payment.payment_intent is None:
        _settle_by_hand(refund_id)
        return
    intent, public_id, attempt = payment.payment_intent, refund.public_id, refund.attempt
    seen = None if _asked_first(refund_id) else _made_before(intent, public_id)
    if seen is None:
        seen = _ask(refund_id, intent, public_id, refund.amount_cents, attempt)
    if seen is not None:
        settle(refund_id, seen)


def _ask(
    refund_id: int, intent: str, public_id: str, amount_cents: int, attempt: int
) -> RefundFacts | None:
    """Ask Stripe for a refund; None when it said no, which is stored."""
    try:
        return stripe_account().refund(
            intent,
            amount_cents,
            idempotency_key=f"refund-{public_id}-{attempt}",
            metadata={"refund": public_id},
        )
    except StripeRefused as error:
        # "Already refunded" may speak of this very one, asked for a moment ago by somebody else.
        made = _made_before(intent, public_id)
        if made is None:
            _fail(refund_id, error.code)
        return made
    except StripeUnreachable as error:
        if not error.stored:
            raise
        # It may have been made all the same: only when it was not, another key is tried.
        made = _made_before(intent, public_id)
        if made is None:
            _count_attempt(refund_id, attempt)
            raise
        return made


def _asked_first(refund_id: int) -> bool:
    """Note that Stripe is about to be asked; whether nobody asked before."""
    with transaction() as session:
        noted: Any = session.execute(
            update(Refund)
            .where(Refund.id == refund_id, Refund.asked_at.is_(None))
            .values(asked_at=clock.now())
        )
        return bool(noted.rowcount)


def _made_before(payment_intent: str, public_id: str) -> RefundFacts | None:
    """Our refund as Stripe has it, found by the name we gave it; the living one if there are two
    (an attempt that failed, and the next)."""
    listed = stripe_account().refunds_of(payment_intent)
    ours = [one for one in listed if one.metadata.get("refund") == public_id]
    living = [one for one in ours if one.status not in ("failed", "canceled")]
    return next(iter(living or ours), None)


def _count_attempt(refund_id: int, attempt: int) -> None:
    with transaction() as session:
        session.execute(
            update(Refund)
            .where(Refund.id == refund_id, Refund.attempt == attempt)
            .values(attempt=attempt + 1)
        )


def settle(refund_id: int, seen: RefundFacts) -> None:
    """Store what Stripe says of a refund; ``failed`` may come days after ``succeeded``.

    What Stripe itself called failed never comes back: a later "succeeded" is an old look. What
    only its refusal of our call made us call failed may have been made all the same.
    """
    with transaction():
        refund = _lock(refund_id)
        heard_before = refund.external_id is not None
        refund.external_id = seen.id
        if seen.status == "succeeded":
            if refund.status is RefundStatus.FAILED and heard_before:
                return
            if refund.status is not RefundStatus.SUCCEEDED:
                refund.status = RefundStatus.SUCCEEDED
                refund.failure = None
                refund.settled_at = clock.now()
                _reserve_anew(refund.payment)
                _calm(refund.payment.bill_id)
                facts.record(RefundSettled(refund.id, refund.payment.bill.series_id, True))
            _book(refund, "refund", -refund.amount_cents)
        elif seen.status in ("failed", "canceled"):
            _fail_locked(refund, seen.failure_reason or seen.status)
        elif refund.status is RefundStatus.REQUESTED:
            refund.status = RefundStatus.SUBMITTED


def take_in_external(payment: Payment, seen: RefundFacts) -> None:
    """A refund made in Stripe's dashboard: a row of its own, and a person decides on the
    tickets (they stay valid)."""
    with transaction() as session:
        locked = lock(Payment, payment.id)
        known = session.scalar(select(Refund).where(Refund.external_id == seen.id))
        if known is None:
            ours = seen.metadata.get("refund")
            known = session.scalar(select(Refund).where(Refund.public_id == (ours or "")))
        if known is None:
            known = Refund(
                public_id=secrets.new_secret(),
                payment_id=locked.id,
                status=RefundStatus.SUBMITTED,
                origin="external",
                amount_cents=seen.amount_cents,
                reason="Stripe",
                external_id=seen.id,
                created_at=clock.now(),
            )
            session.add(known)
            _reserve_anew(locked)
            bills.flag(locked.bill_id, "external_refund")
        settle(known.id, seen)


def _settle_by_hand(refund_id: int) -> None:
    """Money taken outside Stripe goes back outside: booked, and the organizer is told."""
    with transaction():
        refund = _lock(refund_id)
        if refund.status in FINAL:
            return
        refund.status = RefundStatus.SUCCEEDED
        refund.settled_at = clock.now()
        refund.external_id = f"offline-{refund.public_id}"
        _book(refund, "refund", -refund.amount_cents, source="offline")
        bills.flag(refund.payment.bill_id, "refund_by_hand")
        facts.record(RefundSettled(refund.id, refund.payment.bill.series_id, True))


def _fail(refund_id: int, reason: str) -> None:
    with transaction():
        _fail_locked(_lock(refund_id), reason)


def _lock(refund_id: int) -> Refund:
    """The payment first, as everywhere: two that meet would wait for each other otherwise."""
    payment_id = db.session.scalar(select(Refund.payment_id).where(Refund.id == refund_id))
    lock(Payment, payment_id)
    return lock(Refund, refund_id)


def _reserve_anew(payment: Payment) -> None:
    """Count what refunds reserve from their rows, under the lock of the payment. Together with
    those made in the dashboard they may ask for more than came: Stripe will refuse one."""
    db.session.flush()
    living = db.session.scalar(
        select(func.sum(Refund.amount_cents)).where(
            Refund.payment_id == payment.id, Refund.status.in_(LIVING)
        )
    )
    payment.refunding_cents = min(payment.received_cents, int(living or 0))


def _calm(bill_id: int) -> None:
    """The flag of a failed refund goes with its reason: none of the bill's has failed any more."""
    db.session.flush()
    failed = db.session.scalar(
        select(func.count(Refund.id))
        .join(Payment)
        .where(Payment.bill_id == bill_id, Refund.status == RefundStatus.FAILED)
    )
    if not failed:
        bills.unflag(bill_id, only="refund_failed")


def _fail_locked(refund: Refund, reason: str) -> None:
    if refund.status is RefundStatus.FAILED:
        return
    was_booked = refund.status is RefundStatus.SUCCEEDED
    refund.status = RefundStatus.FAILED
    refund.failure = reason
    refund.settled_at = clock.now()
    payment = refund.payment
    _reserve_anew(payment)
    if was_booked:
        _book(refund, "refund_reversed", refund.amount_cents)
    # Given back in the dashboard already: no other way is to be looked for.
    gone = reason == "charge_already_refunded"
    bills.flag(payment.bill_id, "external_refund" if gone else "refund_failed")
    facts.record(RefundSettled(refund.id, refund.payment.bill.series_id, False))


def _book(refund: Refund, kind: str, amount_cents: int, *, source: str = "stripe") -> None:
    with transaction() as session:
        ledger.book(
            session,
            bill_id=refund.payment.bill_id,
            payment_id=refund.payment_id,
            refund_id=refund.id,
            source=source,
            external_id=refund.external_id or refund.public_id,
            kind=kind,
            amount_cents=amount_cents,
            at=clock.now(),
        )


def living_cents(bill_id: int, origin: str) -> int:
    """Cents of a bill's refunds of one origin that went back or still may."""
    going = db.session.scalar(
        select(func.sum(Refund.amount_cents))
        .join(Payment)
        .where(Payment.bill_id == bill_id, Refund.origin == origin, Refund.status.in_(LIVING))
    )
    return int(going or 0)


def asked_for(payment_id: int) -> bool:
    """Whether anything of this payment was ever to go back, whatever became of it."""
    return bool(db.session.scalar(select(_of(payment_id).exists())))


def failed_before(payment_id: int) -> bool:
    """Whether a refund of this payment came to nothing: from then on a person decides."""
    failed = _of(payment_id).where(Refund.status.in_((RefundStatus.FAILED, RefundStatus.CANCELED)))
    return bool(db.session.scalar(select(failed.exists())))


def _of(payment_id: int) -> Select[int]:
    return select(Refund.id).where(Refund.payment_id == payment_id)
