"""What a basket may hold: sale periods, numbers, options, prices. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from eventsapp.domain.ticketing.errors import (
    AddOnAlone,
    BadPrice,
    EmptyBasket,
    NotForSale,
    SalesClosed,
    SlotMissing,
    SoldOut,
    TooFew,
    TooMany,
    TwoSellers,
    UnknownProduct,
)

# Stripe takes no card payment under this, in cents.
LEAST_PAYMENT_CENTS = 50


@dataclass(frozen=True)
class Draw:
    """One unit of the product takes ``units`` places of this quota, ``left`` when read."""

    quota_id: int
    slot_id: int | None
    units: int
    left: int


@dataclass(frozen=True)
class Offer:
    """A product as the basket rules see it. Prices in cents, VAT included."""

    product_id: int
    code: str
    label_fr: str
    label_en: str
    event_id: int | None
    series_id: int
    seller_id: int
    kind: str
    price_cents: int
    price_max_cents: int | None
    currency: str
    vat_bp: int
    sale_from: datetime | None
    sale_until: datetime | None
    per_order_min: int
    per_order_max: int
    hidden: bool
    approval: bool
    per_slot: bool
    tickets_per_unit: int
    requires: tuple[str, ...]
    draws: tuple[Draw, ...]

    def on_sale(self, at: datetime) -> bool:
        begun = self.sale_from is None or self.sale_from <= at
        return begun and (self.sale_until is None or at < self.sale_until)

    def left(self, slot_id: int | None = None) -> int:
        """Units that can still be had: the least of the quotas it draws on."""
        return min((draw.left // draw.units for draw in self.draws_of(slot_id)), default=0)

    def draws_of(self, slot_id: int | None) -> list[Draw]:
        return [draw for draw in self.draws if draw.slot_id in (None, slot_id)]

    def slots(self) -> set[int]:
        return {draw.slot_id for draw in self.draws if draw.slot_id is not None}


@dataclass(frozen=True)
class Line:
    """So many units of a product; ``price_cents`` only where the buyer chooses the price.

    ``kept_cents`` is the unit price promised when the places were taken: whatever becomes of the
    product's price since, it holds. ``list_cents`` is what it would be without ``discount_id``.
    """

    product_id: int
    quantity: int
    slot_id: int | None = None
    price_cents: int | None = None
    kept_cents: int | None = None
    list_cents: int | None = None
    discount_id: int | None = None


def check(
    lines: Sequence[Line],
    offers: Mapping[int, Offer],
    at: datetime,
    *,
    invited: bool = False,
    opened: frozenset[int] = frozenset(),
) -> None:
    """Refuse a basket that breaks a rule of its products. Repeated lines are added up first.

    Args:
        invited: hidden products are allowed (the organizer sells).
        opened: hidden products that a code opens, or that the basket has already.

    Raises:
        EmptyBasket, UnknownProduct, NotForSale, SalesClosed, TooFew, TooMany, AddOnAlone,
        BadPrice, SlotMissing, TwoSellers, SoldOut.
    """
    if not lines:
        raise EmptyBasket
    wanted: Counter[int] = Counter()
    for line in lines:
        if line.product_id not in offers or line.quantity < 0:
            raise UnknownProduct(product=line.product_id)
        wanted[line.product_id] += line.quantity
        _check_line(line, offers[line.product_id])
    for product_id, quantity in wanted.items():
        offer = offers[product_id]
        _check_product(offer, quantity, at, shown=invited or product_id in opened)
    _check_options(wanted, offers)
    if len({offers[product_id].seller_id for product_id in wanted}) > 1:
        raise TwoSellers
    _check_places(lines, offers)


def check_whole(lines: Sequence[Line], offers: Mapping[int, Offer]) -> None:
    """Refuse what only taking lines out can have broken since the places were taken.

    Raises:
        AddOnAlone, TooFew.
    """
    wanted: Counter[int] = Counter()
    for line in lines:
        wanted[line.product_id] += line.quantity
    for product_id, quantity in wanted.items():
        if quantity < offers[product_id].per_order_min:
            raise TooFew(
                product=offers[product_id].label_fr, least=offers[product_id].per_order_min
            )
    _check_options(wanted, offers)


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


def _check_line(line: Line, offer: Offer) -> None:
    if line.slot_id not in (offer.slots() if offer.per_slot else {None}):
        raise SlotMissing(product=offer.label_fr)
    if line.price_cents is None or offer.price_max_cents is None:
        return
    fine = offer.price_cents <= line.price_cents <= offer.price_max_cents
    if not fine or 0 < line.price_cents < LEAST_PAYMENT_CENTS:
        raise BadPrice(
            product=offer.label_fr, least_cents=offer.price_cents, most_cents=offer.price_max_cents
        )


def _check_product(offer: Offer, quantity: int, at: datetime, *, shown: bool) -> None:
    if offer.hidden and not shown:
        raise NotForSale(product=offer.label_fr)
    if not offer.on_sale(at):
        raise SalesClosed(product=offer.label_fr)
    if quantity < offer.per_order_min:
        raise TooFew(product=offer.label_fr, least=offer.per_order_min)
    if quantity > offer.per_order_max:
        raise TooMany(product=offer.label_fr, most=offer.per_order_max)


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


def _check_places(lines: Sequence[Line], offers: Mapping[int, Offer]) -> None:
    """The cheap refusal before any write; the UPDATE of the quota is the wall."""
    left = {draw.quota_id: draw.left for offer in offers.values() for draw in offer.draws}
    for quota_id, places in demands(lines, offers).items():
        if places > left[quota_id]:
            raise short(quota_id, lines, offers)


def short(quota_id: int, lines: Sequence[Line], offers: Mapping[int, Offer]) -> SoldOut:
    """The refusal for a quota that is too small, naming the product that met it."""
    for line in lines:
        offer = offers[line.product_id]
        for draw in offer.draws_of(line.slot_id):
            if draw.quota_id == quota_id:
                wanted = sum(
                    other.quantity for other in lines if other.product_id == line.product_id
                )
                return SoldOut(
                    product=offer.label_fr, wanted=wanted, left=max(0, draw.left // draw.units)
                )
    return SoldOut(product="", wanted=0, left=0)
