"""Promises: rows that wait for something which only a message of the outbox brings about.

A message is written with its cause, so that none is ever missing; should one be all the same,
``doctor`` counts the rows that nobody will serve, and the worker's sweep has them served. What a
message that ended means differs: a letter that was sent or refused is settled (*Messages* shows the
refused ones); a refund that is still only asked for is not, whatever became of its message.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, literal, or_, select

from eventsapp.domain.accounts.facts import PersonInvited
from eventsapp.domain.accounts.invitations import OPEN
from eventsapp.domain.accounts.models import Invitation
from eventsapp.domain.billing.money import bills
from eventsapp.domain.billing.money.facts import RefundRequested
from eventsapp.domain.billing.money.models import Bill, Payment, Refund, RefundStatus
from eventsapp.domain.messages import campaigns
from eventsapp.domain.selection.calls.models import Application, Call, DecisionBatch
from eventsapp.domain.selection.decisions.facts import DecisionsPublished, PlaceOffered
from eventsapp.domain.selection.decisions.models import Decision, Offer, OfferState
from eventsapp.domain.selection.jury.facts import JurorInvited
from eventsapp.domain.selection.jury.models import Juror
from eventsapp.domain.ticketing.catalogue.facts import GuestInvited
from eventsapp.domain.ticketing.catalogue.models import Guest
from eventsapp.domain.ticketing.sales import answers, money
from eventsapp.domain.ticketing.sales.facts import TransferAwaited
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus, Ticket
from eventsapp.kernel import clock, facts, outbox
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import transaction

# A refund whose message was given up is asked for again after this long.
AGAIN_AFTER = timedelta(hours=1)
# Answers older than this are history, and would surprise who gets them.
STILL_NEWS = timedelta(days=30)


@dataclass(frozen=True)
class Promise:
    """``owed`` lists what nobody will serve, each as a tuple whose first value names it;
    ``keep`` has one of them served."""

    name: str
    owed: Callable[[], Sequence[Any]]
    keep: Callable[..., None]


def sweep() -> int:
    """Have everything served that nobody would serve; returns how many."""
    kept = 0
    for promise in PROMISES:
        for row in promise.owed():
            with transaction():
                promise.keep(*row)
            kept += 1
    return kept


def _rows(statement: Select[Any]) -> Sequence[Any]:
    return [tuple(row) for row in db.session.execute(statement)]


def _key(prefix: str, *parts: Any) -> ColumnElement[str]:
    """The key of a message as ``wiring`` writes it: ``prefix``, then ids joined by colons."""
    key: ColumnElement[str] = literal(prefix) + cast(parts[0], Text)
    for part in parts[1:]:
        key = key + ":" + cast(part, Text)
    return key


def _message(kind: str, key: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(OutboxMessage.kind == kind, OutboxMessage.key == key)


def _never_asked(kind: str, key: ColumnElement[str]) -> ColumnElement[bool]:
    return ~select(OutboxMessage.id).where(_message(kind, key)).exists()


def _refunds() -> Sequence[Any]:
    living = (
        select(OutboxMessage.id)
        .where(
            _message("money.refund", _key("refund-", Refund.id)),
            or_(
                OutboxMessage.ended.is_(False),
                # Given up a moment ago: shown among the messages, tried again in its turn.
                OutboxMessage.failed_at > clock.now() - AGAIN_AFTER,
            ),
        )
        .exists()
    )
    return _rows(
        select(Refund.id, Bill.series_id)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(Bill, Bill.id == Payment.bill_id)
        .where(Refund.status == RefundStatus.REQUESTED, ~living)
    )


def _send_refund(refund_id: int, series_id: int) -> None:
    outbox.revive("money.refund", f"refund-{refund_id}")
    facts.record(RefundRequested(refund_id, series_id))


def _money() -> Sequence[Any]:
    """Money without tickets at which nobody would look."""
    return _rows(
        select(Order.code, Order.bill_id)
        .join(Bill, Bill.id == Order.bill_id)
        .where(
            Order.status.in_(money.WITHOUT_TICKETS),
            money.is_kept(),
            Bill.attention.is_(None),
            or_(Order.rest_asked_at.is_(None), ~money.rest_is_awaited()),
            ~select(Ticket.id).where(Ticket.order_id == Order.id).exists(),
        )
    )


def _show_money(_code: str, bill_id: int) -> None:
    bills.flag(bill_id, "amount_mismatch")


def _accepted() -> Sequence[Any]:
    """Requests that were accepted and have to be paid, without a letter that says so."""
    return _rows(
        select(Order.id).where(
            Order.status == OrderStatus.AWAITING_PAYMENT,
            select(AuditEntry.id)
            .where(
                AuditEntry.action == "order.approved",
                AuditEntry.subject == literal("order:") + Order.code,
                AuditEntry.at > clock.now() - STILL_NEWS,
            )
            .exists(),
            _never_asked("mail.order_accepted", _key("", Order.id)),
        )
    )


def _transfers() -> Sequence[Any]:
    """Orders whose buyer has to pay by transfer, and was told neither how much nor where to."""
    return _rows(
        select(Order.id, Order.series_id).where(
            Order.status == OrderStatus.AWAITING_TRANSFER,
            Order.placed_at > clock.now() - STILL_NEWS,
            _never_asked("mail.order_transfer", _key("", Order.id)),
        )
    )


def _tell_of_transfer(order_id: int, series_id: int) -> None:
    facts.record(TransferAwaited(order_id, series_id))


def _refused() -> Sequence[Any]:
    """Unpaid orders, requests among them, that a person or a cancelled event has ended."""
    return _rows(
        select(Order.id).where(
            Order.status == OrderStatus.CANCELLED,
            Order.paid_at.is_(None),
            Order.ended_at > clock.now() - STILL_NEWS,
            _never_asked("mail.order_refused", _key("", Order.id)),
            _never_asked("mail.order_cancelled", _key("", Order.id)),
        )
    )


def _offers() -> Sequence[Any]:
    """Places of the reserve: the first ones are offered by the letter of the decision."""
    return _rows(
        select(Offer.id, Call.series_id)
        .join(Call, Call.id == Offer.call_id)
        .where(
            Offer.state == OfferState.OFFERED,
            Offer.from_reserve.is_(True),
            _never_asked("selection.offer", _key("", Offer.id)),
        )
    )


def _jurors() -> Sequence[Any]:
    return _rows(
        select(Juror.id, Call.series_id)
        .join(Call, Call.id == Juror.call_id)
        .where(
            Juror.declared_at.is_(None),
            Juror.stopped_at.is_(None),
            _never_asked("selection.juror", _key("", Juror.id)),
        )
    )


def _invitations() -> Sequence[Any]:
    return _rows(
        select(Invitation.id, Invitation.letter, Invitation.desk_series_id).where(
            OPEN,
            Invitation.expires_at > clock.now(),
            _never_asked("mail.invitation", _key("", Invitation.id, Invitation.letter)),
        )
    )


def _guests() -> Sequence[Any]:
    return _rows(
        select(Guest.id, Guest.letter, Guest.series_id).where(
            Guest.letter > 0,
            Guest.withdrawn_at.is_(None),
            Guest.email.is_not(None),
            Guest.sent_at > clock.now() - STILL_NEWS,
            _never_asked("mail.guest", _key("", Guest.id, Guest.letter)),
        )
    )


def _decisions() -> Sequence[Any]:
    """Batches with a decision whose applicant is not written to."""
    return _rows(
        select(DecisionBatch.id, Call.series_id)
        .join(Call, Call.id == DecisionBatch.call_id)
        .where(
            DecisionBatch.published_at > clock.now() - STILL_NEWS,
            select(Decision.id)
            .join(Application, Application.id == Decision.application_id)
            .where(
                Decision.batch_id == DecisionBatch.id,
                Decision.version == 1,  # promoted ones have the letter of their offer
                _never_asked(
                    "selection.decision", _key("", Decision.application_id, Decision.version)
                ),
            )
            .exists(),
        )
    )


PROMISES = (
    Promise("refunds asked for are being sent", _refunds, _send_refund),
    Promise("money without tickets is looked at", _money, _show_money),
    Promise("accepted requests have their letter", _accepted, answers.mail_accepted),
    Promise("orders by transfer have their letter", _transfers, _tell_of_transfer),
    Promise("unpaid orders that were ended have their letter", _refused, answers.mail_ended),
    Promise(
        "offered places have their letter",
        _offers,
        lambda offer_id, series_id: facts.record(PlaceOffered(offer_id, series_id)),
    ),
    Promise(
        "invitations have their letter",
        _invitations,
        lambda *row: facts.record(PersonInvited(*row)),
    ),
    Promise(
        "guests have their letter",
        _guests,
        lambda *row: facts.record(GuestInvited(*row)),
    ),
    Promise(
        "messages on their way have their list made",
        campaigns.without_list,
        campaigns.take_up,
    ),
    Promise(
        "invited jurors have their letter",
        _jurors,
        lambda juror_id, series_id: facts.record(JurorInvited(juror_id, series_id)),
    ),
    Promise(
        "published decisions have their letters",
        _decisions,
        lambda batch_id, series_id: facts.record(DecisionsPublished(batch_id, series_id)),
    ),
)
