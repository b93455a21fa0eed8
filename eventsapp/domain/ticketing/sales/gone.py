"""Orders for what is not given any more: no page opens for them, and their money goes back."""

from collections.abc import Iterable

from sqlalchemy import select

from eventsapp.domain.ticketing.catalogue import sale
from eventsapp.domain.ticketing.catalogue.errors import EventCancelled, EventNotReleased, EventOver
from eventsapp.domain.ticketing.sales import holds
from eventsapp.domain.ticketing.sales.lines import as_line
from eventsapp.domain.ticketing.sales.models import HoldLine, Order
from eventsapp.kernel import clock
from eventsapp.kernel.db import db


def refuse(order: Order) -> None:
    """Refuse to take money for an order whose event is gone.

    Raises:
        EventCancelled, EventNotReleased, EventOver: see ``sale.refuse_kept``.
    """
    _refuse(order.hold.lines)


def refuse_now(order: Order) -> None:
    """The same, whose lines are read anew and alone.

    Raises:
        EventCancelled, EventNotReleased, EventOver: see ``sale.refuse_kept``.
    """
    rows = select(HoldLine).where(HoldLine.hold_id == order.hold_id).order_by(HoldLine.id)
    _refuse(db.session.scalars(rows))


def _refuse(rows: Iterable[HoldLine]) -> None:
    lines = [as_line(line) for line in rows if line.quantity > line.given_back]
    offers = holds.offers_for(lines)
    now = clock.now()
    for line in lines:
        sale.refuse_kept(offers[line.product_id], now, line.slot_id)


def why(order: Order) -> type[EventCancelled | EventNotReleased | EventOver] | None:
    """Why money for it is not kept; None when it is."""
    try:
        refuse(order)
    except (EventCancelled, EventNotReleased, EventOver) as refusal:
        return type(refusal)
    return None
