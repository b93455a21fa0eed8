"""A tariff as an organizer describes it, and what of that makes none. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from eventsapp.domain.ticketing.catalogue.errors import ProductMalformed
from eventsapp.domain.ticketing.catalogue.limits import LEAST_PAYMENT_CENTS
from eventsapp.domain.ticketing.catalogue.models import ProductKind

#: Rates of French VAT in basis points, the usual one first.
VAT_RATES = (2000, 1000, 550, 210, 0)
LONGEST_CODE, LONGEST_LABEL = 30, 200
MOST_CENTS, MOST_PLACES, MOST_A_BASKET, MOST_A_UNIT = 10_000_00, 1_000_000, 1000, 100

_CODE = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class NewProduct:
    """A product as an organizer describes it. ``places`` is its own ceiling in units, None for
    none; ``price_max_cents`` makes ``price_cents`` the least of a price that the buyer chooses."""

    code: str
    label_fr: str
    label_en: str
    price_cents: int
    places: int | None = None
    kind: ProductKind = ProductKind.ADMISSION
    vat_bp: int = 2000
    sale_from: datetime | None = None
    sale_until: datetime | None = None
    per_order_min: int = 1
    per_order_max: int = 10
    hidden: bool = False
    approval: bool = False
    proof: bool = False
    per_slot: bool = False
    tickets_per_unit: int = 1
    price_max_cents: int | None = None
    price_suggested_cents: int | None = None
    requires: list[str] = field(default_factory=list)
    position: int = 0


@dataclass(frozen=True)
class Frame:
    """What a tariff stands in: the codes of the other tariffs of its event, how many slots the
    event has, and whether it has a number of places of its own."""

    others: frozenset[str] = frozenset()
    slots: int = 0
    bounded: bool = True


def check(new: NewProduct, frame: Frame) -> None:
    """Refuse what makes no tariff.

    Raises:
        ProductMalformed: with the first ``field`` that is wrong.
    """
    wrong = next((name for name, bad in _wrong(new, frame) if bad), None)
    if wrong is not None:
        raise ProductMalformed(field=wrong)


def payable(cents: int) -> bool:
    """Nothing, or as much as can be paid by card."""
    return cents == 0 or LEAST_PAYMENT_CENTS <= cents <= MOST_CENTS


def _wrong(new: NewProduct, frame: Frame) -> Iterator[tuple[str, bool]]:
    yield "code", len(new.code) > LONGEST_CODE or _CODE.fullmatch(new.code) is None
    yield "label_fr", not 0 < len(new.label_fr) <= LONGEST_LABEL
    yield "label_en", not 0 < len(new.label_en) <= LONGEST_LABEL
    yield "price", not payable(new.price_cents)
    if new.price_max_cents is not None:
        most, suggested = new.price_max_cents, new.price_suggested_cents
        yield "price_max", not (payable(most) and most > new.price_cents)
        if suggested is not None:
            within = new.price_cents <= suggested <= most and payable(suggested)
            yield "price_suggested", not within
    yield "vat", new.vat_bp not in VAT_RATES
    first, last = new.sale_from, new.sale_until
    yield "sale_until", first is not None and last is not None and first >= last
    yield "per_order_min", not 1 <= new.per_order_min <= MOST_A_BASKET
    yield "per_order_max", not new.per_order_min <= new.per_order_max <= MOST_A_BASKET
    yield "tickets_per_unit", not 1 <= new.tickets_per_unit <= MOST_A_UNIT
    yield "requires", not set(new.requires) <= frame.others
    option = new.kind is ProductKind.ADD_ON
    yield "per_slot", new.per_slot and (option or not frame.slots)
    yield "places", new.places is not None and not 0 <= new.places <= MOST_PLACES
    # What draws on nothing is never to be had.
    endless = new.places is None and not new.per_slot
    yield "places", endless and (option or not frame.bounded)
