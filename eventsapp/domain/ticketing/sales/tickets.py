"""Tickets: issuing them with their admissions, voiding them, changing the name on one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from eventsapp.domain.ticketing.catalogue.models import Product, ProductAdmission, ProductKind
from eventsapp.domain.ticketing.sales import codes, search
from eventsapp.domain.ticketing.sales.facts import TicketsVoided
from eventsapp.domain.ticketing.sales.models import Admission, Order, Ticket, TicketStatus
from eventsapp.kernel import audit, clock, facts, spelling
from eventsapp.kernel.transaction import lock, transaction

# The token's window is wide on purpose: an event may be moved after its tickets were printed.
# The door compares with the event's own times.
VALIDITY = timedelta(days=2 * 365)
EARLY = timedelta(days=1)

_ticket, _admission = Ticket.__table__, Admission.__table__
_insert_tickets = insert(_ticket).returning(_ticket.c.id, sort_by_parameter_order=True)
_insert_admissions = insert(_admission)
_passes = select(ProductAdmission.product_id, ProductAdmission.event_id).order_by(
    ProductAdmission.id
)


def issue_for(session: Session, order: Order) -> None:
    """Issue the tickets of an order from its hold's lines and the names given with it."""
    products = {line.product_id: line.product for line in order.hold.lines}
    issue(
        session,
        order_id=order.id,
        organisation_id=order.organisation_id,
        series_id=order.series_id,
        lines=[
            (line.id, line.product_id, line.slot_id, line.quantity) for line in order.hold.lines
        ],
        products={
            identifier: (product.event_id, product.kind, product.tickets_per_unit)
            for identifier, product in products.items()
        },
        attendees=order.attendees,
    )


def issue(
    session: Session,
    *,
    order_id: int,
    organisation_id: int,
    series_id: int,
    lines: Sequence[tuple[int, int, int | None, int]],
    products: Mapping[int, tuple[int | None, ProductKind, int]],
    attendees: Sequence[Sequence[Mapping[str, str | None]]],
    first_place: int = 0,
) -> list[dict[str, Any]]:
    """Write tickets and admissions in two statements (three with a pass).

    Args:
        lines: (hold line id, product id, slot id, quantity).
        products: product id -> (event id, kind, tickets per unit).
        attendees: names per line; missing ones leave the ticket unnamed.
        first_place: of each line: a ticket that stands for an older one keeps its place.

    Returns:
        The tickets' values as written, in the order of the lines.
    """
    now = clock.now()
    admits = _admits(session, products)
    rows: list[dict[str, Any]] = []
    places: list[tuple[int, int | None]] = []
    for position, (line_id, product_id, slot_id, quantity) in enumerate(lines):
        event_id, _kind, per_unit = products[product_id]
        people = attendees[position] if position < len(attendees) else ()
        for index in range(quantity * per_unit):
            person = people[index] if index < len(people) else {}
            public_id, admits_to = token_hex(16), event_id or next(iter(admits[product_id]), None)
            rows.append(
                {
                    **_named(public_id, person),
                    "organisation_id": organisation_id,
                    "series_id": series_id,
                    "order_id": order_id,
                    "hold_line_id": line_id,
                    "place": first_place + index,
                    "product_id": product_id,
                    "event_id": admits_to,
                    "status": TicketStatus.VALID,
                    **_lasting(public_id, admits_to, product_id, now),
                    "issued_at": now,
                }
            )
            places.append((product_id, slot_id))
    ids = list(session.scalars(_insert_tickets, rows))
    admissions = [
        {"ticket_id": ticket_id, "event_id": event_id, "slot_id": slot_id}
        for ticket_id, (product_id, slot_id) in zip(ids, places, strict=True)
        for event_id in admits[product_id]
    ]
    if admissions:
        session.execute(_insert_admissions, admissions)
    return rows


def void_all(session: Session, order_id: int, *, reason: str) -> None:
    session.execute(
        update(Ticket)
        .where(Ticket.order_id == order_id, Ticket.status == TicketStatus.VALID)
        .values(status=TicketStatus.VOID, void_reason=reason, voided_at=clock.now())
    )
    facts.record(TicketsVoided(order_id))


def void(session: Session, tickets: Iterable[Ticket], *, reason: str) -> None:
    """Void some tickets of one order inside the open transaction."""
    rows = list(tickets)
    for ticket in rows:
        ticket.status = TicketStatus.VOID
        ticket.void_reason = reason
        ticket.voided_at = clock.now()
    session.flush()
    if rows:
        facts.record(TicketsVoided(rows[0].order_id))


def rename(ticket_id: int, *, first_name: str, last_name: str, company: str, actor: str) -> Ticket:
    """Put another name on a valid ticket; its code stays, so printed copies go on working."""
    with transaction():
        ticket = lock(Ticket, ticket_id)
        before = ticket.name
        ticket.first_name = spelling.line(first_name)[:100]
        ticket.last_name = spelling.line(last_name)[:100]
        ticket.company = spelling.line(company)[:200]
        for name, value in _findable(ticket.public_id, vars(ticket)).items():
            setattr(ticket, name, value)
        audit.note(
            "ticket.renamed",
            f"ticket:{ticket.public_id}",
            actor=actor,
            series_id=ticket.series_id,
            detail={"had_a_name": bool(before)},
        )
        return ticket


def _lasting(
    public_id: str, event_id: int | None, product_id: int, now: datetime
) -> dict[str, Any]:
    """The window of a new ticket, and the end of the code that follows from it."""
    first, last = now - EARLY, now + VALIDITY
    token = codes.token_of(
        public_id,
        event_id=event_id or 0,
        product_id=product_id,
        valid_from=int(first.timestamp()),
        valid_until=int(last.timestamp()),
    )
    return {"valid_from": first, "valid_until": last, "token_end": codes.end_of(token)}


def _named(public_id: str, person: Mapping[str, str | None]) -> dict[str, Any]:
    """The part of a ticket's row that says which one it is, and whose."""
    return {
        "public_id": public_id,
        "reference": person.get("reference"),
        "first_name": person.get("first_name", ""),
        "last_name": person.get("last_name", ""),
        "email": person.get("email", ""),
        "company": person.get("company", ""),
        **_findable(public_id, person),
    }


def _findable(public_id: str, person: Mapping[str, Any]) -> dict[str, str | None]:
    """What a ticket is found by, its printed code and who it is for, and what it is sorted by."""
    parts = ("first_name", "last_name", "email", "company")
    first, last, email, company = (person.get(name) or "" for name in parts)
    return {
        "search_text": search.text_of(codes.short_of(public_id), first, last, email, company),
        **search.sorted_by(first, last, company),
    }


def products_of(rows: Iterable[Product]) -> dict[int, tuple[int | None, ProductKind, int]]:
    return {row.id: (row.event_id, row.kind, row.tickets_per_unit) for row in rows}


def _admits(
    session: Session, products: Mapping[int, tuple[int | None, ProductKind, int]]
) -> dict[int, list[int]]:
    """Product id -> events a ticket of it admits to. Only passes need a look."""
    admits: dict[int, list[int]] = {}
    passes = []
    for product_id, (event_id, kind, _per_unit) in products.items():
        if event_id is None:
            passes.append(product_id)
            admits[product_id] = []
        else:
            # A meal or another option gives a ticket to show, but no way in.
            admits[product_id] = [] if kind is ProductKind.ADD_ON else [event_id]
    if passes:
        found = session.execute(_passes.where(ProductAdmission.product_id.in_(passes)))
        for product_id, event_id in found:
            admits[product_id].append(event_id)
    return admits
