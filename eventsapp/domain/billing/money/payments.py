"""Payments: opening a page at Stripe, and the one door through which money is confirmed.

Network calls sit between transactions. Webhook, return page and sweeper all come in through
``look_and_confirm``, whose facts are a fresh look at Stripe.
"""

import logging
import time
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from eventsapp.domain.billing.money import bills, ledger, sessions, trouble
from eventsapp.domain.billing.money.errors import PaymentRefused, PaymentUnavailable
from eventsapp.domain.billing.money.facts import (
    DebitFailed,
    DebitUnderWay,
    PaymentConfirmed,
    PaymentLapsed,
)
from eventsapp.domain.billing.money.models import Bill, Payment, PaymentMethod, PaymentStatus
from eventsapp.gateways.stripe import (
    SessionFacts,
    SessionNotOpen,
    StripeRefused,
    StripeUnreachable,
)
from eventsapp.gateways.stripe_account import stripe_account
from eventsapp.kernel import audit, clock, facts, secrets
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import lock, transaction

log = logging.getLogger(__name__)

# Stripe keeps a page open for 30 minutes at least; one more for the clocks to differ.
PAGE_LENGTH = timedelta(minutes=31)
# Stripe opens no page that would end sooner than this.
SHORTEST_PAGE = timedelta(minutes=30)
# A page that ends sooner is not shown again.
STILL_USEFUL = timedelta(minutes=1)
LOOK_EVERY = timedelta(minutes=5)
LOOK_AGAIN = timedelta(seconds=60)
DELAYED_LOOK = timedelta(hours=1)
LONGEST_SWEEP_S = 25
UNSETTLED = (PaymentStatus.CREATED, PaymentStatus.PENDING)

_payment = Payment.__table__
_insert_payment = insert(_payment).returning(_payment.c.id)


def prepare(bill_id: int, *, return_url: str, cancel_url: str, locale: str) -> int:
    """Make the payment row whose parameters are fixed before Stripe hears of it.

    An attempt that is still open is used again, so that two tabs pay one session; so is one
    whose money is on its way, so that a debit of three days is not paid twice.
    """
    now = clock.now()
    with transaction() as session:
        bill = lock(Bill, bill_id)
        open_one = session.scalar(
            select(Payment)
            .where(
                Payment.bill_id == bill_id,
                Payment.status.in_(UNSETTLED),
                Payment.method == PaymentMethod.STRIPE,
                _usable(now),
            )
            .order_by(Payment.id.desc())
            .limit(1)
        )
        if open_one is not None:
            return open_one.id
        payment = Payment(
            public_id=secrets.new_secret(),
            bill_id=bill_id,
            method=PaymentMethod.STRIPE,
            status=PaymentStatus.CREATED,
            amount_cents=bill.total_cents,
            currency=bill.currency,
            closes_at=(now + PAGE_LENGTH).replace(microsecond=0),
            return_url=return_url,
            cancel_url=cancel_url,
            locale=locale,
            created_at=now,
            look_at=now + LOOK_EVERY,
        )
        session.add(payment)
        session.flush()
        return payment.id


def _usable(now: datetime) -> ColumnElement[bool]:
    """Open for a while yet, to be opened by a call that Stripe would still take, or money on its
    way (only then is the intent known before the end)."""
    opened = and_(Payment.session_id.is_not(None), Payment.closes_at > now + STILL_USEFUL)
    return or_(opened, Payment.closes_at > now + SHORTEST_PAGE, Payment.payment_intent.is_not(None))


def close_ending(bill_id: int) -> None:
    """Close the pages that are about to end, before another one is opened: one buyer, one page.

    A page that was paid meanwhile is confirmed instead.

    Raises:
        PaymentUnavailable: Stripe does not answer; nothing else may be opened yet.
    """
    ending = list(
        db.session.scalars(
            select(Payment.id).where(
                Payment.bill_id == bill_id,
                Payment.status == PaymentStatus.PENDING,
                Payment.closes_at <= clock.now() + STILL_USEFUL,
            )
        )
    )
    for payment_id in ending:
        try:
            close_page(payment_id)
        except (StripeUnreachable, StripeRefused) as error:
            raise PaymentUnavailable from error


def open_page(payment_id: int) -> str:
    """The address of Stripe's page for this payment, opened now or before; where the buyer comes
    back to when it is paid already and the money on its way.

    Raises:
        PaymentUnavailable: Stripe does not answer; the same call may be repeated.
        PaymentRefused: Stripe said no; the attempt is closed and a person is told.
    """
    payment = _whole(payment_id)
    if payment.payment_intent is not None:
        return payment.return_url
    if payment.session_url is not None:
        return payment.session_url
    try:
        session = sessions.open_(payment)
    except StripeUnreachable as error:
        # The worker has more patience: it opens the page, and the buyer finds it open.
        look_soon(payment_id)
        raise PaymentUnavailable from error
    except StripeRefused as error:
        _close_refused(payment_id, error.code)
        raise PaymentRefused(reason=error.code) from error
    sessions.store(payment_id, session)
    return session.url or payment.return_url


@trouble.watched()
def look_and_confirm(payment_id: int) -> PaymentStatus:
    """Ask Stripe for the state of a payment and act on it. Safe to repeat, also at once.

    Raises:
        StripeUnreachable: nothing is known, nothing was stored.
    """
    payment = _get(payment_id)
    if payment.session_id is None:
        if payment.method is not PaymentMethod.STRIPE or payment.status not in UNSETTLED:
            return payment.status
        # The call that opened it was lost: the same key gives the same session.
        try:
            session = sessions.open_(payment)
        except StripeRefused:
            if payment.closes_at is None or clock.now() < payment.closes_at:
                raise
            # There never was one, and now it is too late: nobody has its address, nobody can pay.
            return _lapse_unopened(payment_id)
        sessions.store(payment_id, session)
        if payment.closes_at is not None and clock.now() < payment.closes_at:
            return settle(payment_id, session)
        return look_and_confirm(payment_id)
    return settle(payment_id, stripe_account().look_at_session(payment.session_id))


def settle(payment_id: int, seen: SessionFacts) -> PaymentStatus:
    """Book what Stripe says of a payment: confirmed, lapsed, or still open."""
    now = clock.now()
    with transaction():
        payment = lock(Payment, payment_id)
        lock(Bill, payment.bill_id)  # before its order, whose fulfilment may flag it
        if payment.status is PaymentStatus.CONFIRMED:
            # Money is booked once; what may have been lost after it is asked for again.
            facts.record(PaymentConfirmed(payment.id, payment.bill_id, _as_agreed(payment, seen)))
            return payment.status
        if seen.paid:
            _confirm(payment, seen)
        elif seen.status == "expired" or (seen.status == "complete" and seen.paid_or_failed):
            # An open session whose card was declined is no failure: the next try may succeed.
            if seen.status == "complete" and payment.status in UNSETTLED:
                payment.payment_intent = seen.payment_intent_id
                facts.record(DebitFailed(payment.id, payment.bill.series_id))
            _lapse(payment, failed=seen.status != "expired")
        elif seen.status == "complete":
            payment.look_at = now + DELAYED_LOOK  # a delayed method: money is on its way
            if payment.payment_intent is None:
                payment.payment_intent = seen.payment_intent_id
                facts.record(DebitUnderWay(payment.id, payment.bill.series_id))
        else:
            payment.look_at = now + LOOK_EVERY
        return payment.status


@trouble.watched()
def close_page(payment_id: int) -> PaymentStatus:
    """Expire the session at Stripe first, and only then call the attempt lapsed.

    Raises:
        StripeUnreachable: the place stays kept.
    """
    payment = _get(payment_id)
    if payment.status not in UNSETTLED or payment.session_id is None:
        return look_and_confirm(payment_id)
    try:
        seen = stripe_account().expire_session(payment.session_id)
    except SessionNotOpen:
        return look_and_confirm(payment_id)
    return settle(payment_id, seen)


def sweep(limit: int = 100) -> int:
    """Look at the payments that are due for it; close those whose time is over.

    A Stripe that answers slowly holds up no mail for longer than ``LONGEST_SWEEP_S``: the others
    stay due. Returns how many were looked at.
    """
    now, looked = clock.now(), 0
    stop_at = time.monotonic() + LONGEST_SWEEP_S
    due = db.session.execute(
        select(Payment.id, Payment.closes_at)
        .where(Payment.status.in_(UNSETTLED), Payment.look_at <= now)
        .order_by(Payment.look_at)
        .limit(limit)
    ).all()
    for payment_id, closes_at in due:
        if time.monotonic() > stop_at:
            break
        looked += 1
        try:
            if closes_at is not None and closes_at <= now:
                close_page(payment_id)
            else:
                look_and_confirm(payment_id)
        except (StripeUnreachable, StripeRefused) as error:
            # Fail closed: the places stay kept until Stripe has answered.
            log.warning("payment %s: %s", payment_id, error)
            _look_later(payment_id, now + LOOK_AGAIN)
    return looked


def book_offline(
    bill_id: int,
    *,
    amount_cents: int,
    currency: str,
    at: datetime | None = None,
    method: PaymentMethod = PaymentMethod.OFFLINE,
) -> int:
    """Book money that the organizer has already, and how it came; joins the open transaction."""
    now = at or clock.now()
    public_id = secrets.new_secret()
    with transaction() as session:
        payment_id = int(
            session.execute(
                _insert_payment,
                {
                    "public_id": public_id,
                    "bill_id": bill_id,
                    "method": method,
                    "status": PaymentStatus.CONFIRMED,
                    "amount_cents": amount_cents,
                    "received_cents": amount_cents,
                    "currency": currency,
                    "created_at": now,
                    "confirmed_at": now,
                },
            ).scalar_one()
        )
        ledger.book(
            session,
            bill_id=bill_id,
            payment_id=payment_id,
            source="offline",
            external_id=public_id,
            kind="payment",
            amount_cents=amount_cents,
            at=now,
        )
    return payment_id


def _confirm(payment: Payment, seen: SessionFacts) -> None:
    received = seen.amount_received_cents
    received = seen.amount_total if received is None else received
    payment.status = PaymentStatus.CONFIRMED
    payment.received_cents = received
    payment.fee_cents = seen.fee_cents
    payment.payment_intent = seen.payment_intent_id
    payment.confirmed_at = clock.now()
    payment.look_at = None
    agreed = _as_agreed(payment, seen)
    with transaction() as session:
        ledger.book(
            session,
            bill_id=payment.bill_id,
            payment_id=payment.id,
            source="stripe",
            external_id=seen.payment_intent_id or seen.id,
            kind="payment",
            amount_cents=received,
            at=clock.now(),
        )
    if agreed and payment.bill.attention:
        bills.unflag(payment.bill_id, starting="stripe_refused:")
    if not agreed:
        # The trace must survive: booked, no tickets, and a person looks at it.
        bills.flag(payment.bill_id, "amount_mismatch")
    audit.note(
        "payment.confirmed",
        f"bill:{payment.bill_id}",
        actor="stripe",
        series_id=payment.bill.series_id,
        detail={"payment": payment.public_id, "cents": received, "agreed": agreed},
    )
    facts.record(PaymentConfirmed(payment.id, payment.bill_id, agreed))


def _lapse(payment: Payment, *, failed: bool) -> None:
    if payment.status not in UNSETTLED:
        return
    payment.status = PaymentStatus.FAILED if failed else PaymentStatus.EXPIRED
    payment.look_at = None
    facts.record(PaymentLapsed(payment.bill_id))


def _lapse_unopened(payment_id: int) -> PaymentStatus:
    with transaction():
        payment = lock(Payment, payment_id)
        if payment.session_id is None:
            _lapse(payment, failed=False)
        return payment.status


def _as_agreed(payment: Payment, seen: SessionFacts) -> bool:
    return payment.received_cents == payment.amount_cents and seen.currency == payment.currency


def _close_refused(payment_id: int, code: str) -> None:
    """A 400 is replayed under its key: this attempt is over, the next one has a new key."""
    with transaction():
        payment = lock(Payment, payment_id)
        payment.attempt += 1
        bills.flag(payment.bill_id, f"stripe_refused:{code}")
        _lapse(payment, failed=True)


def look_soon(payment_id: int) -> None:
    """Somebody could not wait for Stripe: the worker asks at its next turn."""
    with transaction() as session:
        session.execute(
            update(Payment)
            .where(Payment.id == payment_id, Payment.status.in_(UNSETTLED))
            .values(look_at=clock.now())
        )


def _look_later(payment_id: int, at: datetime) -> None:
    with transaction() as session:
        session.execute(update(Payment).where(Payment.id == payment_id).values(look_at=at))


def _whole(payment_id: int) -> Payment:
    """With all that Stripe is told when its page is opened, in one statement."""
    return _get(payment_id, joinedload(Payment.bill).joinedload(Bill.lines))


def _get(payment_id: int, *loaded: ORMOption) -> Payment:
    payment = db.session.get(Payment, payment_id, options=loaded, populate_existing=True)
    if payment is None:
        raise NotFound(what="payment", reference=payment_id)
    return payment
