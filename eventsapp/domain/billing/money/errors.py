"""Refusals of the billing area."""

from eventsapp.kernel.errors import Refusal


class PaymentUnavailable(Refusal):
    """Stripe answers slowly, or not: the places are kept, and the worker opens the page as soon as
    it can. No facts."""

    code = "payment_unavailable"


class PaymentRefused(Refusal):
    """Stripe refused to open a payment page. Facts: ``reason`` (Stripe's code)."""

    code = "payment_refused"


class RefundTooLarge(Refusal):
    """More than what is left of the payment. Facts: ``left_cents``, ``wanted_cents``."""

    code = "refund_too_large"


class NotPaidYet(Refusal):
    """There is no payment to refund. No facts."""

    code = "not_paid_yet"


class TransferKnown(Refusal):
    """This line of the bank's statement is booked already. Facts: ``reference``."""

    code = "transfer_known"
