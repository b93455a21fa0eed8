"""Orders for what is not given any more: no page opens for them, and their money goes back."""

from eventsapp.domain.ticketing.catalogue import sale
from eventsapp.domain.ticketing.catalogue.errors import EventCancelled, EventNotReleased, EventOver
from eventsapp.domain.ticketing.sales import holds
from eventsapp.domain.ticketing.sales.lines import as_line
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel import clock


def refuse(order: Order) -> None:
    """Refuse to take money for an order whose event is gone.

    Raises:
        EventCancelled, EventNotReleased, EventOver: see ``sale.refuse_kept``.
    """
    lines = [as_line(line) for line in order.hold.lines if line.quantity > line.given_back]
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
