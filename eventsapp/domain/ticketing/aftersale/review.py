"""Money that is not what was asked for: it stays with its places until a person decides.

The desk accepts it here (tickets for what came), asks for the rest of a transfer, or sends all
of it back by ``refunding``; what is too much goes back alone.
"""

from datetime import datetime

from eventsapp.domain.billing.money import bills, refunds
from eventsapp.domain.ticketing.aftersale.errors import NothingToRefund, PlacesGone
from eventsapp.domain.ticketing.catalogue import stock
from eventsapp.domain.ticketing.catalogue.errors import EventCancelled, EventNotReleased
from eventsapp.domain.ticketing.sales import giving_back, gone, holds, money, orders, ways_out
from eventsapp.domain.ticketing.sales.errors import AlreadyDecided, DealMalformed
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.kernel import audit, clock
from eventsapp.kernel.transaction import transaction


def accept(order_id: int, *, actor: str) -> None:
    """Give the tickets of an order for the money that came, whatever the amount.

    Raises:
        AlreadyDecided: no money of it waits for a decision (any more).
        PlacesGone: it had ended, and its places were sold on.
        DiscountUsedUp: the same of the uses of its code.
        EventCancelled, EventNotReleased: there is nothing to give any more; send the money back.
    """
    with transaction() as session:
        order = giving_back.lock_money(order_id)
        if order.status not in money.WITHOUT_TICKETS or not money.keeps(order_id):
            raise AlreadyDecided
        why = gone.why(order)
        if why in (EventCancelled, EventNotReleased):
            raise why(product=order.code)
        received = bills.kept_cents(order.bill_id)
        if order.status is OrderStatus.EXPIRED:
            try:
                holds.take_again(session, order.hold_id)
            except stock.QuotaShort as short:
                raise PlacesGone from short
            order.ended_at = None
        for settled in giving_back.DECIDED:
            bills.unflag(order.bill_id, only=settled)
        audit.note(
            "order.money_accepted",
            f"order:{order.code}",
            actor=actor,
            series_id=order.series_id,
            detail={"received_cents": received, "total_cents": order.total_cents},
        )
        orders.mark_paid(session, order)


def ask_rest(order_id: int, *, until: datetime, actor: str) -> None:
    """A part came by transfer: its places stay until another date, and its buyer is written how
    much is still to come.

    Raises:
        AlreadyDecided: no part of it waits for a decision (any more).
        DealMalformed: the date is past.
    """
    with transaction():
        order = giving_back.lock_money(order_id)
        kept = bills.kept_cents(order.bill_id)
        if order.status is not OrderStatus.AWAITING_TRANSFER or not 0 < kept < order.total_cents:
            raise AlreadyDecided
        if until <= clock.now():
            raise DealMalformed(field="due")
        order.rest_asked_at, order.deadline = clock.now(), until
        order.bill.due_at = until
        bills.unflag(order.bill_id, only="amount_mismatch")
        ways_out.write_again(order)
        audit.note(
            "order.rest_asked",
            f"order:{order.code}",
            actor=actor,
            series_id=order.series_id,
            detail={"cents": order.total_cents - kept, "until": until.isoformat()},
        )


def excess_cents(order: Order) -> int:
    """What was received beyond its total and is not on its way back; nothing while it is unpaid."""
    if order.status is not OrderStatus.PAID:
        return 0
    return max(0, bills.kept_cents(order.bill_id) - order.total_cents)


def give_back_excess(order_id: int, *, actor: str) -> int:
    """Send back what was received beyond the total; the tickets stay. Returns the cents.

    Raises:
        NothingToRefund: nothing was, or it is on its way back.
    """
    with transaction():
        order = giving_back.lock_money(order_id)
        cents = excess_cents(order)
        if cents <= 0:
            raise NothingToRefund
        refunds.request_on_bill(
            order.bill_id, cents, reason="overpaid", origin="overpaid", actor=actor
        )
        bills.unflag(order.bill_id, only="overpaid")
        return cents
