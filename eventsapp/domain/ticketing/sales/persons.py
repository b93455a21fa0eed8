"""What one person may have of an event: the organizers' number, held by the sale.

A person is an address to which tickets go. Whoever has several addresses has several shares; what
he may keep unpaid is bounded by his network (``shares``).
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventsapp.domain.programme.models import Event
from eventsapp.domain.ticketing.catalogue import limits
from eventsapp.domain.ticketing.catalogue.models import Product, ProductAdmission, ProductKind
from eventsapp.domain.ticketing.catalogue.offers import Line, Offer
from eventsapp.domain.ticketing.sales.models import Hold, HoldLine, Order
from eventsapp.kernel import audit
from eventsapp.kernel.transaction import lock, transaction


def set_limit(event_id: int, most: int | None, *, actor: str) -> None:
    """What one person may have of an event from now on; orders that were made stay.

    Args:
        most: places, at least 1; None for no limit but those of the tariffs.
    """
    with transaction():
        event = lock(Event, event_id)
        event.person_limit = most
        audit.note(
            "event.person_limit",
            f"event:{event_id}",
            actor=actor,
            series_id=event.series_id,
            detail={"most": most},
        )


def check(session: Session, email: str, lines: Sequence[Line], offers: Mapping[int, Offer]) -> None:
    """Refuse an order that would give its buyer more than a person may have.

    Events without a limit cost no statement. The row of one with a limit is held until the end, so
    that two orders of one person cannot pass each other.

    Raises:
        OverPersonLimit.
    """
    limited = sorted(
        {
            event.event_id
            for offer in offers.values()
            for event in offer.events
            if event.person_limit is not None
        }
    )
    if not limited:
        return
    for event_id in limited:
        lock(Event, event_id)
    limits.check_person(lines, offers, _places_of(session, email, limited))


def _places_of(session: Session, email: str, event_ids: Sequence[int]) -> dict[int, int]:
    """Event id -> places in the orders of this address that stand."""
    places = (HoldLine.quantity - HoldLine.given_back) * Product.tickets_per_unit
    rows = session.execute(
        select(ProductAdmission.event_id, func.sum(places))
        .join(Product, Product.id == ProductAdmission.product_id)
        .join(HoldLine, HoldLine.product_id == Product.id)
        .join(Hold, Hold.id == HoldLine.hold_id)
        .join(Order, Order.hold_id == Hold.id)
        .where(
            Order.email == email,
            Hold.released_at.is_(None),
            Product.kind != ProductKind.ADD_ON,
            ProductAdmission.event_id.in_(event_ids),
        )
        .group_by(ProductAdmission.event_id)
    )
    return {event_id: int(count) for event_id, count in rows}
