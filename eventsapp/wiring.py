"""REACTIONS: the one table saying what happens when something has happened.

Most rows say which message leaves: ``message(kind, key=…)``. A row that is a rule is a function.
Reactions write outbox rows and nothing else, with one exception: billing books money first and
records ``PaymentConfirmed``; ticketing's fulfilment reacts in a savepoint.
"""

from dataclasses import asdict
from typing import Any

from eventsapp.domain.accounts.facts import PersonInvited
from eventsapp.domain.billing.money.facts import (
    DebitFailed,
    DebitUnderWay,
    PaymentConfirmed,
    PaymentLapsed,
    RefundRequested,
    RefundSettled,
)
from eventsapp.domain.checkin import models as door_models  # noqa: F401 - as above
from eventsapp.domain.messages.facts import RecipientsFound, TrialAsked
from eventsapp.domain.selection.calls.facts import ApplicationSubmitted, DraftStarted
from eventsapp.domain.selection.decisions import queries as selection
from eventsapp.domain.selection.decisions.facts import (
    DecisionsPublished,
    PlaceConfirmed,
    PlaceOffered,
)
from eventsapp.domain.selection.jury.facts import JurorInvited, ListMade
from eventsapp.domain.ticketing.catalogue.facts import GuestInvited
from eventsapp.domain.ticketing.sales import fulfilment, models  # noqa: F401 - every table is known to the app
from eventsapp.domain.ticketing.sales.facts import MoneyDiffers, OrderPaid, TransferAwaited
from eventsapp.kernel import facts, outbox
from eventsapp.kernel.outbox import Priority


def message(
    kind: str, *, key: str, only_if: str = "", priority: Priority = Priority.USUAL
) -> facts.type_of_reaction:
    """The message of a fact: what the fact names is its payload.

    Args:
        key: with the fact's names in braces. One message leaves for one key, however often the
            fact is told.
        only_if: a name of the fact that must be true.
        priority: who goes before whom among those that wait.
    """

    def react(fact: Any) -> None:
        told = asdict(fact)
        if only_if and not told.pop(only_if):
            return
        series_id = told.pop("series_id")
        outbox.later(kind, key.format_map(told), told, series_id=series_id, priority=priority)

    return react


def mail_decisions(fact: DecisionsPublished) -> None:
    """One letter per application and version of its decision."""
    for decision_id, application_id, version in selection.letters_of_batch(fact.batch_id):
        payload = {"decision_id": decision_id, "version": version}
        key = f"{application_id}:{version}"
        outbox.later("selection.decision", key, payload, series_id=fact.series_id)


def mail_campaign(fact: RecipientsFound) -> None:
    """One letter each, named by its recipient: whatever is found twice, it leaves once."""
    wanted = {str(one): {"recipient_id": one} for one in fact.recipient_ids}
    priority = Priority.URGENT if fact.urgent else Priority.BULK
    outbox.later_each("mail.campaign", wanted, series_id=fact.series_id, priority=priority)


REACTIONS: list[tuple[type[facts.Fact], facts.type_of_reaction]] = [
    (RecipientsFound, mail_campaign),
    (
        TrialAsked,
        message("mail.campaign_trial", key="{campaign_id}:{copy}", priority=Priority.AWAITED),
    ),
    (GuestInvited, message("mail.guest", key="{guest_id}:{letter}")),
    (PersonInvited, message("mail.invitation", key="{invitation_id}:{letter}")),
    (PaymentConfirmed, fulfilment.on_payment_confirmed),
    (PaymentLapsed, fulfilment.on_payment_lapsed),
    (DebitUnderWay, message("mail.debit_under_way", key="payment-{payment_id}")),
    (DebitFailed, message("mail.debit_failed", key="payment-{payment_id}")),
    (OrderPaid, message("mail.order_paid", key="order-{order_id}-v1")),
    (TransferAwaited, message("mail.order_transfer", key="{order_id}")),
    (MoneyDiffers, message("mail.order_review", key="payment-{payment_id}")),
    (RefundRequested, message("money.refund", key="refund-{refund_id}")),
    # A letter about a refund that failed would count as written, should it succeed after all.
    (RefundSettled, message("mail.refund", key="refund-{refund_id}", only_if="succeeded")),
    (DraftStarted, message("selection.draft", key="{application_id}", priority=Priority.AWAITED)),
    (ApplicationSubmitted, message("selection.receipt", key="{application_id}")),
    (JurorInvited, message("selection.juror", key="{juror_id}")),
    (ListMade, message("selection.list", key="{juror_id}:list-{latest}")),
    (DecisionsPublished, mail_decisions),
    (PlaceOffered, message("selection.offer", key="{offer_id}")),
    (PlaceConfirmed, message("selection.confirmed", key="{application_id}")),
]


def connect() -> None:
    facts.install(REACTIONS)
