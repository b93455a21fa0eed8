"""Money that is not what was asked for: it stays with its places until a person decides.

The desk accepts it here (tickets for what came), or sends all of it back by ``refunding``.
"""

from eventsapp.domain.billing.money import bills
from eventsapp.domain.ticketing.aftersale.errors import PlacesGone
from eventsapp.domain.ticketing.catalogue import stock
from eventsapp.domain.ticketing.catalogue.errors import EventCancelled, EventNotReleased
from eventsapp.domain.ticketing.sales import giving_back, gone, holds, money, orders
from eventsapp.domain.ticketing.sales.errors import AlreadyDecided
from eventsapp.domain.ticketing.sales.models import OrderStatus
from eventsapp.kernel import audit
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
        bills.unflag(order.bill_id, only="amount_mismatch")
        audit.note(
            "order.money_accepted",
            f"order:{order.code}",
            actor=actor,
            series_id=order.series_id,
            detail={"received_cents": received, "total_cents": order.total_cents},
        )
        orders.mark_paid(session, order)
