"""Holds: places kept for somebody while he fills in the form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.catalogue import discounts, limits, pricing, sale, stock
from eventsapp.domain.ticketing.catalogue.errors import DiscountUnknown
from eventsapp.domain.ticketing.catalogue.limits import Line, Offer
from eventsapp.domain.ticketing.catalogue.pricing import Reduction
from eventsapp.domain.ticketing.catalogue.sale import Way
from eventsapp.domain.ticketing.sales import shares
from eventsapp.domain.ticketing.sales.errors import HoldGone, NetworkFull, NoMoreTime
from eventsapp.domain.ticketing.sales.lines import as_line, row_of
from eventsapp.domain.ticketing.sales.models import Hold, HoldLine
from eventsapp.kernel import clock, secrets
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import transaction

HOLD_LENGTH = timedelta(minutes=15)
EXTENSION = timedelta(minutes=10)
MAX_EXTENSIONS = 3
# Whatever is added to a basket and however often it is extended.
LONGEST = timedelta(minutes=60)

_hold, _line = Hold.__table__, HoldLine.__table__
_whole = select(Hold).options(joinedload(Hold.lines).joinedload(HoldLine.product))
_insert_hold = insert(_hold).returning(_hold.c.id)
_insert_lines = insert(_line).returning(_line.c.id, sort_by_parameter_order=True)


@dataclass(frozen=True)
class SeriesRef:
    """A series by its ids: enough to sell in it, without reading its row."""

    id: int
    organisation_id: int


def make(
    series: Series | SeriesRef,
    lines: Sequence[Line],
    *,
    way: Way = Way.PUBLIC,
    code: str | None = None,
    network: str | None = None,
    beyond: bool = False,
) -> str:
    """Keep places for 15 minutes; all lines are granted, or none. Returns the hold's secret.

    Args:
        code: lowers prices, or opens hidden products; its uses are counted like places.
        network: the visitor's address, for his network's share (``shares``); None for programs.
        beyond: the desk has a reason to give more than an order may have; it is asked for again
            when the order is written (``desk.check_person``).

    Raises:
        NetworkFull: his network keeps its share of unpaid places already.
        SoldOut and the other refusals of ``limits.check``; DiscountUnknown, DiscountUseless,
        DiscountUsedUp.
    """
    lines = [line for line in lines if line.quantity]
    secret = secrets.new_secret()
    series_id, organisation_id = series.id, series.organisation_id
    with transaction() as session:
        offers = offers_for(lines)
        refuse_foreign(series_id, offers)
        lines = priced(series_id, lines, offers, code, way=way, beyond=beyond)
        hashed = None if network is None else shares.hash_of(network)
        hold_id = write_hold(session, series_id, organisation_id, secret, network=hashed)
        take_places(session, lines, offers)
        _refuse_full_network(session, hashed, lines, offers)
        write_lines(session, hold_id, lines, offers)
    return secret


def priced(
    series_id: int,
    lines: Sequence[Line],
    offers: dict[int, Offer],
    code: str | None,
    *,
    way: Way,
    beyond: bool = False,
) -> list[Line]:
    """The lines of a new basket, checked against every rule, at the prices the code gives."""
    reduction = discounts.find(series_id, code) if code else None
    opened = reduction.opens if reduction else frozenset()
    limits.check(lines, offers, clock.now(), way=way, opened=opened, beyond=beyond)
    return pricing.reduced(lines, offers, reduction) if reduction else list(lines)


def add(secret: str, lines: Sequence[Line], *, code: str | None = None) -> None:
    """Add lines to a living hold: another event in the same order.

    A code that the basket has already goes on to what is added, as far as it is for it.

    Raises:
        HoldGone: the hold has ended or is an order already.
        SoldOut and the other refusals of ``limits.check``, on all lines together;
        DiscountUnknown, DiscountUseless, DiscountUsedUp for a code that is given.
    """
    lines = [line for line in lines if line.quantity]
    with transaction() as session:
        hold = _lock_living(secret)
        together = [*(as_line(line) for line in hold.lines), *lines]
        offers = offers_for(together)
        refuse_foreign(hold.series_id, offers)
        reduction = discounts.find(hold.series_id, code) if code else _code_in(hold)
        _check_addition(hold, together, lines, offers, reduction)
        if reduction and (code or any(one.product_id in reduction.products for one in lines)):
            lines = pricing.reduced(lines, offers, reduction)
        # At least ten minutes remain for a basket that just grew; adding keeps nothing for ever.
        grown = min(clock.now() + EXTENSION, hold.created_at + LONGEST)
        hold.expires_at = max(hold.expires_at, grown)
        take_places(session, lines, offers)
        _refuse_full_network(session, hold.network, lines, offers)
        write_lines(session, hold.id, lines, offers)


def remove_line(secret: str, line_id: int) -> None:
    """Take one line out of a living hold and give its places back."""
    with transaction() as session:
        hold = _lock_living(secret)
        line = next((line for line in hold.lines if line.id == line_id), None)
        if line is None:
            return
        given = [as_line(line)]
        offers = offers_for(given)
        hold.lines.remove(line)
        session.delete(line)
        session.flush()
        discounts.give_back(session, pricing.uses(given, offers))
        stock.give_back(session, limits.demands(given, offers))
        if not hold.lines:
            hold.released_at = clock.now()


def apply_code(secret: str, code: str) -> None:
    """Give a living hold the prices of a code; lines it is not for keep theirs.

    Raises:
        HoldGone, DiscountUnknown, DiscountUseless, DiscountUsedUp.
    """
    with transaction() as session:
        hold = _lock_living(secret)
        reduction = discounts.find(hold.series_id, code)
        lines = [as_line(line) for line in hold.lines]
        offers = offers_for(lines)
        full = [replace(line, kept_cents=line.list_cents) for line in lines]
        after = [
            new if new.discount_id is not None else old
            for new, old in zip(pricing.reduced(full, offers, reduction), lines, strict=True)
        ]
        for row, line in zip(hold.lines, after, strict=True):
            row.unit_cents = limits.unit_price(line, offers[line.product_id])
            row.discount_id = line.discount_id
        session.flush()
        discounts.change(session, pricing.uses(lines, offers), pricing.uses(after, offers))


def extend(secret: str) -> None:
    """Ten minutes more, three times at most (WCAG 2.2.1: time limits can be extended).

    Raises:
        HoldGone, NoMoreTime.
    """
    with transaction() as session:
        hold = _lock_living(secret)
        if hold.extensions >= MAX_EXTENSIONS:
            raise NoMoreTime
        session.execute(
            update(Hold)
            .where(Hold.id == hold.id)
            .values(
                expires_at=min(hold.expires_at + EXTENSION, hold.created_at + LONGEST),
                extensions=Hold.extensions + 1,
            )
        )


def living(secret: str) -> Hold | None:
    """The hold behind a cookie while it can still become an order."""
    found = db.session.scalars(_whole.where(Hold.digest == secrets.digest(secret))).unique().first()
    return found if found is not None and _lives(found) else None


def known(secret: str) -> bool:
    """Whether this secret ever named a hold."""
    return bool(db.session.scalar(select(Hold.id).where(Hold.digest == secrets.digest(secret))))


def whole(session: Session, hold_id: int) -> Hold:
    """A hold with its lines and their products as they are now, in one statement."""
    statement = _whole.where(Hold.id == hold_id).execution_options(populate_existing=True)
    return session.scalars(statement).unique().one()


def release_expired(limit: int = 200) -> int:
    """Give back the places of holds that became no order; returns how many holds.

    Holds under an order are the order's: see ``orders.expire_due``.
    """
    released = 0
    due = list(
        db.session.scalars(
            select(Hold.id)
            .where(
                Hold.released_at.is_(None),
                Hold.ordered.is_(False),
                Hold.expires_at <= clock.now(),
            )
            .order_by(Hold.id)
            .limit(limit)
        )
    )
    for hold_id in due:
        with transaction() as session:
            released += release(session, hold_id, only_if_unordered=True)
    return released


def release(session: Session, hold_id: int, *, only_if_unordered: bool = False) -> bool:
    """End a hold and give back what it still counts; False when somebody else did."""
    guard = [Hold.id == hold_id, Hold.released_at.is_(None)]
    if only_if_unordered:
        guard += [Hold.ordered.is_(False), Hold.expires_at <= clock.now()]
    ended: Any = session.execute(update(Hold).where(*guard).values(released_at=clock.now()))
    if ended.rowcount == 0:
        return False
    rows = session.scalars(
        select(HoldLine)
        .where(HoldLine.hold_id == hold_id)
        .execution_options(populate_existing=True)
    )
    lines = [as_line(line) for line in rows if line.quantity > line.given_back]
    offers = offers_for(lines)
    discounts.give_back(session, pricing.uses(lines, offers))
    stock.give_back(session, limits.demands(lines, offers))
    return True


def take_again(session: Session, hold_id: int) -> None:
    """Seat an ended hold again, for money that came late.

    Raises:
        QuotaShort, DiscountUsedUp: the places, or the uses of its code, are gone.
    """
    hold = session.get(Hold, hold_id, populate_existing=True)
    if hold is None:
        raise NotFound(what="hold", reference=hold_id)
    lines = [as_line(line) for line in hold.lines if line.quantity > line.given_back]
    hold.released_at = None
    session.flush()
    offers = offers_for(lines)
    discounts.take(session, pricing.uses(lines, offers))
    stock.take(session, limits.demands(lines, offers))


def offers_for(lines: Sequence[Line]) -> dict[int, Offer]:
    return stock.offers_by_ids(line.product_id for line in lines)


def refuse_foreign(series_id: int, offers: dict[int, Offer]) -> None:
    """Products of another series are not known here."""
    foreign = stock.foreign_products(series_id, offers)
    if foreign:
        raise limits.UnknownProduct(product=foreign[0])


def write_hold(
    session: Session,
    series_id: int,
    organisation_id: int,
    secret: str,
    *,
    ordered: bool = False,
    network: str | None = None,
) -> int:
    now = clock.now()
    made = session.execute(
        _insert_hold,
        {
            "digest": secrets.digest(secret),
            "organisation_id": organisation_id,
            "series_id": series_id,
            "created_at": now,
            "expires_at": now + HOLD_LENGTH,
            "ordered": ordered,
            "extensions": 0,
            "network": network,
        },
    )
    return int(made.scalar_one())


def _refuse_full_network(
    session: Session, network: str | None, lines: Sequence[Line], offers: dict[int, Offer]
) -> None:
    """After the places were taken: their rows are ours, so that nobody of this network is between
    the sum and its use."""
    if network is None:
        return
    full = shares.full(session, network, limits.demands(lines, offers))
    if full is not None:
        raise NetworkFull(product=limits.short(full, 0, lines, offers).facts["product"])


def write_lines(
    session: Session, hold_id: int, lines: Sequence[Line], offers: dict[int, Offer]
) -> list[int]:
    """Write the lines with the price of this moment; returns their ids, in order.

    Raises:
        UnknownProduct: a tariff that nothing was kept with was taken away since it was read.
    """
    rows = [row_of(hold_id, line, offers[line.product_id]) for line in lines]
    try:
        return list(session.scalars(_insert_lines, rows))
    except IntegrityError as error:
        raise limits.UnknownProduct(product=rows[0]["product_id"]) from error


def take_places(session: Session, lines: Sequence[Line], offers: dict[int, Offer]) -> None:
    """Take the uses of codes, then the places, as late in the transaction as can be.

    Raises:
        DiscountUsedUp, SoldOut.
    """
    discounts.take(session, pricing.uses(lines, offers))
    try:
        stock.take(session, limits.demands(lines, offers))
    except stock.QuotaShort as short:
        raise limits.short(short.quota_id, short.left, lines, offers) from short


def _check_addition(
    hold: Hold,
    together: list[Line],
    added: Sequence[Line],
    offers: dict[int, Offer],
    reduction: Reduction | None,
) -> None:
    """Rules hold for the whole basket; places are asked for the addition alone. What the basket has
    is kept after the end of its code; more of it is asked for anew."""
    now, kept = clock.now(), frozenset(line.product_id for line in hold.lines)
    counted = limits.demands([as_line(line) for line in hold.lines], offers)
    opened = reduction.opens if reduction else frozenset()
    limits.check(together, stock.with_more_left(offers, counted), now, opened=kept | opened)
    if not added:
        raise limits.EmptyBasket
    for one in added:
        sale.refuse(offers[one.product_id], now, way=Way.PUBLIC, opened=one.product_id in opened)


def _code_in(hold: Hold) -> Reduction | None:
    """The code that the basket has, while it can still be used."""
    row = next((line.discount for line in hold.lines if line.discount is not None), None)
    if row is None:
        return None
    try:
        return discounts.usable(row)
    except DiscountUnknown:
        return None


def _lock_living(secret: str) -> Hold:
    hold = db.session.scalar(
        select(Hold)
        .where(Hold.digest == secrets.digest(secret))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if hold is None or not _lives(hold):
        raise HoldGone
    return hold


def _lives(hold: Hold) -> bool:
    return not hold.ordered and hold.released_at is None and hold.expires_at > clock.now()
