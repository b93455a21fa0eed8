"""Answers to requests: what the page of a request promises, by letter, once."""

from eventsapp.domain.ticketing.models import Order
from eventsapp.kernel import outbox
from eventsapp.kernel.transaction import transaction


def mail_accepted(order_id: int) -> None:
    """It is to be paid now, and until when."""
    _mail("mail.order_accepted", order_id, {})


def mail_refused(order_id: int, reason: str = "") -> None:
    _mail("mail.order_refused", order_id, {"reason": reason[:500]})


def _mail(kind: str, order_id: int, words: dict[str, str]) -> None:
    with transaction() as session:
        series_id = session.get_one(Order, order_id).series_id
        payload = {"order_id": order_id, **words}
        outbox.later(kind, str(order_id), payload, series_id=series_id)
