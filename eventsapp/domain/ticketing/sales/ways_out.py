"""The ways out of an order that waits, at the desk. By time: ``orders.expire_due``.

=================== ================================== ==============================
waits for           at the desk                        by time
=================== ================================== ==============================
a payment by card   cancelled; its page is closed      expires with its page
a transfer          received, or cancelled             expires after ten days
an answer           accepted, or refused               expires after two weeks
=================== ================================== ==============================
"""

from datetime import UTC, date, datetime, time

from eventsapp.domain.billing.money import transfers
from eventsapp.domain.ticketing.catalogue.errors import EventCancelled, EventNotReleased
from eventsapp.domain.ticketing.sales import giving_back, gone, orders
from eventsapp.domain.ticketing.sales.errors import AlreadyDecided, NotPayable
from eventsapp.domain.ticketing.sales.models import OrderStatus
from eventsapp.kernel import audit
from eventsapp.kernel.transaction import transaction

REFERENCE_MOST = 100


def receive_transfer(order_id: int, *, on: date, reference: str, actor: str) -> None:
    """The whole amount of an order came by transfer: it is paid, its tickets and letter go.

    An event that is over is no reason to leave money unbooked; one that is cancelled, or back in
    draft, is: cancel the order and send the money back.

    Args:
        on: the day of the bank's statement.
        reference: how the statement names it.

    Raises:
        NotPayable: the order does not wait for a transfer.
        EventCancelled, EventNotReleased.
    """
    with transaction() as session:
        order = giving_back.lock_money(order_id)
        if order.status is not OrderStatus.AWAITING_TRANSFER:
            raise NotPayable(status=order.status.value)
        why = gone.why(order)
        if why in (EventCancelled, EventNotReleased):
            raise why(product=order.code)
        transfers.book(
            order.bill_id,
            amount_cents=order.total_cents,
            at=datetime.combine(on, time(12), UTC),
            reference=reference[:REFERENCE_MOST],
        )
        orders.mark_paid(session, order)
        audit.note(
            "order.transfer_received",
            f"order:{order.code}",
            actor=actor,
            series_id=order.series_id,
            detail={"on": on.isoformat(), "reference": reference[:REFERENCE_MOST]},
        )


def cancel_waiting(order_id: int, *, actor: str, reason: str) -> None:
    """Give up an order that is not paid: its places go back, its buyer is told, its payment page is
    closed by the worker (``withdrawal``); money that is here already, or is faster, goes back.

    Raises:
        AlreadyDecided: it waits no longer.
    """
    with transaction():
        order = giving_back.lock_money(order_id)
        if order.status not in orders.AWAITING:
            raise AlreadyDecided
        giving_back.give_back_kept(order, reason=reason, origin="cancelled", actor=actor)
        orders.cancel(order_id, actor=actor, reason=reason)
