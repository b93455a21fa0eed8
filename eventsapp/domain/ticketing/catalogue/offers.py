"""What is offered and what is asked for: plain values that the rules of a sale work on."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Draw:
    """One unit of the product takes ``units`` places of this quota, ``left`` when read."""

    quota_id: int
    slot_id: int | None
    units: int
    left: int
    # When the visit of this slot is over; None where no slot is chosen.
    over_at: datetime | None = None
    # The visit takes nobody more.
    closed: bool = False


@dataclass(frozen=True)
class Standing:
    """Where an event stands for the sale: as the organizers have it now, and as it was released.

    ``released`` is None for an event that no release shows; ``over_at`` is the end of its last
    slot, as released.
    """

    event_id: int
    state: str
    released: str | None
    access: str
    over_at: datetime | None
    person_limit: int | None = None


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
    price_suggested_cents: int | None
    currency: str
    vat_bp: int
    sale_from: datetime | None
    sale_until: datetime | None
    per_order_min: int
    per_order_max: int
    hidden: bool
    approval: bool
    proof: bool
    per_slot: bool
    tickets_per_unit: int
    requires: tuple[str, ...]
    draws: tuple[Draw, ...]
    # By hand, whatever its dates.
    closed: bool
    # The event it is for; all the events of a pass.
    events: tuple[Standing, ...]

    def on_sale(self, at: datetime) -> bool:
        if self.closed:
            return False
        begun = self.sale_from is None or self.sale_from <= at
        return begun and (self.sale_until is None or at < self.sale_until)

    def left(self, slot_id: int | None = None) -> int:
        """Units that can still be had: the least of the quotas it draws on."""
        if self.closed_slot(slot_id):
            return 0
        return min((draw.left // draw.units for draw in self.draws_of(slot_id)), default=0)

    def left_in_all(self, at: datetime) -> int:
        """The same over all its visits that are to come and open."""
        if not self.per_slot:
            return max(0, self.left())
        return sum(max(0, self.left(slot_id)) for slot_id in self.slots_to_come(at))

    def closed_slot(self, slot_id: int | None) -> bool:
        """Whether this visit takes nobody more."""
        return any(draw.closed for draw in self.draws if slot_id and draw.slot_id == slot_id)

    def slots_to_come(self, at: datetime) -> set[int]:
        """Visits that can be asked for: neither over nor closed."""
        return {
            draw.slot_id
            for draw in self.draws
            if draw.slot_id is not None
            and not draw.closed
            and (draw.over_at is None or draw.over_at > at)
        }

    def draws_of(self, slot_id: int | None) -> list[Draw]:
        return [draw for draw in self.draws if draw.slot_id in (None, slot_id)]

    def slots(self) -> set[int]:
        return {draw.slot_id for draw in self.draws if draw.slot_id is not None}


@dataclass(frozen=True)
class Line:
    """So many units of a product; ``price_cents`` only where the buyer chooses the price.

    ``kept_cents`` is the unit price promised when the places were taken: whatever becomes of the
    product's price since, it holds, and so does ``kept_vat_bp``. ``list_cents`` is what it would be
    without ``discount_id``.
    """

    product_id: int
    quantity: int
    slot_id: int | None = None
    price_cents: int | None = None
    kept_cents: int | None = None
    kept_vat_bp: int | None = None
    list_cents: int | None = None
    discount_id: int | None = None
