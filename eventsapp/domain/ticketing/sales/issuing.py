"""The tickets of an order that is written and paid in one transaction."""

from collections.abc import Sequence
from typing import Any

from eventsapp.domain.ticketing.catalogue.models import ProductKind
from eventsapp.domain.ticketing.sales import tickets
from eventsapp.domain.ticketing.sales.orders import Draft, Written
from eventsapp.kernel.transaction import transaction


def issue(draft: Draft, written: Written, line_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Write tickets and admissions; returns the tickets' values (see ``tickets.issue``)."""
    with transaction() as session:
        return tickets.issue(
            session,
            order_id=written.order_id,
            organisation_id=draft.organisation_id,
            series_id=draft.series_id,
            lines=[
                (line_id, line.product_id, line.slot_id, line.quantity)
                for line_id, line in zip(line_ids, draft.lines, strict=True)
            ],
            products={
                offer.product_id: (
                    offer.event_id,
                    ProductKind(offer.kind),
                    offer.tickets_per_unit,
                )
                for offer in draft.offers.values()
            },
            attendees=[[person.plain() for person in people] for people in draft.attendees],
        )
