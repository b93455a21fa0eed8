"""Orders and tickets, read for pages."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from eventsapp.domain.billing.money.models import Bill, LedgerEntry
from eventsapp.domain.ticketing.catalogue import stock
from eventsapp.domain.ticketing.catalogue.models import Product, Quota
from eventsapp.domain.ticketing.sales.models import (
    Admission,
    Hold,
    HoldLine,
    Order,
    OrderStatus,
    Ticket,
    TicketStatus,
)
from eventsapp.kernel import clock, secrets
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound

MOST_LINKS = 20


def order_by_secret(code: str, secret: str) -> Order:
    """The order behind a capability link, with what its page shows.

    Raises:
        NotFound: wrong code or wrong secret; which of them is not said.
    """
    order = db.session.scalars(_shown().where(Order.code == code)).unique().first()
    if order is None or not secrets.same(order.secret, secret):
        raise NotFound(what="order", reference=code)
    return order


def order_by_code(series_id: int, code: str) -> Order:
    """An order of this series, for its organizers and programs.

    Raises:
        NotFound: no such order in this series.
    """
    order = db.session.scalar(_whole().where(Order.series_id == series_id, Order.code == code))
    if order is None:
        raise NotFound(what="order", reference=code)
    return order


def place_of(series_id: int, code: str) -> tuple[int, str, str]:
    """(id, language, secret) of an order: enough to name its page."""
    row = db.session.execute(
        select(Order.id, Order.locale, Order.secret).where(
            Order.series_id == series_id, Order.code == code
        )
    ).one()
    return row[0], row[1], row[2]


def _shown() -> Select[Order]:
    """With what the buyer's page shows: two statements and one for admissions, whatever the number
    of tickets. Lines are few: both kinds come with the order's own row."""
    tickets = selectinload(Order.tickets)
    return select(Order).options(
        joinedload(Order.bill).joinedload(Bill.lines),
        tickets.joinedload(Ticket.product),
        tickets.joinedload(Ticket.admissions),
        joinedload(Order.hold).joinedload(Hold.lines).joinedload(HoldLine.product),
    )


def _whole() -> Select[Order]:
    return select(Order).options(
        joinedload(Order.bill),
        selectinload(Order.tickets).joinedload(Ticket.product),
        selectinload(Order.tickets).joinedload(Ticket.event),
        joinedload(Order.hold).selectinload(Hold.lines).joinedload(HoldLine.product),
    )


@dataclass(frozen=True)
class Figures:
    """The series in five numbers: places and tickets in units, money in cents."""

    sold: int
    given: int
    received_cents: int
    orders: int
    awaiting: int


def figures(series_id: int) -> Figures:
    """What was sold and received so far, in three statements."""
    tickets = db.session.execute(
        select(
            func.count(Ticket.id).filter(Product.price_cents > 0),
            func.count(Ticket.id).filter(Product.price_cents == 0),
        )
        .select_from(Ticket)
        .join(Product, Product.id == Ticket.product_id)
        .where(Ticket.series_id == series_id, Ticket.status == TicketStatus.VALID)
    ).one()
    received = db.session.scalar(
        select(func.sum(LedgerEntry.amount_cents))
        .join(Bill, Bill.id == LedgerEntry.bill_id)
        .where(Bill.series_id == series_id)
    )
    counted = db.session.execute(
        select(
            func.count(Order.id).filter(Order.status == OrderStatus.PAID),
            func.count(Order.id).filter(
                Order.status.in_((OrderStatus.AWAITING_PAYMENT, OrderStatus.AWAITING_TRANSFER))
            ),
        ).where(Order.series_id == series_id)
    ).one()
    return Figures(tickets[0], tickets[1], int(received or 0), counted[0], counted[1])


def sold_by_day(
    series_id: int, zone: str, *, event_id: int | None = None
) -> list[tuple[date, int, int]]:
    """(local day of payment, tickets, cents) of tickets that are valid, oldest day first.

    Those given back since leave their day, so that the days add up to ``figures``.
    """
    statement = (
        select(Order.paid_at, HoldLine.unit_cents, Product.tickets_per_unit, func.count(Ticket.id))
        .join(HoldLine, HoldLine.hold_id == Order.hold_id)
        .join(Product, Product.id == HoldLine.product_id)
        .join(Ticket, Ticket.hold_line_id == HoldLine.id)
        .where(
            Order.series_id == series_id,
            Order.status == OrderStatus.PAID,
            Ticket.status == TicketStatus.VALID,
        )
        .group_by(HoldLine.id, Order.paid_at, HoldLine.unit_cents, Product.tickets_per_unit)
    )
    if event_id is not None:
        statement = statement.where(Product.event_id == event_id)
    days: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for paid_at, unit_cents, per_unit, valid in db.session.execute(statement):
        if paid_at is None:
            continue
        day = days[clock.local_day(paid_at, zone)]
        day[0] += valid
        day[1] += _worth(valid, unit_cents, per_unit)
    return [(day, sums[0], sums[1]) for day, sums in sorted(days.items())]


def _worth(valid: int, unit_cents: int, per_unit: int) -> int:
    """Cents of the tickets of a line that are left, as refunds share the price of a unit."""
    whole, rest = divmod(valid, per_unit)
    begun = unit_cents - (per_unit - rest) * (unit_cents // per_unit) if rest else 0
    return whole * unit_cents + begun


def tickets_sold(event_id: int) -> int:
    """Valid tickets that admit to an event."""
    return (
        db.session.scalar(
            select(func.count(Admission.id))
            .join(Ticket, Ticket.id == Admission.ticket_id)
            .where(Admission.event_id == event_id, Ticket.status == TicketStatus.VALID)
        )
        or 0
    )


def count_waiting_for_approval(series_id: int) -> int:
    statement = select(func.count(Order.id)).where(
        Order.series_id == series_id, Order.status == OrderStatus.AWAITING_APPROVAL
    )
    return db.session.scalar(statement) or 0


def codes_of_bills(bill_ids: Collection[int]) -> dict[int, str]:
    """Bill id -> code of its order, by which people know it."""
    if not bill_ids:
        return {}
    statement = select(Order.bill_id, Order.code).where(Order.bill_id.in_(bill_ids))
    return {bill_id: code for bill_id, code in db.session.execute(statement)}


def orders_of_email(series_id: int, email: str) -> list[Order]:
    """For "renvoyer mes billets": the latest living orders of one address.

    ``MOST_LINKS`` at most, for each is a letter, and anybody may ask for anybody's.
    """
    statement = (
        select(Order)
        .where(
            Order.series_id == series_id,
            Order.email == email,
            Order.status.not_in((OrderStatus.EXPIRED, OrderStatus.CANCELLED)),
        )
        .order_by(Order.id.desc())
        .limit(MOST_LINKS)
    )
    return list(db.session.scalars(statement))


def unbalanced_quotas() -> list[tuple[int, int, int]]:
    """(quota id, taken, counted) where the counter is not the sum of the living holds.

    The invariant I1 of ticketing; ``doctor`` shows it. Empty when all is well.
    """
    counted: dict[int, int] = defaultdict(int)
    lines = db.session.execute(
        select(
            HoldLine.product_id, HoldLine.slot_id, func.sum(HoldLine.quantity - HoldLine.given_back)
        )
        .join(Hold, Hold.id == HoldLine.hold_id)
        .where(Hold.released_at.is_(None))
        .group_by(HoldLine.product_id, HoldLine.slot_id)
    ).all()
    offers = stock.offers_by_ids(row[0] for row in lines)
    for product_id, slot_id, quantity in lines:
        for draw in offers[product_id].draws_of(slot_id):
            counted[draw.quota_id] += draw.units * quantity
    quotas = db.session.execute(select(Quota.id, Quota.taken)).all()
    return [
        (quota_id, taken, counted[quota_id])
        for quota_id, taken in quotas
        if taken != counted[quota_id]
    ]
