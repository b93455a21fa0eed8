"""The list of orders: what it shows, how it is narrowed, what its file holds."""

from sqlalchemy import ColumnElement, func, select

from eventsapp.domain.billing.money.models import Bill
from eventsapp.domain.ticketing.sales import search
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus, Ticket, TicketStatus
from eventsapp.kernel.i18n import _
from eventsapp.kernel.lists import Column, Kind, Listing


def orders(series_id: int) -> Listing:
    """Orders of a series, the newest first."""
    tickets = (
        select(func.count(Ticket.id))
        .where(Ticket.order_id == Order.id, Ticket.status == TicketStatus.VALID)
        .correlate(Order)
        .scalar_subquery()
    )
    buyer = func.trim(Order.last_name + " " + Order.first_name)
    return Listing(
        source=select(Order.id).where(Order.series_id == series_id),
        row_id=Order.id,
        columns=(
            Column("code", Order.code),
            Column("buyer", buyer, sorted_by=Order.sort_name),
            Column("placed_at", Order.placed_at),
            Column("status", Order.status),
            Column("total_cents", Order.total_cents),
            Column("email", Order.email, shown=False),
            Column("first_name", Order.first_name, shown=False, sorted_by=Order.sort_first_name),
            Column("last_name", Order.last_name, shown=False, sorted_by=Order.sort_name),
            Column("company", Order.company, shown=False, sorted_by=Order.sort_company),
            Column("siren", Order.siren, shown=False),
            Column("phone", Order.phone, shown=False),
            Column("tickets", tickets, sortable=False, shown=False),
            Column("paid_at", Order.paid_at, shown=False),
            Column("channel", Order.channel, shown=False),
            Column("reference", Order.reference, shown=False),
            Column("currency", Order.currency, sortable=False, shown=False),
        ),
        order="placed_at",
        descending=True,
        filters={
            "q": lambda typed: search.orders_of(series_id, typed),
            "status": _of_status,
            "attention": lambda _typed: _flagged(),
        },
    )


def order_titles(_series_id: int) -> dict[str, str]:
    """Words for the columns, in the order of the list."""
    return {
        "code": _("Code"),
        "buyer": _("Acheteur"),
        "placed_at": _("Passée"),
        "status": _("État"),
        "total_cents": _("Total"),
        "email": _("Adresse électronique"),
        "first_name": _("Prénom"),
        "last_name": _("Nom"),
        "company": _("Société"),
        "siren": _("SIREN"),
        "phone": _("Téléphone"),
        "tickets": _("Billets valables"),
        "paid_at": _("Payée"),
        "channel": _("Origine"),
        "reference": _("Référence"),
        "currency": _("Monnaie"),
    }


ORDERS = Kind("orders", orders, order_titles, permission="orders.export")


def _of_status(typed: str) -> ColumnElement[bool] | None:
    known = {member.value for member in OrderStatus}
    return Order.status == OrderStatus(typed) if typed in known else None


def _flagged() -> ColumnElement[bool]:
    return Order.bill_id.in_(select(Bill.id).where(Bill.attention.is_not(None)))
