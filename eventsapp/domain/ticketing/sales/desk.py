"""An order made at the desk: the same hold and the same sale as everybody's, paid as was agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from eventsapp.domain.accounts import organisations
from eventsapp.domain.billing.money import payments
from eventsapp.domain.ticketing.catalogue import limits
from eventsapp.domain.ticketing.catalogue.offers import Line, Offer
from eventsapp.domain.ticketing.sales import issuing, orders, persons
from eventsapp.domain.ticketing.sales.deals import BY_TRANSFER, ON_THE_SPOT, Deal, Means
from eventsapp.domain.ticketing.sales.errors import NoBankAccount
from eventsapp.domain.ticketing.sales.facts import OrderPaid, OrderPlaced, TransferAwaited
from eventsapp.domain.ticketing.sales.models import Hold, HoldLine, OrderStatus
from eventsapp.domain.ticketing.sales.orders import Draft, Written
from eventsapp.kernel import audit, clock, facts
from eventsapp.kernel.transaction import transaction


def agreed(
    session: Session, hold: Hold, lines: Sequence[Line], offers: Mapping[int, Offer], deal: Deal
) -> list[Line]:
    """The lines at the prices of the deal: a gift costs nothing, and keeps in its row what it would
    have cost.

    Raises:
        DealMalformed: see ``Deal.check``.
    """
    asked = sum(line.quantity * limits.unit_price(line, offers[line.product_id]) for line in lines)
    deal.check(asked, clock.now(), _over(offers))
    if deal.means is not Means.GIVEN or not asked:
        return list(lines)
    session.execute(update(HoldLine).where(HoldLine.hold_id == hold.id).values(unit_cents=0))
    session.expire(hold)
    return [replace(line, kept_cents=0) for line in lines]


def check_person(
    session: Session, email: str, lines: Sequence[Line], offers: Mapping[int, Offer], deal: Deal
) -> None:
    """The limits of an order and of a person, unless a reason was given to go beyond them. Whoever
    comes to the door without an address has no share that could be counted.

    Raises:
        TooMany, OverPersonLimit.
    """
    if deal.beyond:
        return
    limits.check_most(lines, offers)
    if email:
        persons.check(session, email, lines, offers)


def place(
    session: Session, draft: Draft, deal: Deal, line_ids: Sequence[int], *, actor: str
) -> Written:
    """Write the order of a hold as it was agreed on; joins the open transaction.

    Raises:
        NoBankAccount: a transfer, and nobody has said where to.
    """
    total = draft.total_cents
    if deal.means is Means.PURCHASE_ORDER and deal.purchase is not None:
        numbers = deal.purchase.checked().plain()
        draft = replace(draft, buyer=replace(draft.buyer, purchase=numbers))
    if total and deal.means in BY_TRANSFER:
        if organisations.bank_account(draft.seller_id) is None:
            raise NoBankAccount
        written = orders.write(session, draft, OrderStatus.AWAITING_TRANSFER, deal.due_at)
        facts.record(TransferAwaited(written.order_id, draft.series_id))
    else:
        written = orders.write(session, draft, OrderStatus.PAID, None)
        if total:
            payments.book_offline(
                written.bill_id,
                amount_cents=total,
                currency=draft.currency,
                method=ON_THE_SPOT[deal.means],
            )
        issuing.issue(draft, written, line_ids)
        facts.record(OrderPaid(written.order_id, draft.series_id))
    with transaction():
        audit.note(
            "order.made",
            f"order:{draft.code}",
            actor=actor,
            series_id=draft.series_id,
            detail={
                "means": deal.means.value,
                "cents": total,
                "reason": deal.reason,
                "beyond": deal.beyond,
            },
        )
    facts.record(OrderPlaced(written.order_id))
    return written


def _over(offers: Mapping[int, Offer]) -> datetime | None:
    ends = [event.over_at for offer in offers.values() for event in offer.events if event.over_at]
    return min(ends, default=None)
