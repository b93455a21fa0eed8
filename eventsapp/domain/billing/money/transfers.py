"""Money that came to the organizers' bank account, as they read it on their statement."""

from datetime import datetime

from eventsapp.domain.billing.money import ledger
from eventsapp.domain.billing.money.errors import TransferKnown
from eventsapp.domain.billing.money.models import Bill, Payment, PaymentMethod, PaymentStatus
from eventsapp.kernel import clock, secrets
from eventsapp.kernel.transaction import lock, transaction


def book(bill_id: int, *, amount_cents: int, at: datetime, reference: str) -> int:
    """Book a transfer on a bill; joins the open transaction. Returns the id of its payment.

    Args:
        amount_cents: what came, in cents of the bill's currency.
        at: the day of the statement.
        reference: how the statement names it; one transfer may pay several bills.

    Raises:
        TransferKnown: this line of the statement is booked on this bill already.
    """
    with transaction() as session:
        bill = lock(Bill, bill_id)
        named = f"{bill_id}:{reference}"
        if ledger.knows(session, source="bank", external_id=named, kind="payment"):
            raise TransferKnown(reference=reference)
        payment = Payment(
            public_id=secrets.new_secret(),
            bill_id=bill_id,
            method=PaymentMethod.TRANSFER,
            status=PaymentStatus.CONFIRMED,
            amount_cents=amount_cents,
            received_cents=amount_cents,
            currency=bill.currency,
            created_at=clock.now(),
            confirmed_at=at,
        )
        session.add(payment)
        session.flush()
        ledger.book(
            session,
            bill_id=bill_id,
            payment_id=payment.id,
            source="bank",
            external_id=named,
            kind="payment",
            amount_cents=amount_cents,
            at=at,
        )
        return payment.id
