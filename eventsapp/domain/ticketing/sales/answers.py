"""Letters to who waits for an answer or has to pay: what the order's page promises, once each."""

from typing import Any

from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel import outbox
from eventsapp.kernel.transaction import transaction


def mail_accepted(order_id: int) -> None:
    """It is to be paid now, and until when."""
    _mail("mail.order_accepted", order_id, {})


def mail_refused(order_id: int, reason: str = "") -> None:
    _mail("mail.order_refused", order_id, {"reason": reason[:500]})


def mail_ended(
    order_id: int, reason: str = "", *, withdrawn: bool = False, expired: str = ""
) -> None:
    """An order that was not paid has ended.

    Args:
        withdrawn: its event is cancelled or not for sale any more.
        expired: what it waited for when its time was over.
    """
    words = {"reason": reason[:500], "withdrawn": withdrawn, "expired": expired}
    _mail("mail.order_cancelled", order_id, words)


def _mail(kind: str, order_id: int, words: dict[str, Any]) -> None:
    with transaction() as session:
        series_id = session.get_one(Order, order_id).series_id
        payload = {"order_id": order_id, **words}
        outbox.later(kind, str(order_id), payload, series_id=series_id)
