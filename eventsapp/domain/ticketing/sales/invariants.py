"""What must always hold in the sale; ``doctor`` prints the counts and fails above zero."""

from sqlalchemy import func, select

from eventsapp.domain.ticketing.catalogue.models import Discount, Product
from eventsapp.domain.ticketing.sales.models import Hold, HoldLine
from eventsapp.kernel.db import db


def miscounted() -> list[tuple[str, int, int]]:
    """(code, used, counted) where the counter is not the sum of the living holds.

    The invariant I1 for codes; ``doctor`` shows it. Empty when all is well.
    """
    tickets = (HoldLine.quantity - HoldLine.given_back) * Product.tickets_per_unit
    counted = {
        row.discount_id: int(row.tickets)
        for row in db.session.execute(
            select(HoldLine.discount_id, func.sum(tickets).label("tickets"))
            .join(Hold, Hold.id == HoldLine.hold_id)
            .join(Product, Product.id == HoldLine.product_id)
            .where(Hold.released_at.is_(None), HoldLine.discount_id.is_not(None))
            .group_by(HoldLine.discount_id)
        )
    }
    rows = db.session.execute(select(Discount.id, Discount.code, Discount.used))
    return [
        (row.code, row.used, counted.get(row.id, 0))
        for row in rows
        if row.used != counted.get(row.id, 0)
    ]
