"""Lines of a basket as rows, and rows as lines: what was promised is written, and read again."""

from typing import Any

from eventsapp.domain.ticketing.catalogue import limits
from eventsapp.domain.ticketing.catalogue.limits import Line, Offer
from eventsapp.domain.ticketing.sales.models import HoldLine


def as_line(line: HoldLine) -> Line:
    """What a row still counts, at the price and the VAT that it was kept at."""
    left = line.quantity - line.given_back
    return Line(
        line.product_id,
        left,
        line.slot_id,
        kept_cents=line.unit_cents,
        kept_vat_bp=line.vat_bp,
        list_cents=line.list_cents,
        discount_id=line.discount_id,
    )


def row_of(hold_id: int, line: Line, offer: Offer) -> dict[str, Any]:
    """A line with the price and the VAT of this moment, or those that were promised."""
    unit = limits.unit_price(line, offer)
    return {
        "hold_id": hold_id,
        "product_id": line.product_id,
        "slot_id": line.slot_id,
        "quantity": line.quantity,
        "unit_cents": unit,
        "list_cents": unit if line.list_cents is None else line.list_cents,
        "vat_bp": offer.vat_bp if line.kept_vat_bp is None else line.kept_vat_bp,
        "discount_id": line.discount_id,
        "given_back": 0,
    }
