"""What somebody says on the phone, and the orders it may be about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from eventsapp.domain.programme.models import Event
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.domain.ticketing.sales import search
from eventsapp.domain.ticketing.sales.listing import ORDERS
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.kernel import lists
from eventsapp.kernel.db import db
from eventsapp.kernel.lists import Slice

A_PAGE = 20
#: Tickets shown of one order: a company's order of two hundred says so, and is opened.
MOST_TICKETS = 5


@dataclass(frozen=True)
class Found:
    """A page of orders, the newest first, and the tickets of each that the words are about."""

    orders: Slice
    tickets: dict[int, Sequence[Row[Any]]]


def find(series_id: int, typed: str, page: int = 1) -> Found:
    """Orders of a series of which the buyer, or a holder, has each of the words. Two statements,
    whatever is found."""
    listing = ORDERS.listing(series_id)
    wish = lists.wish(listing, filters={"q": typed}, page=page, size=A_PAGE)
    if search.orders_of(series_id, typed) is None:
        return Found(Slice([], 0, 1, A_PAGE), {})
    orders = lists.read(listing, wish)
    found: dict[int, list[Row[Any]]] = {row.row_id: [] for row in orders.rows}
    about = search.named_in(typed) if orders.rows else None
    if about is not None:
        for row in db.session.execute(_first_of_each(series_id, list(found), about)):
            found[row.order_id].append(row)
    return Found(orders, dict(found))


def _first_of_each(series_id: int, order_ids: list[int], about: ColumnElement[bool]) -> Select[Any]:
    """The first ``MOST_TICKETS`` of each order, and how many there are (``of_order``)."""
    ranked = (
        select(
            Ticket,
            func.row_number().over(partition_by=Ticket.order_id, order_by=Ticket.id).label("rank"),
            func.count(Ticket.id).over(partition_by=Ticket.order_id).label("of_order"),
        )
        .where(Ticket.series_id == series_id, Ticket.order_id.in_(order_ids), about)
        .subquery()
    )
    return (
        select(ranked, Product.label_fr, Product.label_en, Event.title_fr, Event.title_en)
        .join(Product, Product.id == ranked.c.product_id)
        .outerjoin(Event, Event.id == ranked.c.event_id)
        .where(ranked.c.rank <= MOST_TICKETS)
        .order_by(ranked.c.id)
    )
