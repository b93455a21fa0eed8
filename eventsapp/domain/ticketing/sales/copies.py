"""Tickets and links once more, for who asks for them."""

from eventsapp.domain.ticketing.sales import queries
from eventsapp.domain.ticketing.sales.errors import NotPaid
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.kernel import audit, outbox, secrets
from eventsapp.kernel.transaction import transaction


def send_tickets_again(order_id: int, *, actor: str | None = None) -> None:
    """Mail the tickets once more. A member of the team (``actor``) is written in the journal.

    Raises:
        NotPaid: there is no ticket to send.
    """
    with transaction() as session:
        order = session.get_one(Order, order_id)
        if order.status is not OrderStatus.PAID:
            raise NotPaid(status=order.status.value)
        _mail_copy("mail.order_paid", order)
        if actor is not None:
            audit.note(
                "order.mailed", f"order:{order.code}", actor=actor, series_id=order.series_id
            )


def mail_tickets(order: Order) -> None:
    """The tickets as they are now, in a letter of its own."""
    with transaction():
        _mail_copy("mail.order_paid", order)


def send_links(series_id: int, email: str) -> None:
    """Mail the links of this address' orders to it; nothing happens when there is none."""
    with transaction():
        for order in queries.orders_of_email(series_id, email):
            _mail_copy("mail.order_link", order)


def _mail_copy(kind: str, order: Order) -> None:
    """A letter of its own each time somebody asks: mail programs show no second one with the name
    of a letter that they have already."""
    copy = secrets.new_secret()
    payload = {"order_id": order.id, "copy": copy[:12]}
    outbox.later(kind, copy, payload, series_id=order.series_id)
