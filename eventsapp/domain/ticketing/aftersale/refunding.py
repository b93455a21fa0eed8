"""Refunding orders and tickets: what becomes of the tickets, the places and the money."""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from eventsapp.domain.billing.money import bills, refunds
from eventsapp.domain.ticketing.aftersale.errors import NothingToRefund
from eventsapp.domain.ticketing.catalogue import discounts, limits, stock
from eventsapp.domain.ticketing.catalogue.limits import Line
from eventsapp.domain.ticketing.sales import giving_back, orders, tickets
from eventsapp.domain.ticketing.sales.models import HoldLine, Ticket, TicketStatus
from eventsapp.kernel import audit
from eventsapp.kernel.transaction import lock, transaction


def refund_order(order_id: int, *, reason: str, actor: str, keep_tickets: bool = False) -> int:
    """Send all the money of an order back; returns the cents asked for.

    Args:
        keep_tickets: a gesture: the tickets stay valid and the places taken.

    Raises:
        NothingToRefund: no money is left on it.
    """
    with transaction():
        order = giving_back.lock_money(order_id)
        amount = giving_back.give_back_kept(order, reason=reason, origin="organizer", actor=actor)
        if amount <= 0:
            raise NothingToRefund
        if not keep_tickets:
            orders.cancel(order_id, actor=actor, reason=reason)
        return amount


def refund_amount(order_id: int, amount_cents: int, *, reason: str, actor: str) -> int:
    """Send back a free amount; the tickets stay.

    Raises:
        RefundTooLarge, NotPaidYet, NothingToRefund.
    """
    if amount_cents <= 0:
        raise NothingToRefund
    with transaction():
        order = giving_back.lock_money(order_id)
        refunds.request_on_bill(
            order.bill_id, amount_cents, reason=reason, origin="organizer", actor=actor
        )
    return amount_cents


def refund_tickets(
    order_id: int, public_ids: Sequence[str], *, reason: str, actor: str, keep_places: bool = False
) -> int:
    """Void some tickets, free their places, and send their price back.

    A product with several tickets a unit gives its place back with the last of them; the price
    is shared between them to the cent.

    Returns:
        The cents asked for (0 for free tickets).

    Raises:
        NothingToRefund: none of them is a valid ticket of this order.
    """
    with transaction() as session:
        order = giving_back.lock_money(order_id)
        chosen = list(
            session.scalars(
                select(Ticket).where(
                    Ticket.order_id == order_id,
                    Ticket.public_id.in_(list(public_ids)),
                    Ticket.status == TicketStatus.VALID,
                )
            )
        )
        if not chosen:
            raise NothingToRefund
        amount = 0
        for line_id in sorted({ticket.hold_line_id for ticket in chosen}):
            mine = [ticket for ticket in chosen if ticket.hold_line_id == line_id]
            amount += _void_of_line(line_id, mine, keep_places=keep_places)
        amount = min(amount, bills.kept_cents(order.bill_id))
        if amount:
            refunds.request_on_bill(
                order.bill_id, amount, reason=reason, origin="organizer", actor=actor
            )
        audit.note(
            "tickets.refunded",
            f"order:{order.code}",
            actor=actor,
            series_id=order.series_id,
            detail={"tickets": [ticket.public_id for ticket in chosen], "cents": amount},
        )
        left = session.scalar(
            select(func.count(Ticket.id)).where(
                Ticket.order_id == order_id, Ticket.status == TicketStatus.VALID
            )
        )
        if not left:
            orders.cancel(order_id, actor=actor, reason=reason, keep_places=keep_places)
        return amount


def _void_of_line(line_id: int, chosen: Sequence[Ticket], *, keep_places: bool) -> int:
    """Void tickets of one line; returns their price in cents."""
    with transaction() as session:
        line = lock(HoldLine, line_id)
        per_unit = line.product.tickets_per_unit
        valid_before = session.scalar(
            select(func.count(Ticket.id)).where(
                Ticket.hold_line_id == line_id, Ticket.status == TicketStatus.VALID
            )
        )
        tickets.void(session, chosen, reason="refunded")
        valid_after = (valid_before or 0) - len(chosen)
        # Units needed by valid tickets, rounded up: half a pass keeps its place.
        freed = -(-(valid_before or 0) // per_unit) + (-valid_after // per_unit)
        if freed and not keep_places:
            given = [Line(line.product_id, freed, line.slot_id)]
            session.execute(
                update(HoldLine)
                .where(HoldLine.id == line_id)
                .values(given_back=HoldLine.given_back + freed)
            )
            if line.discount_id is not None:
                discounts.give_back(session, {line.discount_id: freed * per_unit})
            stock.give_back(session, limits.demands(given, stock.offers_by_ids([line.product_id])))
        return sum(_share(line, valid_before or 0, index) for index in range(len(chosen)))


def _share(line: HoldLine, valid_before: int, index: int) -> int:
    """The price of the ``index``-th ticket given back, counted from the end of the unit.

    The last ticket of a unit takes the odd cents, so that the shares add up to the price.
    """
    per_unit = line.product.tickets_per_unit
    position = (valid_before - index - 1) % per_unit
    share = line.unit_cents // per_unit
    return share + (line.unit_cents - share * per_unit if position == 0 else 0)
