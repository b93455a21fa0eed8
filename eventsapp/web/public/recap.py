"""The recap of a basket: what, when, where, how much, with which VAT."""

from dataclasses import dataclass

from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSeries
from eventsapp.domain.ticketing.catalogue import sale, stock
from eventsapp.domain.ticketing.catalogue.models import ProductKind
from eventsapp.domain.ticketing.sales.models import Hold, HoldLine
from eventsapp.kernel import money, words
from eventsapp.kernel.i18n import pick


@dataclass(frozen=True)
class RecapLine:
    """One line; ``tickets`` counts the names to fill in (an option has none)."""

    id: int
    label: str
    event: ReleasedEvent | None
    when: str
    quantity: int
    unit_cents: int
    total_cents: int
    tickets: int
    named: bool
    # The code that lowered it, and what a unit costs without.
    code: str = ""
    invited: bool = False
    list_cents: int = 0


@dataclass(frozen=True)
class Recap:
    lines: tuple[RecapLine, ...]
    total_cents: int
    currency: str
    # (rate in basis points, VAT in cents), highest first
    vat: tuple[tuple[int, int], ...]
    excluded_withdrawal: bool
    approval: bool

    @property
    def places(self) -> int:
        return sum(line.quantity for line in self.lines if line.named)


def recap_of(kept: Hold, series: ReleasedSeries) -> Recap:
    """Read from the hold's own prices; the server alone computes a total."""
    events = {event.id: event for event in series.events}
    lines = tuple(_line(line, events, series) for line in kept.lines)
    vat: dict[int, int] = {}
    for line in kept.lines:
        gross = line.quantity * line.unit_cents
        part = money.vat_included(gross, line.product.vat_bp)
        vat[line.product.vat_bp] = vat.get(line.product.vat_bp, 0) + part
    return Recap(
        lines=lines,
        total_cents=sum(line.total_cents for line in lines),
        currency=kept.lines[0].product.currency,
        vat=tuple((rate, cents) for rate, cents in sorted(vat.items(), reverse=True) if cents),
        excluded_withdrawal=any(
            line.product.withdrawal == "excluded-dated" and line.unit_cents for line in kept.lines
        ),
        approval=_asks_first(kept, series),
    )


def _asks_first(kept: Hold, series: ReleasedSeries) -> bool:
    """Whether the organizers answer first; only a pass is worth a statement to know its events."""
    passes = [line.product_id for line in kept.lines if line.product.event_id is None]
    if any(sale.asks_first(offer) for offer in stock.offers_by_ids(passes).values()):
        return True
    access = {event.id: event.access for event in series.events}
    return any(
        sale.asked_first(line.product.approval, [access.get(line.product.event_id or 0, "")])
        for line in kept.lines
    )


def _line(line: HoldLine, events: dict[int, ReleasedEvent], series: ReleasedSeries) -> RecapLine:
    product = line.product
    event = events.get(product.event_id) if product.event_id else None
    return RecapLine(
        id=line.id,
        label=words.typo(pick(product.label_fr, product.label_en)),
        event=event,
        when=when_of(event, line.slot_id, series.timezone),
        quantity=line.quantity,
        unit_cents=line.unit_cents,
        total_cents=line.quantity * line.unit_cents,
        tickets=line.quantity * product.tickets_per_unit,
        named=product.kind is not ProductKind.ADD_ON,
        code=line.discount.code if line.discount and not line.discount.personal else "",
        invited=bool(line.discount and line.discount.personal),
        list_cents=line.list_cents,
    )


def when_of(event: ReleasedEvent | None, slot_id: int | None, zone: str) -> str:
    """When a ticket is for: its slot, or every time of its event."""
    if event is None or not event.slots:
        return ""
    slots = event.slots_of(slot_id)
    if len(slots) == 1:
        return words.moment(slots[0].starts_at, zone, year=True)
    return words.times([(one.starts_at, one.ends_at) for one in slots], zone, year=True)
