"""One ticket for another: another name, tariff or hour. What the desk does here is what holders
will do by themselves: one command, whoever calls it.

The places move in one transaction by conditional updates, quota by quota in the order of their ids:
what old and new share is not touched, so that a full evening changes its tariffs. The old code is
void, the new ticket keeps the old one's place among the answers, and the difference is paid, given,
or goes back.
"""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventsapp.domain.billing.money import bills, payments, refunds
from eventsapp.domain.billing.money.models import PaymentMethod
from eventsapp.domain.ticketing.aftersale.errors import TicketFixed
from eventsapp.domain.ticketing.asking.models import GivenAnswer
from eventsapp.domain.ticketing.catalogue import discounts, limits, sale, stock
from eventsapp.domain.ticketing.catalogue.models import ProductKind
from eventsapp.domain.ticketing.catalogue.offers import Line, Offer
from eventsapp.domain.ticketing.catalogue.sale import Way
from eventsapp.domain.ticketing.sales import copies, giving_back, orders, tickets
from eventsapp.domain.ticketing.sales.errors import DealMalformed, PriceChanged
from eventsapp.domain.ticketing.sales.lines import row_of
from eventsapp.domain.ticketing.sales.models import (
    Admission,
    HoldLine,
    Order,
    OrderStatus,
    Ticket,
    TicketStatus,
)
from eventsapp.kernel import audit, clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction

#: How a difference is settled at the desk; GIVEN: the new ticket costs what the old one did.
TERMINAL, GIVEN = "terminal", "given"
_METHODS = {TERMINAL: PaymentMethod.TERMINAL}
NAMES = ("first_name", "last_name", "company")


@dataclass(frozen=True)
class Wish:
    """What the ticket is to become. The same tariff and hour: only its holder changes."""

    product_id: int
    slot_id: int | None
    first_name: str
    last_name: str
    company: str


@dataclass(frozen=True)
class Change:
    """What will happen: prices in cents; ``moves`` whether a place is given for another."""

    before_cents: int
    after_cents: int
    moves: bool
    old: Offer
    new: Offer
    new_slot_id: int | None

    @property
    def difference_cents(self) -> int:
        return self.after_cents - self.before_cents


def foresee(order_id: int, public_id: str, wish: Wish) -> Change:
    """What an exchange would do now. Changes nothing.

    Raises:
        TicketFixed: see ``exchange``.
        SoldOut and the other refusals of ``limits.check_one``.
    """
    return _foresee(db.session.get_one(Order, order_id), _ticket(order_id, public_id), wish)


def exchange(
    order_id: int,
    public_id: str,
    wish: Wish,
    *,
    settled: str,
    shown_difference_cents: int,
    reason: str,
    actor: str,
) -> Ticket:
    """Void a ticket and issue the one that was wished for, in its place. Returns the new one.

    Args:
        settled: how a difference that is to be paid was: ``TERMINAL``, or ``GIVEN`` with
            a reason. One that is to go back goes to where the money came from.
        shown_difference_cents: what the page said; another one asks again.

    Raises:
        TicketFixed: it is void, was used at the door, or belongs to a group; or what is wished for
            is sold by groups or by another seller.
        PriceChanged, DealMalformed, SoldOut, and the refusals of ``sale.refuse``.
    """
    with transaction() as session:
        order = giving_back.lock_money(order_id)
        ticket = lock(Ticket, _ticket(order_id, public_id).id)
        change = _foresee(order, ticket, wish)
        if change.difference_cents != shown_difference_cents:
            raise PriceChanged(
                shown_cents=shown_difference_cents, total_cents=change.difference_cents
            )
        unit = change.after_cents
        if change.difference_cents > 0 and settled == GIVEN:
            if not reason.strip():
                raise DealMalformed(field="reason")
            unit = change.before_cents
        made = _replace(session, order, ticket, wish, change, unit)
        _settle(order, unit - change.before_cents, settled, actor=actor)
        _note(order, ticket, made, change, unit, settled, reason, actor=actor)
        if order.email:
            copies.mail_tickets(order)
        return made


def _settle(order: Order, difference: int, settled: str, *, actor: str) -> None:
    if difference > 0:
        if settled not in _METHODS:
            raise DealMalformed(field="settled")
        payments.book_offline(
            order.bill_id,
            amount_cents=difference,
            currency=order.currency,
            method=_METHODS[settled],
        )
    back = min(-difference, bills.kept_cents(order.bill_id)) if difference < 0 else 0
    if back > 0:
        refunds.request_on_bill(
            order.bill_id, back, reason="exchange", origin="exchange", actor=actor
        )


def _replace(
    session: Session, order: Order, ticket: Ticket, wish: Wish, change: Change, unit: int
) -> Ticket:
    """The new ticket in place of the old one; the places last."""
    line_id, place = ticket.hold_line_id, ticket.place or 0
    tickets.void(session, [ticket], reason="exchanged")
    if change.moves:
        line_id = _move_line(session, order, ticket, change, unit)
        session.execute(
            update(GivenAnswer)
            .where(GivenAnswer.hold_line_id == ticket.hold_line_id, GivenAnswer.place == place)
            .values(hold_line_id=line_id, place=0)
        )
        place = 0
    person = {name: getattr(wish, name) for name in NAMES} | {"email": ticket.email}
    (values,) = tickets.issue(
        session,
        order_id=order.id,
        organisation_id=order.organisation_id,
        series_id=order.series_id,
        lines=[(line_id, change.new.product_id, change.new_slot_id, 1)],
        products={
            change.new.product_id: (change.new.event_id, ProductKind(change.new.kind), 1),
        },
        attendees=[[person]],
        first_place=place,
    )
    if change.moves:
        before = limits.demands([_line_of(ticket)], {change.old.product_id: change.old})
        wanted = [Line(change.new.product_id, 1, change.new_slot_id)]
        after = limits.demands(wanted, {change.new.product_id: change.new})
        try:
            stock.shift(session, before, after)
        except stock.QuotaShort as short:
            offers = {change.new.product_id: change.new}
            raise limits.short(short.quota_id, short.left, wanted, offers) from short
    statement = select(Ticket).where(Ticket.public_id == values["public_id"])
    return session.scalars(statement).one()


def _move_line(session: Session, order: Order, ticket: Ticket, change: Change, unit: int) -> int:
    """A line of its own for the new ticket; the old one counts one unit less. Both are billed."""
    old = lock(HoldLine, ticket.hold_line_id)
    session.execute(
        update(HoldLine).where(HoldLine.id == old.id).values(given_back=HoldLine.given_back + 1)
    )
    wanted = Line(change.new.product_id, 1, change.new_slot_id, kept_cents=unit)
    new = HoldLine(**row_of(order.hold_id, wanted, change.new))
    session.add(new)
    session.flush()
    if old.discount_id is not None:
        discounts.give_back(session, {old.discount_id: 1})
    total = bills.amend(
        order.bill_id,
        [
            orders.charge_of(_line_of(ticket, -1), change.old),
            orders.charge_of(wanted, change.new),
        ],
    )
    order.total_cents = total
    return new.id


def _foresee(order: Order, ticket: Ticket, wish: Wish) -> Change:
    slot_id = _slot_of(ticket)
    moves = (wish.product_id, wish.slot_id) != (ticket.product_id, slot_id)
    offers = stock.offers_by_ids([ticket.product_id, wish.product_id])
    old, new = offers[ticket.product_id], offers.get(wish.product_id)
    if (
        new is None
        or new.series_id != order.series_id
        or order.status is not OrderStatus.PAID
        or ticket.status is not TicketStatus.VALID
        or (moves and not _free_to_move(order, ticket, old, new))
    ):
        raise TicketFixed
    line = db.session.get_one(HoldLine, ticket.hold_line_id)
    if not moves:
        return Change(line.unit_cents, line.unit_cents, False, old, old, slot_id)
    wanted = Line(wish.product_id, 1, wish.slot_id)
    now = clock.now()
    sale.refuse(new, now, way=Way.ORGANIZER, slot_id=wish.slot_id)
    limits.check_slot(wanted, new)
    held = limits.demands([_line_of(ticket)], {old.product_id: old})
    limits.check_places([wanted], stock.with_more_left({new.product_id: new}, held))
    return Change(line.unit_cents, limits.unit_price(wanted, new), True, old, new, wish.slot_id)


def _free_to_move(order: Order, ticket: Ticket, old: Offer, new: Offer) -> bool:
    """By units of one ticket, of one seller, in one currency; and nobody came in with it yet."""
    alike = (new.seller_id, new.currency) == (order.seller_id, order.currency)
    single = old.tickets_per_unit == new.tickets_per_unit == 1
    admits = new.kind != ProductKind.ADD_ON and old.kind != ProductKind.ADD_ON
    entered = select(Admission.id).where(
        Admission.ticket_id == ticket.id, Admission.entered_at.is_not(None)
    )
    return alike and single and admits and db.session.scalar(entered.limit(1)) is None


def _line_of(ticket: Ticket, quantity: int = 1) -> Line:
    """What the ticket takes, at the price and VAT it was sold at."""
    row = db.session.get_one(HoldLine, ticket.hold_line_id)
    return Line(
        ticket.product_id,
        quantity,
        row.slot_id,
        kept_cents=row.unit_cents,
        kept_vat_bp=row.vat_bp,
    )


def _slot_of(ticket: Ticket) -> int | None:
    return db.session.get_one(HoldLine, ticket.hold_line_id).slot_id


def _ticket(order_id: int, public_id: str) -> Ticket:
    found = db.session.scalar(
        select(Ticket).where(Ticket.order_id == order_id, Ticket.public_id == public_id)
    )
    if found is None:
        raise TicketFixed
    return found


def _note(
    order: Order,
    old: Ticket,
    new: Ticket,
    change: Change,
    unit: int,
    settled: str,
    reason: str,
    *,
    actor: str,
) -> None:
    difference = unit - change.before_cents
    with transaction():
        audit.note(
            "ticket.exchanged",
            f"order:{order.code}",
            actor=actor,
            series_id=order.series_id,
            detail={
                "old": old.public_id,
                "new": new.public_id,
                "from_product": change.old.product_id,
                "to_product": change.new.product_id,
                "cents": difference,
                "settled": settled if difference > 0 or unit != change.after_cents else "",
                "reason": reason[:500],
            },
        )
