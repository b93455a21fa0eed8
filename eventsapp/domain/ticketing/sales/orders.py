"""Orders: writing them, deciding on them, ending them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from eventsapp.domain.billing.money import bills
from eventsapp.domain.billing.money.bills import Charge
from eventsapp.domain.billing.money.models import Payment, PaymentStatus
from eventsapp.domain.ticketing.catalogue import sale
from eventsapp.domain.ticketing.catalogue.limits import Line, Offer, unit_price
from eventsapp.domain.ticketing.sales import answers, gone, holds, money, search, tickets
from eventsapp.domain.ticketing.sales.errors import AlreadyDecided, MoneyUndecided
from eventsapp.domain.ticketing.sales.facts import OrderEnded, OrderPaid
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.kernel import audit, clock, facts, secrets
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction

# From "Payer" on: Stripe's page (31 min) and five minutes for its news to arrive.
PAYMENT_TIME = timedelta(minutes=36)
TRANSFER_TIME = timedelta(days=10)
APPROVAL_TIME = timedelta(days=14)
AWAITING = (
    OrderStatus.AWAITING_PAYMENT,
    OrderStatus.AWAITING_TRANSFER,
    OrderStatus.AWAITING_APPROVAL,
)

_insert_order = insert(Order).returning(Order)


@dataclass(frozen=True)
class Buyer:
    """Who orders. Only the e-mail is needed; a company's order has a SIREN."""

    email: str
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    company: str = ""
    siren: str = ""
    address: str = ""
    locale: str = "fr"
    marketing_consent: bool = False
    # Of a public body (``deals.PurchaseOrder``).
    purchase: Mapping[str, str] | None = None

    def snapshot(self) -> dict[str, Any]:
        return {
            **(self.purchase or {}),
            "email": self.email,
            "name": f"{self.first_name} {self.last_name}".strip(),
            "company": self.company,
            "siren": self.siren,
            "address": self.address,
        }


@dataclass(frozen=True)
class Attendee:
    """The name on one ticket; may be left empty and filled in later."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    company: str = ""
    # The id under which it was imported.
    reference: str | None = None

    def plain(self) -> dict[str, str | None]:
        return {
            "reference": self.reference,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "company": self.company,
        }


@dataclass(frozen=True)
class Draft:
    """An order about to be written: its lines, who comes, and how it came."""

    series_id: int
    organisation_id: int
    hold_id: int
    lines: Sequence[Line]
    offers: Mapping[int, Offer]
    buyer: Buyer
    attendees: Sequence[Sequence[Attendee]]
    channel: str
    notify: bool = True
    terms_digest: str | None = None
    reference: str | None = None
    code: str = field(default_factory=lambda: secrets.human_code(8))
    secret: str = field(default_factory=secrets.new_secret)

    @property
    def seller_id(self) -> int:
        return self.offers[self.lines[0].product_id].seller_id

    @property
    def currency(self) -> str:
        return self.offers[self.lines[0].product_id].currency

    @property
    def needs_approval(self) -> bool:
        return any(sale.asks_first(self.offers[line.product_id]) for line in self.lines)

    def charges(self) -> list[Charge]:
        return [charge_of(line, self.offers[line.product_id]) for line in self.lines]

    @property
    def total_cents(self) -> int:
        return bills.total(self.charges())


@dataclass(frozen=True)
class Written:
    """The ids of an order that was written inside the open transaction."""

    row: Order
    order_id: int
    bill_id: int
    code: str
    secret: str
    status: OrderStatus
    total_cents: int
    currency: str
    # What its lines sell, by product id.
    offers: Mapping[int, Offer]
    # Values of the tickets issued with it (see ``tickets.issue``); empty until it is paid.
    tickets: Sequence[Mapping[str, Any]] = ()


def write(
    session: Session, draft: Draft, status: OrderStatus, deadline: datetime | None
) -> Written:
    """Write bill and order over a hold that counts the places already."""
    charges = draft.charges()
    buyer = draft.buyer
    bill_id = bills.write(
        session,
        organisation_id=draft.organisation_id,
        seller_id=draft.seller_id,
        series_id=draft.series_id,
        reference=draft.code,
        buyer=buyer.snapshot(),
        currency=draft.currency,
        charges=charges,
        due_at=deadline,
    )
    values = _values(draft, bill_id, status, deadline, bills.total(charges))
    row = session.scalars(_insert_order, [values]).one()
    return Written(
        row,
        row.id,
        bill_id,
        draft.code,
        draft.secret,
        status,
        bills.total(charges),
        draft.currency,
        draft.offers,
    )


def _values(
    draft: Draft, bill_id: int, status: OrderStatus, deadline: datetime | None, total_cents: int
) -> dict[str, Any]:
    """The order's own row."""
    now, buyer = clock.now(), draft.buyer
    return {
        "code": draft.code,
        "secret": draft.secret,
        "organisation_id": draft.organisation_id,
        "seller_id": draft.seller_id,
        "series_id": draft.series_id,
        "hold_id": draft.hold_id,
        "bill_id": bill_id,
        "reference": draft.reference,
        "status": status,
        "channel": draft.channel,
        "email": buyer.email,
        "first_name": buyer.first_name,
        "last_name": buyer.last_name,
        "phone": buyer.phone,
        "company": buyer.company,
        "siren": buyer.siren,
        "locale": buyer.locale,
        "currency": draft.currency,
        "total_cents": total_cents,
        "search_text": search.text_of(
            draft.code, buyer.email, buyer.first_name, buyer.last_name, buyer.company
        ),
        **search.sorted_by(buyer.first_name, buyer.last_name, buyer.company),
        "attendees": [[person.plain() for person in people] for people in draft.attendees],
        "notify": draft.notify,
        "marketing_consent": buyer.marketing_consent,
        "terms_digest": draft.terms_digest,
        "placed_at": now,
        "deadline": deadline,
        "paid_at": now if status is OrderStatus.PAID else None,
    }


def mark_paid(session: Session, order: Order) -> None:
    """Issue the tickets of an order whose bill is covered. Called by ``fulfilment`` alone."""
    order.status = OrderStatus.PAID
    order.paid_at = clock.now()
    order.deadline = None
    session.flush()
    tickets.issue_for(session, order)
    facts.record(OrderPaid(order.id, order.series_id))


def approve(order_id: int, *, actor: str) -> None:
    """Accept an order that waits for a decision: free ones get their tickets at once.

    Raises:
        AlreadyDecided: somebody decided before.
        EventCancelled, EventNotReleased, EventOver: there is nothing to give any more.
    """
    with transaction() as session:
        order = lock(Order, order_id)
        if order.status is not OrderStatus.AWAITING_APPROVAL:
            raise AlreadyDecided
        gone.refuse(order)
        audit.note("order.approved", f"order:{order.code}", actor=actor, series_id=order.series_id)
        if order.total_cents == 0:
            mark_paid(session, order)
        else:
            order.status = OrderStatus.AWAITING_PAYMENT
            order.deadline = clock.now() + TRANSFER_TIME
            answers.mail_accepted(order_id)


def refuse(order_id: int, *, actor: str, reason: str) -> None:
    """Say no to an order that waits for a decision, with the reason, and free its places.

    Unlike ``cancel`` it ends nothing that somebody else accepted a moment before.

    Raises:
        AlreadyDecided: somebody decided before.
    """
    with transaction():
        order = lock(Order, order_id)
        if order.status is not OrderStatus.AWAITING_APPROVAL:
            raise AlreadyDecided
        cancel(order_id, actor=actor, reason=reason)


def looked_at(order_id: int, *, actor: str) -> None:
    """A person has seen why the bill asked for attention: it leaves *À traiter*.

    Raises:
        MoneyUndecided: money is here without tickets; it is accepted or refunded.
    """
    with transaction() as session:
        order = session.get_one(Order, order_id)
        if money.in_review([order_id]):
            raise MoneyUndecided
        bills.unflag(order.bill_id)
        audit.note("order.looked_at", f"order:{order.code}", actor=actor, series_id=order.series_id)


def cancel(
    order_id: int,
    *,
    actor: str,
    reason: str,
    keep_places: bool = False,
    withdrawn: bool = False,
) -> None:
    """End an order: its tickets are void, its places go back to sale unless kept. Who was waiting
    to pay, or for an answer, is told.

    Args:
        withdrawn: its event is cancelled; the letter says so.

    Money is not touched here: ``refunding`` asks billing for it. Repeating changes nothing.
    """
    with transaction() as session:
        order = lock(Order, order_id)
        if order.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED):
            return
        if order.status is OrderStatus.AWAITING_APPROVAL and not withdrawn:
            answers.mail_refused(order_id, reason)
        elif order.status in AWAITING:
            answers.mail_ended(order_id, reason, withdrawn=withdrawn)
        order.status = OrderStatus.CANCELLED
        order.ended_at = clock.now()
        session.flush()
        tickets.void_all(session, order.id, reason="cancelled")
        audit.note(
            "order.cancelled",
            f"order:{order.code}",
            actor=actor,
            series_id=order.series_id,
            detail={"reason": reason[:500], "places_kept": keep_places},
        )
        facts.record(OrderEnded(order.id))
        # While somebody can still pay, the places stay counted (I3): they are released when
        # the payment lapses, or the money goes back.
        if not keep_places and not payable(session, order):
            holds.release(session, order.hold_id)


def expire_due(limit: int = 100) -> int:
    """End unpaid orders whose time is over, that nobody can pay any more, and no money came for."""
    now = clock.now()
    payable = (
        select(Payment.id)
        .where(
            Payment.bill_id == Order.bill_id,
            Payment.status.in_((PaymentStatus.CREATED, PaymentStatus.PENDING)),
        )
        .exists()
    )
    due = list(
        db.session.scalars(
            select(Order.id)
            .where(
                Order.status.in_(AWAITING),
                Order.deadline <= now,
                ~payable,
                ~money.is_kept(),
            )
            .order_by(Order.deadline)
            .limit(limit)
        )
    )
    return sum(expire(order_id) for order_id in due)


def expire(order_id: int) -> bool:
    """Give the places of one unpaid order back; False when a payment is still possible, or money
    came that a person has to decide on."""
    with transaction() as session:
        order = lock(Order, order_id)
        waited_for = order.status
        if waited_for not in AWAITING:
            return False
        if payable(session, order) or money.keeps(order_id):
            return False
        session.execute(
            update(Order)
            .where(Order.id == order.id)
            .values(status=OrderStatus.EXPIRED, ended_at=clock.now())
        )
        if waited_for is not OrderStatus.AWAITING_PAYMENT:
            # These wait for days, with nobody at the page.
            answers.mail_ended(order_id, expired=waited_for.value)
        facts.record(OrderEnded(order.id))
        holds.release(session, order.hold_id)
        return True


def payable(session: Session, order: Order) -> bool:
    """Whether a payment of this order may still succeed."""
    open_payment = session.scalar(
        select(Payment.id)
        .where(
            Payment.bill_id == order.bill_id,
            Payment.status.in_((PaymentStatus.CREATED, PaymentStatus.PENDING)),
        )
        .limit(1)
    )
    return open_payment is not None


def charge_of(line: Line, offer: Offer) -> Charge:
    """A line of an order as a line of its bill."""
    share = f"event:{offer.event_id}" if offer.event_id else f"product:{offer.product_id}"
    return Charge(
        label_fr=offer.label_fr,
        label_en=offer.label_en,
        quantity=line.quantity,
        unit_cents=unit_price(line, offer),
        vat_bp=offer.vat_bp if line.kept_vat_bp is None else line.kept_vat_bp,
        share_key=share,
    )
