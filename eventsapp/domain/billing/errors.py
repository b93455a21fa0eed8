"""Refusals of the billing area."""

from eventsapp.kernel.errors import Refusal


class PaymentUnavailable(Refusal):
    """Stripe does not answer: nothing was charged, the places are kept. No facts."""

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
