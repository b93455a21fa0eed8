"""REACTIONS: the one table saying which function reacts to which fact.

A reaction writes outbox rows and nothing else, with one exception: billing books money first
and records ``PaymentConfirmed``; ticketing's fulfilment reacts in a savepoint.
"""

from eventsapp.domain.billing.facts import (
    PaymentConfirmed,
    PaymentLapsed,
    RefundRequested,
    RefundSettled,
)
from eventsapp.domain.checkin import models as door_models  # noqa: F401 - as above
from eventsapp.domain.selection import models as selection_models  # noqa: F401 - known to the app
from eventsapp.domain.ticketing import (
    fulfilment,
    models,  # noqa: F401 - every table is known to the app
)
from eventsapp.domain.ticketing.facts import OrderPaid
from eventsapp.kernel import facts, outbox


def mail_tickets(fact: OrderPaid) -> None:
    outbox.later("mail.order_paid", f"order-{fact.order_id}-v1", {"order_id": fact.order_id})


def send_refund(fact: RefundRequested) -> None:
    outbox.later("money.refund", f"refund-{fact.refund_id}", {"refund_id": fact.refund_id})


def mail_refund(fact: RefundSettled) -> None:
    outbox.later("mail.refund", f"refund-{fact.refund_id}", {"refund_id": fact.refund_id})


REACTIONS: list[tuple[type[facts.Fact], facts.type_of_reaction]] = [
    (PaymentConfirmed, fulfilment.on_payment_confirmed),
    (PaymentLapsed, fulfilment.on_payment_lapsed),
    (OrderPaid, mail_tickets),
    (RefundRequested, send_refund),
    (RefundSettled, mail_refund),
]


def connect() -> None:
    facts.install(REACTIONS)
