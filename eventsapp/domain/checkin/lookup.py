"""What a verdict needs, in one statement: gate, ticket, admission, presence, earlier answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from eventsapp.domain.checkin import hours
from eventsapp.domain.checkin.entry import Entry
from eventsapp.domain.checkin.models import Gate, GateEvent, Presence, Scan
from eventsapp.domain.checkin.verdicts import Situation
from eventsapp.domain.programme.models import Event, Release, Series, Slot
from eventsapp.domain.programme.releases import ReleasedEvent
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.domain.ticketing.sales.models import (
    Admission,
    Order,
    OrderStatus,
    Ticket,
    TicketStatus,
)
from eventsapp.kernel.i18n import pick


@dataclass(frozen=True)
class GateRef:
    """Which gate: by id (a paired phone), or by name or slug within a series (the API)."""

    gate_id: int | None = None
    series_id: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Seen:
    """One row of the look-up, read once. ``row`` keeps the columns."""

    row: Any
    kind: str
    at: datetime
    now: datetime
    released: Mapping[int, ReleasedEvent]

    @property
    def rehearsal(self) -> bool:
        return rehearsing(self.row, self.now)

    @property
    def ticket_known(self) -> bool:
        return self.row.ticket_id is not None

    @property
    def inside(self) -> bool:
        row = self.row
        return bool(row.rehearsed_inside if self.rehearsal else row.live_inside)

    def inside_since(self, emptied: datetime | None) -> bool:
        """Whether its holder is among those who are counted inside."""
        last = self.last_entry
        return self.inside and (emptied is None or (last is not None and last >= emptied))

    @property
    def entry(self) -> Entry:
        """How often the admission may enter."""
        return hours.entry_of(self.released.get(self.row.event_id), self.row.slot_id)

    @property
    def since(self) -> datetime | None:
        """Entries before this are of another day. A rehearsal plays one evening."""
        return None if self.rehearsal else self.entry.since(self.at)

    @property
    def last_entry(self) -> datetime | None:
        row = self.row
        entries = row.rehearsed_entries if self.rehearsal else row.live_entries
        at: datetime | None = row.rehearsed_last_at if self.rehearsal else row.live_last_at
        return at if entries else None

    @property
    def first_entry(self) -> tuple[datetime, str] | None:
        """The first of all; where entries of another day do not count, the last one."""
        row = self.row
        if self.rehearsal:
            found = (row.rehearsed_first_at, row.rehearsed_first_gate)
        elif self.since is not None:
            found = (row.live_last_at, row.live_last_gate)
        else:
            found = (row.live_first_at, row.live_first_gate)
        return found if found[0] is not None else None

    @property
    def window(self) -> tuple[datetime | None, datetime | None]:
        """Doors open and end of what the admission is for."""
        return hours.window(self.row, self.released, self.at)

    def situation(self, *, full: bool = False) -> Situation:
        row = self.row
        opens_at, closes_at = self.window
        return Situation(
            kind=self.kind,
            known=self.ticket_known,
            right_event=row.admission_id is not None,
            void=row.ticket_status == TicketStatus.VOID,
            unpaid=row.order_status not in (OrderStatus.PAID, OrderStatus.CANCELLED),
            right_gate=not row.gate_products or row.product_id in row.gate_products,
            at=self.at,
            opens_at=opens_at,
            closes_at=closes_at,
            rehearsal=self.rehearsal,
            full=full,
            inside=self.inside,
            policy=self.entry.policy,
            entered_at=self.last_entry,
            since=self.since,
        )


def rehearsing(row: Any, now: datetime) -> bool:
    """The flag, until the doors of the gate's next evening open."""
    if not row.gate_rehearsal or row.next_start is None:
        return False
    return now < _opening(row)


def rehearsed(row: Any, at: datetime, claimed: bool | None) -> bool:
    """Whether a scan that arrives later was one of a rehearsal.

    The scanner knows: the rehearsal may have ended since, and its scans are none of the night. From
    the doors of the evening on nothing is.
    """
    if claimed is None:
        return rehearsing(row, at)
    before = row.next_start is None or at < _opening(row)
    return claimed and before


def _opening(row: Any) -> datetime:
    opens_at: datetime = row.next_start - timedelta(minutes=row.gate_doors or 0)
    return opens_at


def event_title(row: Any) -> str:
    return pick(row.event_fr, row.event_en)


def best(rows: Sequence[Any], at: datetime) -> Any:
    """Of several admissions of a pass at one gate, the one whose evening is nearest."""
    if len(rows) == 1:
        return rows[0]

    def distance(row: Any) -> timedelta:
        if row.starts_at is None:
            return timedelta.max
        if row.starts_at <= at <= row.ends_at:
            return timedelta(0)
        return min(abs(row.starts_at - at), abs(row.ends_at - at))

    return min(rows, key=distance)


def parameters(gate: GateRef, *, public_id: str | None, uuid: str, now: datetime) -> dict[str, Any]:
    return {
        "gate_id": gate.gate_id,
        "series_id": gate.series_id,
        "gate_name": gate.name,
        "public_id": public_id,
        "uuid": uuid,
        "now": now,
    }


@lru_cache(maxsize=2)
def statement(*, by_id: bool) -> Select[Any]:
    """Built once; only the parameters change."""
    live, rehearsed = aliased(Presence), aliased(Presence)
    earlier = aliased(Scan)
    here = select(GateEvent.event_id).where(GateEvent.gate_id == Gate.id)
    query = (
        select(*_columns(live, rehearsed, earlier))
        .select_from(Gate)
        .join(Series, Series.id == Gate.series_id)
        .outerjoin(
            Release,
            (Release.series_id == Series.id) & (Release.number == Series.release_number),
        )
        .outerjoin(Ticket, Ticket.public_id == bindparam("public_id"))
        .outerjoin(Admission, (Admission.ticket_id == Ticket.id) & Admission.event_id.in_(here))
        .outerjoin(Event, Event.id == Admission.event_id)
        .outerjoin(Product, Product.id == Ticket.product_id)
        .outerjoin(Order, Order.id == Ticket.order_id)
        .outerjoin(live, _presence_of(live, rehearsal=False))
        .outerjoin(rehearsed, _presence_of(rehearsed, rehearsal=True))
        .outerjoin(earlier, earlier.uuid == bindparam("uuid"))
    )
    if by_id:
        return query.where(Gate.id == bindparam("gate_id"))
    name: Any = bindparam("gate_name")
    return query.where(
        Gate.series_id == bindparam("series_id"), or_(Gate.slug == name, Gate.name == name)
    )


def _presence_of(presence: Any, *, rehearsal: bool) -> Any:
    return (
        (presence.admission_id == Admission.id)
        & (presence.zone_id == Gate.zone_id)
        & presence.rehearsal.is_(rehearsal)
    )


def _columns(live: Any, rehearsed: Any, earlier: Any) -> list[Any]:
    return [
        *_of_gate(),
        *_of_ticket(),
        *_of_presence(live, rehearsed),
        earlier.id.label("earlier_id"),
        earlier.token_digest.label("earlier_digest"),
        earlier.verdict.label("earlier_verdict"),
        earlier.reason.label("earlier_reason"),
        earlier.reading.label("earlier_reading"),
        earlier.kind.label("earlier_kind"),
        earlier.rehearsal.label("earlier_rehearsal"),
    ]


def _of_gate() -> list[Any]:
    coming = (
        select(func.min(Slot.starts_at))
        .join(GateEvent, GateEvent.event_id == Slot.event_id)
        .where(GateEvent.gate_id == Gate.id, Slot.ends_at > bindparam("now"))
    )
    doors = (
        select(func.max(Event.doors_minutes_before))
        .join(GateEvent, GateEvent.event_id == Event.id)
        .where(GateEvent.gate_id == Gate.id)
        .correlate(Gate)
    )
    return [
        Gate.id.label("gate_id"),
        Gate.name.label("gate_name"),
        Gate.organisation_id.label("organisation_id"),
        Gate.series_id.label("series_id"),
        Series.slug.label("series_slug"),
        Release.digest.label("release_digest"),
        Gate.zone_id.label("zone_id"),
        Gate.rehearsal.label("gate_rehearsal"),
        Gate.held_at.label("held_at"),
        Gate.products.label("gate_products"),
        coming.correlate(Gate).scalar_subquery().label("next_start"),
        doors.scalar_subquery().label("gate_doors"),
    ]


def _of_ticket() -> list[Any]:
    own_slot = (Slot.event_id == Admission.event_id) & or_(
        Admission.slot_id.is_(None), Slot.id == Admission.slot_id
    )
    return [
        Ticket.id.label("ticket_id"),
        Ticket.public_id.label("public_id"),
        Ticket.series_id.label("ticket_series_id"),
        Ticket.status.label("ticket_status"),
        Ticket.void_reason.label("void_reason"),
        Ticket.voided_at.label("voided_at"),
        Ticket.first_name.label("first_name"),
        Ticket.last_name.label("last_name"),
        Ticket.company.label("company"),
        Ticket.product_id.label("product_id"),
        Ticket.order_id.label("order_id"),
        Product.label_fr.label("product_fr"),
        Product.label_en.label("product_en"),
        Order.status.label("order_status"),
        Admission.id.label("admission_id"),
        Admission.slot_id.label("slot_id"),
        Event.id.label("event_id"),
        Event.title_fr.label("event_fr"),
        Event.title_en.label("event_en"),
        Event.doors_minutes_before.label("doors"),
        Event.instant_capacity.label("instant_capacity"),
        _slot(func.min(Slot.starts_at), own_slot).label("starts_at"),
        _slot(func.max(Slot.ends_at), own_slot).label("ends_at"),
    ]


def _of_presence(live: Any, rehearsed: Any) -> list[Any]:
    return [
        live.inside.label("live_inside"),
        live.entries.label("live_entries"),
        live.last_at.label("live_last_at"),
        _gate_name(live.last_gate_id).label("live_last_gate"),
        live.first_at.label("live_first_at"),
        _gate_name(live.first_gate_id).label("live_first_gate"),
        rehearsed.inside.label("rehearsed_inside"),
        rehearsed.entries.label("rehearsed_entries"),
        rehearsed.last_at.label("rehearsed_last_at"),
        _gate_name(rehearsed.last_gate_id).label("rehearsed_last_gate"),
        rehearsed.first_at.label("rehearsed_first_at"),
        _gate_name(rehearsed.first_gate_id).label("rehearsed_first_gate"),
    ]


def _slot(value: Any, condition: Any) -> Any:
    return select(value).where(condition).correlate(Admission).scalar_subquery()


def _gate_name(gate_id: Any) -> Any:
    other = aliased(Gate)
    return select(other.name).where(other.id == gate_id).correlate_except(other).scalar_subquery()
