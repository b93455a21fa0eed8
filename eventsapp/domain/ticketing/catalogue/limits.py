"""What a basket may hold: sale periods, numbers, options, prices. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from eventsapp.domain.ticketing.catalogue import sale
from eventsapp.domain.ticketing.catalogue.errors import (
    AddOnAlone,
    BadPrice,
    EmptyBasket,
    OverPersonLimit,
    SlotMissing,
    SoldOut,
    TooFew,
    TooMany,
    TwoSellers,
    UnknownProduct,
)
from eventsapp.domain.ticketing.catalogue.offers import Line, Offer
from eventsapp.domain.ticketing.catalogue.sale import Way

# Stripe takes no card payment under this, in cents.
LEAST_PAYMENT_CENTS = 50


def check(
    lines: Sequence[Line],
    offers: Mapping[int, Offer],
    at: datetime,
    *,
    way: Way = Way.PUBLIC,
    opened: frozenset[int] = frozenset(),
    beyond: bool = False,
) -> None:
    """Refuse a basket that breaks a rule of its products. Repeated lines are added up first.

    Args:
        way: by which they are asked for; see ``sale``.
        beyond: the desk gives more of a product than an order may have.
        opened: hidden products that a code opens, or that the basket has already.

    Raises:
        EmptyBasket, UnknownProduct, TooFew, TooMany, AddOnAlone, BadPrice, SlotMissing,
        TwoSellers, SoldOut, and the refusals of ``sale.refuse``.
    """
    if not lines:
        raise EmptyBasket
    wanted: Counter[int] = Counter()
    for line in lines:
        if line.product_id not in offers or line.quantity < 0:
            raise UnknownProduct(product=line.product_id)
        wanted[line.product_id] += line.quantity
        offer = offers[line.product_id]
        _check_line(line, offer)
        shown = line.product_id in opened
        sale.refuse(offer, at, way=way, opened=shown, slot_id=line.slot_id)
    for product_id, quantity in wanted.items():
        _check_least(offers[product_id], quantity)
    if not beyond:
        check_most(lines, offers)
    _check_options(wanted, offers)
    if way is not Way.ORGANIZER:
        check_person(lines, offers, {})
    if len({offers[product_id].seller_id for product_id in wanted}) > 1:
        raise TwoSellers
    check_places(lines, offers)


def check_whole(lines: Sequence[Line], offers: Mapping[int, Offer], at: datetime) -> None:
    """Refuse what can have broken since the places were taken: lines were taken out, or an event
    is gone.

    Raises:
        AddOnAlone, TooFew; EventCancelled, EventNotReleased, EventOver.
    """
    wanted: Counter[int] = Counter()
    for line in lines:
        sale.refuse_kept(offers[line.product_id], at, line.slot_id)
        wanted[line.product_id] += line.quantity
    for product_id, quantity in wanted.items():
        _check_least(offers[product_id], quantity)
    _check_options(wanted, offers)


def check_most(lines: Sequence[Line], offers: Mapping[int, Offer]) -> None:
    """Refuse more of a product than one order may have.

    Raises:
        TooMany.
    """
    wanted: Counter[int] = Counter()
    for line in lines:
        wanted[line.product_id] += line.quantity
    for product_id, quantity in wanted.items():
        offer = offers[product_id]
        if quantity > offer.per_order_max:
            raise TooMany(product=offer.label_fr, most=offer.per_order_max)


def check_person(
    lines: Sequence[Line], offers: Mapping[int, Offer], before: Mapping[int, int]
) -> None:
    """Refuse more of an event than one person may have.

    Args:
        before: event id -> places that the person has already.

    Raises:
        OverPersonLimit.
    """
    places: Counter[int] = Counter(before)
    for line in lines:
        offer = offers[line.product_id]
        if offer.kind == "add_on":
            continue
        for event in offer.events:
            places[event.event_id] += line.quantity * offer.tickets_per_unit
            if event.person_limit is not None and places[event.event_id] > event.person_limit:
                raise OverPersonLimit(product=offer.label_fr, most=event.person_limit)


def unit_price(line: Line, offer: Offer) -> int:
    """What one unit costs in cents: what was promised, the product's price, or the buyer's."""
    if line.kept_cents is not None:
        return line.kept_cents
    if offer.price_max_cents is None or line.price_cents is None:
        return offer.price_cents
    return line.price_cents


def demands(lines: Sequence[Line], offers: Mapping[int, Offer]) -> dict[int, int]:
    """Quota id -> places that the lines take together."""
    places: Counter[int] = Counter()
    for line in lines:
        for draw in offers[line.product_id].draws_of(line.slot_id):
            places[draw.quota_id] += draw.units * line.quantity
    return dict(places)


def check_slot(line: Line, offer: Offer) -> None:
    """Raises SlotMissing: an hour is to be chosen, or the one chosen is of another event."""
    if line.slot_id not in (offer.slots() if offer.per_slot else {None}):
        raise SlotMissing(product=offer.label_fr)


def _check_line(line: Line, offer: Offer) -> None:
    check_slot(line, offer)
    if line.price_cents is None or offer.price_max_cents is None:
        return
    fine = offer.price_cents <= line.price_cents <= offer.price_max_cents
    if not fine or 0 < line.price_cents < LEAST_PAYMENT_CENTS:
        raise BadPrice(
            product=offer.label_fr, least_cents=offer.price_cents, most_cents=offer.price_max_cents
        )


def _check_least(offer: Offer, quantity: int) -> None:
    if quantity < offer.per_order_min:
        raise TooFew(product=offer.label_fr, least=offer.per_order_min)


def _check_options(wanted: Mapping[int, int], offers: Mapping[int, Offer]) -> None:
    for product_id, quantity in wanted.items():
        option = offers[product_id]
        if not option.requires:
            continue
        carriers = sum(
            count
            for other_id, count in wanted.items()
            if offers[other_id].event_id == option.event_id
            and offers[other_id].code in option.requires
        )
        if quantity > carriers:
            raise AddOnAlone(product=option.label_fr)


def check_places(lines: Sequence[Line], offers: Mapping[int, Offer]) -> None:
    """The cheap refusal before any write; the UPDATE of the quota is the wall.

    Raises:
        SoldOut.
    """
    left = {draw.quota_id: draw.left for offer in offers.values() for draw in offer.draws}
    for quota_id, places in demands(lines, offers).items():
        if places > left[quota_id]:
            raise short(quota_id, left[quota_id], lines, offers)


def short(quota_id: int, left: int, lines: Sequence[Line], offers: Mapping[int, Offer]) -> SoldOut:
    """The refusal for a quota that is too small.

    It names the product of which most places were asked for, and what of it could still be had
    beside the rest of the basket: less than was wanted, always.

    Args:
        left: places of the quota at the moment of the refusal.
    """
    asked: Counter[int] = Counter()
    for line in lines:
        for draw in offers[line.product_id].draws_of(line.slot_id):
            if draw.quota_id == quota_id:
                asked[line.product_id] += draw.units * line.quantity
    product_id, places = asked.most_common(1)[0]
    offer = offers[product_id]
    units = next(draw.units for draw in offer.draws if draw.quota_id == quota_id)
    beside = left - (asked.total() - places)
    return SoldOut(product=offer.label_fr, wanted=places // units, left=max(0, beside // units))
