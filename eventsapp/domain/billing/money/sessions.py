"""Sessions at Stripe: one payment page per attempt, made again by the same call.

Nothing is decided here: ``payments`` says when a page is wanted and what its news mean.
"""

from sqlalchemy import case, update

from eventsapp.domain.billing.money import trouble
from eventsapp.domain.billing.money.models import Payment, PaymentStatus
from eventsapp.gateways.stripe import OpenSession, SessionFacts, StripeUnreachable
from eventsapp.gateways.stripe_account import stripe_account
from eventsapp.kernel import i18n
from eventsapp.kernel.transaction import transaction


@trouble.watched()
def open_(payment: Payment) -> SessionFacts:
    """The session of this attempt, made now or before.

    Raises:
        StripeUnreachable, StripeRefused. After a stored error the next call has a new key: if a
        session was made all the same, nobody knows its address, and it ends by itself.
    """
    try:
        return stripe_account().open_session(_wanted(payment))
    except StripeUnreachable as error:
        if error.stored:
            with transaction() as session:
                session.execute(
                    update(Payment)
                    .where(Payment.id == payment.id, Payment.attempt == payment.attempt)
                    .values(attempt=Payment.attempt + 1)
                )
        raise


def _wanted(payment: Payment) -> OpenSession:
    """Every value derives from stored data: Stripe refuses a key with other parameters."""
    bill = payment.bill
    with i18n.use_locale(payment.locale):
        lines = [
            (i18n.pick(line.label_fr, line.label_en), line.unit_cents, line.quantity)
            for line in bill.lines
            if line.unit_cents
        ]
    if payment.closes_at is None:
        raise ValueError("a Stripe payment closes at a stored instant")
    return OpenSession(
        idempotency_key=f"payment-{payment.public_id}-{payment.attempt}",
        lines=lines,
        currency=payment.currency,
        expires_at=payment.closes_at,
        success_url=payment.return_url,
        cancel_url=payment.cancel_url,
        client_reference_id=payment.public_id,
        metadata={"payment": payment.public_id, "bill": bill.reference},
        locale=payment.locale,
        customer_email=bill.buyer.get("email"),
    )


def store(payment_id: int, seen: SessionFacts) -> None:
    """Tie a session to its attempt, also to one that was called off meanwhile: money that comes
    on it must be found."""
    opened = case(
        (Payment.status == PaymentStatus.CREATED, PaymentStatus.PENDING), else_=Payment.status
    )
    with transaction() as session:
        session.execute(
            update(Payment)
            .where(Payment.id == payment_id, Payment.session_id.is_(None))
            .values(session_id=seen.id, session_url=seen.url, status=opened)
        )


@trouble.watched()
def adopt(payment: Payment, session_id: str) -> None:
    """Take the session that news speak of as this attempt's, if Stripe says that it is: the
    answer that opened it was lost.

    Raises:
        StripeUnreachable, StripeRefused.
    """
    seen = stripe_account().look_at_session(session_id)
    if seen.metadata.get("payment") == payment.public_id:
        store(payment.id, seen)
