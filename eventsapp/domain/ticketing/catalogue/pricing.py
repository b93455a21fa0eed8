"""What a code makes of a price. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from eventsapp.domain.ticketing.catalogue.errors import DiscountUseless
from eventsapp.domain.ticketing.catalogue.limits import LEAST_PAYMENT_CENTS, Line, Offer, unit_price
from eventsapp.kernel import money


@dataclass(frozen=True)
class Reduction:
    """A usable code as the rules see it; ``value`` is per cent or cents off each unit."""

    discount_id: int
    code: str
    effect: str
    value: int
    products: frozenset[int]
    # Of a guest; ``left`` counts tickets that it still gives, None without end.
    personal: bool = False
    left: int | None = None

    @property
    def opens(self) -> frozenset[int]:
        """Products that may be bought with it although they are not shown."""
        return self.products if self.effect in ("unlock", "unlock_free") else frozenset()

    def price(self, cents: int) -> int:
        """The price of one unit, in cents, rounded half up for a percentage.

        What would fall under the least that Stripe takes is given instead.
        """
        if self.effect == "percent":
            lowered = cents - money.percent_of(cents, self.value)
        elif self.effect == "fixed":
            lowered = cents - self.value
        elif self.effect == "unlock_free":
            lowered = 0
        else:
            lowered = cents
        return lowered if lowered >= LEAST_PAYMENT_CENTS or lowered == cents else 0


def reduced(lines: Sequence[Line], offers: Mapping[int, Offer], reduction: Reduction) -> list[Line]:
    """The lines at the prices that the code gives, and at their own where it gives none.

    Raises:
        DiscountUseless: the code is for none of them.
    """
    useless = not any(line.product_id in reduction.products for line in lines)
    # A guest's link comes along with whatever is chosen beside it.
    if useless and not reduction.personal:
        raise DiscountUseless(discount=reduction.code)
    return [_reduced(line, offers[line.product_id], reduction) for line in lines]


def _reduced(line: Line, offer: Offer, reduction: Reduction) -> Line:
    if line.product_id not in reduction.products:
        return replace(line, discount_id=None)
    full = unit_price(line, offer)
    return replace(
        line,
        kept_cents=reduction.price(full),
        list_cents=full,
        discount_id=reduction.discount_id,
    )


def uses(lines: Sequence[Line], offers: Mapping[int, Offer]) -> dict[int, int]:
    """Discount id -> tickets that the lines take from it."""
    found: dict[int, int] = {}
    for line in lines:
        if line.discount_id is not None:
            tickets = line.quantity * offers[line.product_id].tickets_per_unit
            found[line.discount_id] = found.get(line.discount_id, 0) + tickets
    return found
