"""The attempts to pay one bill, read together."""

from datetime import datetime

from sqlalchemy import func, select

from eventsapp.domain.billing.money.models import Payment, PaymentMethod
from eventsapp.kernel.db import db


def first_and_last(bill_id: int) -> tuple[datetime, datetime]:
    """When the first payment page of a bill was asked for, and when the last of them closes."""
    begun, closes = db.session.execute(
        select(func.min(Payment.created_at), func.max(Payment.closes_at)).where(
            Payment.bill_id == bill_id, Payment.method == PaymentMethod.STRIPE
        )
    ).one()
    if begun is None or closes is None:
        raise ValueError("a bill with a Stripe payment is asked for")
    return begun, closes
