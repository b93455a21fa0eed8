"""REACTIONS: the one table saying which function reacts to which fact.

A reaction writes outbox rows and nothing else, with one exception: billing books money first
and records ``PaymentConfirmed``; ticketing's fulfilment reacts in a savepoint.
"""

from eventsapp.domain.billing.money.facts import (
    DebitFailed,
    DebitUnderWay,
    PaymentConfirmed,
    PaymentLapsed,
    RefundRequested,
    RefundSettled,
)
from eventsapp.domain.checkin import models as door_models  # noqa: F401 - as above
from eventsapp.domain.selection.calls.facts import ApplicationSubmitted, DraftStarted
from eventsapp.domain.selection.decisions import queries as selection
from eventsapp.domain.selection.decisions.facts import (
    DecisionsPublished,
    PlaceConfirmed,
    PlaceOffered,
)
from eventsapp.domain.selection.jury.facts import JurorInvited, ListMade
from eventsapp.domain.ticketing.sales import fulfilment, models  # noqa: F401 - every table is known to the app
from eventsapp.domain.ticketing.sales.facts import MoneyDiffers, OrderPaid
from eventsapp.kernel import facts, outbox


def mail_tickets(fact: OrderPaid) -> None:
    key, payload = f"order-{fact.order_id}-v1", {"order_id": fact.order_id}
    outbox.later("mail.order_paid", key, payload, series_id=fact.series_id)


def mail_review(fact: MoneyDiffers) -> None:
    key, payload = f"payment-{fact.payment_id}", {"order_id": fact.order_id}
    outbox.later("mail.order_review", key, payload, series_id=fact.series_id)


def mail_debit_under_way(fact: DebitUnderWay) -> None:
    key, payload = f"payment-{fact.payment_id}", {"payment_id": fact.payment_id}
    outbox.later("mail.debit_under_way", key, payload, series_id=fact.series_id)


def mail_debit_failed(fact: DebitFailed) -> None:
    key, payload = f"payment-{fact.payment_id}", {"payment_id": fact.payment_id}
    outbox.later("mail.debit_failed", key, payload, series_id=fact.series_id)


def send_refund(fact: RefundRequested) -> None:
    key, payload = f"refund-{fact.refund_id}", {"refund_id": fact.refund_id}
    outbox.later("money.refund", key, payload, series_id=fact.series_id)


def mail_refund(fact: RefundSettled) -> None:
    if not fact.succeeded:
        return  # else its letter would count as written, should it succeed after all
    key, payload = f"refund-{fact.refund_id}", {"refund_id": fact.refund_id}
    outbox.later("mail.refund", key, payload, series_id=fact.series_id)


def mail_draft(fact: DraftStarted) -> None:
    key, payload = str(fact.application_id), {"application_id": fact.application_id}
    outbox.later("selection.draft", key, payload, series_id=fact.series_id, urgent=True)


def mail_receipt(fact: ApplicationSubmitted) -> None:
    key, payload = str(fact.application_id), {"application_id": fact.application_id}
    outbox.later("selection.receipt", key, payload, series_id=fact.series_id)


def mail_juror(fact: JurorInvited) -> None:
    key, payload = str(fact.juror_id), {"juror_id": fact.juror_id}
    outbox.later("selection.juror", key, payload, series_id=fact.series_id)


def mail_list(fact: ListMade) -> None:
    payload = {"juror_id": fact.juror_id, "total": fact.total}
    key = f"{fact.juror_id}:{fact.total}"
    outbox.later("selection.list", key, payload, series_id=fact.series_id)


def mail_decisions(fact: DecisionsPublished) -> None:
    for decision_id, application_id, version in selection.letters_of_batch(fact.batch_id):
        # One letter per application and version of its decision, however often this runs.
        key, payload = (
            f"{application_id}:{version}",
            {"decision_id": decision_id, "version": version},
        )
        outbox.later("selection.decision", key, payload, series_id=fact.series_id)


def mail_offer(fact: PlaceOffered) -> None:
    key, payload = str(fact.offer_id), {"offer_id": fact.offer_id}
    outbox.later("selection.offer", key, payload, series_id=fact.series_id)


def mail_confirmation(fact: PlaceConfirmed) -> None:
    key, payload = str(fact.application_id), {"application_id": fact.application_id}
    outbox.later("selection.confirmed", key, payload, series_id=fact.series_id)


REACTIONS: list[tuple[type[facts.Fact], facts.type_of_reaction]] = [
    (PaymentConfirmed, fulfilment.on_payment_confirmed),
    (PaymentLapsed, fulfilment.on_payment_lapsed),
    (DebitUnderWay, mail_debit_under_way),
    (DebitFailed, mail_debit_failed),
    (OrderPaid, mail_tickets),
    (MoneyDiffers, mail_review),
    (RefundRequested, send_refund),
    (RefundSettled, mail_refund),
    (DraftStarted, mail_draft),
    (ApplicationSubmitted, mail_receipt),
    (JurorInvited, mail_juror),
    (ListMade, mail_list),
    (DecisionsPublished, mail_decisions),
    (PlaceOffered, mail_offer),
    (PlaceConfirmed, mail_confirmation),
]


def connect() -> None:
    facts.install(REACTIONS)
