"""What the door shows: who is inside, how fast they come, which phones are awake."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, false, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from eventsapp.domain.checkin.models import Device, Gate, GateEvent, Presence, Scan
from eventsapp.domain.programme.models import Event, Series
from eventsapp.domain.ticketing.catalogue.models import Product, ProductAdmission
from eventsapp.domain.ticketing.sales import codes
from eventsapp.domain.ticketing.sales.models import Admission, Ticket, TicketStatus
from eventsapp.kernel import spelling
from eventsapp.kernel.db import db

BIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Count:
    """``entered``: admissions that came at least once. ``expected``: valid admissions in all."""

    inside: int
    entered: int
    expected: int


def count(
    event_ids: Sequence[int],
    *,
    rehearsal: bool,
    emptied: Mapping[int, datetime] | None = None,
) -> Count:
    """Now, over all gates.

    Args:
        emptied: event id -> since when its present day has been; whoever came before has left,
            with or without a scan.
    """
    gone = [
        (Admission.event_id == event_id) & (Presence.last_at < at)
        for event_id, at in (emptied or {}).items()
    ]
    there = Presence.inside.is_(True) & ~or_(false(), *gone)
    came = db.session.execute(
        select(
            func.coalesce(func.sum(case((there, 1), else_=0)), 0),
            func.coalesce(func.sum(case((Presence.entries > 0, 1), else_=0)), 0),
        )
        .join(Admission, Admission.id == Presence.admission_id)
        .where(Admission.event_id.in_(event_ids), Presence.rehearsal.is_(rehearsal))
    ).one()
    return Count(int(came[0]), int(came[1]), expected(event_ids))


def expected(event_ids: Sequence[int]) -> int:
    number = db.session.scalar(
        select(func.count())
        .select_from(Admission)
        .join(Ticket, Ticket.id == Admission.ticket_id)
        .where(Admission.event_id.in_(event_ids), Ticket.status == TicketStatus.VALID)
    )
    return number or 0


def gates_of(series_id: int) -> Sequence[Gate]:
    rows = db.session.scalars(
        select(Gate)
        .options(selectinload(Gate.events))
        .where(Gate.series_id == series_id)
        .order_by(Gate.id)
    )
    return sorted(rows, key=lambda one: spelling.fold(one.name))


def all_gates() -> Sequence[Gate]:
    """Gates of every series; the view keeps those its account may scan at."""
    rows = db.session.scalars(
        select(Gate).options(selectinload(Gate.events)).order_by(Gate.series_id, Gate.id)
    )
    return sorted(rows, key=lambda one: (one.series_id, spelling.fold(one.name)))


def series_by_slug(slug: str) -> Series | None:
    return db.session.scalar(select(Series).where(Series.slug == slug))


def timezone_of(series_id: int) -> str:
    """The wall clock of a series. It does not change, so it is asked once."""
    known = _zones.get((str(db.engine.url), series_id))
    if known is None:
        known = db.session.scalar(select(Series.timezone).where(Series.id == series_id)) or "UTC"
        _zones[str(db.engine.url), series_id] = known
    return known


_zones: dict[tuple[str, int], str] = {}


def event_named(series_id: int, name: str) -> int | None:
    """The id of an event by its slug, its reference or its id."""
    which = (Event.slug == name) | (Event.reference == name)
    if name.isascii() and name.isdigit() and len(name) < 18:
        which = which | (Event.id == int(name))
    return db.session.scalar(
        select(Event.id).where(Event.series_id == series_id, which).order_by(Event.id).limit(1)
    )


def event_of(series_id: int, event_id: int) -> Event | None:
    return db.session.scalar(
        select(Event)
        .options(selectinload(Event.slots), joinedload(Event.series))
        .where(Event.series_id == series_id, Event.id == event_id)
    )


def gate_by_id(gate_id: int) -> Gate | None:
    return db.session.get(Gate, gate_id)


def gate(series_id: int, gate_id: int) -> Gate | None:
    return db.session.scalar(select(Gate).where(Gate.series_id == series_id, Gate.id == gate_id))


def devices_of(series_id: int) -> Sequence[Device]:
    rows = db.session.scalars(
        select(Device)
        .options(joinedload(Device.gate))
        .where(Device.series_id == series_id)
        .order_by(Device.id)
    )
    return sorted(rows, key=lambda one: (one.revoked_at is not None, spelling.fold(one.name)))


def device(series_id: int, device_id: int) -> Device | None:
    return db.session.scalar(
        select(Device)
        .options(joinedload(Device.gate))
        .where(Device.series_id == series_id, Device.id == device_id)
    )


@dataclass(frozen=True)
class GateCount:
    gate_id: int
    name: str
    accepted: int
    refused: int


def per_gate(event_ids: Sequence[int], *, rehearsal: bool) -> list[GateCount]:
    """Entries accepted and refused at each gate of these events, annulled ones left out."""
    undo = aliased(Scan)
    rows = db.session.execute(
        select(
            Gate.id,
            Gate.name,
            func.coalesce(func.sum(case((Scan.verdict == "accepted", 1), else_=0)), 0),
            func.coalesce(func.sum(case((Scan.verdict == "refused", 1), else_=0)), 0),
        )
        .select_from(Gate)
        .outerjoin(
            Scan,
            (Scan.gate_id == Gate.id) & (Scan.kind == "entry") & Scan.rehearsal.is_(rehearsal),
        )
        .outerjoin(undo, undo.annuls_id == Scan.id)
        .where(
            Gate.id.in_(select(GateEvent.gate_id).where(GateEvent.event_id.in_(event_ids))),
            undo.id.is_(None),
        )
        .group_by(Gate.id, Gate.name)
        .order_by(Gate.id)
    )
    found = [GateCount(row[0], row[1], int(row[2]), int(row[3])) for row in rows]
    return sorted(found, key=lambda one: spelling.fold(one.name))


def arrivals(
    event_ids: Sequence[int], *, rehearsal: bool, since: datetime | None = None
) -> list[tuple[datetime, int]]:
    """First entries per five minutes, empty bins between them included.

    Args:
        since: of an event of several days, the morning of this one: who came that day, even if
            not for the first time.
    """
    column = Presence.first_at if since is None else Presence.last_at
    times = db.session.scalars(
        select(column)
        .join(Admission, Admission.id == Presence.admission_id)
        .where(
            Admission.event_id.in_(event_ids),
            Presence.rehearsal.is_(rehearsal),
            column.is_not(None),
            *(() if since is None else (column >= since,)),
        )
    ).all()
    found = [_bin(at) for at in times if at is not None]
    if not found:
        return []
    bins: dict[datetime, int] = {}
    at, last = min(found), max(found)
    # A rehearsal of two weeks would be thousands of empty bins.
    while at <= last and len(bins) < 288:
        bins[at] = 0
        at += BIN
    for start in found:
        if start in bins:
            bins[start] += 1
    return list(bins.items())


def _bin(at: datetime) -> datetime:
    return at - timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)


class Attendee(NamedTuple):
    """One row per admission, for lists and paper."""

    admission_id: int
    public_id: str
    reference: str | None
    event_id: int
    event_slug: str
    product_id: int
    product_code: str
    product_fr: str
    product_en: str
    product_kind: str
    first_name: str
    last_name: str
    company: str
    status: str
    ticket_event_id: int | None
    valid_from: datetime
    valid_until: datetime
    entered_at: datetime | None


def attendees(
    series_id: int,
    *,
    event_id: int | None = None,
    after: int = 0,
    limit: int | None = None,
    valid_only: bool = False,
) -> list[Attendee]:
    """Keyset by admission: rows after ``after``, oldest first; all of them without a limit. One
    statement."""
    first = (
        select(func.min(Presence.first_at))
        .where(Presence.admission_id == Admission.id, Presence.rehearsal.is_(False))
        .correlate(Admission)
        .scalar_subquery()
    )
    query: Any = (
        select(
            Admission.id,
            Ticket.public_id,
            Ticket.reference,
            Admission.event_id,
            Event.slug,
            Product.id,
            Product.code,
            Product.label_fr,
            Product.label_en,
            Product.kind,
            Ticket.first_name,
            Ticket.last_name,
            Ticket.company,
            Ticket.status,
            Ticket.event_id.label("ticket_event_id"),
            Ticket.valid_from,
            Ticket.valid_until,
            first,
        )
        .join(Ticket, Ticket.id == Admission.ticket_id)
        .join(Event, Event.id == Admission.event_id)
        .join(Product, Product.id == Ticket.product_id)
        .where(Admission.id > after)
        .order_by(Admission.id)
        .limit(limit)
    )
    if valid_only:
        query = query.where(Ticket.status == TicketStatus.VALID)
    if event_id is not None:
        query = query.where(Admission.event_id == event_id, Event.series_id == series_id)
    else:
        query = query.where(Event.series_id == series_id)
    return [Attendee(*row) for row in db.session.execute(query)]


def by_name(row: Attendee) -> tuple[bool, str]:
    """The order of lists and badges: as a dictionary has it, whoever has no name at the end."""
    name = spelling.sort_name(row.first_name, row.last_name)
    return not name, name


def token_of(row: Attendee) -> str:
    """The text of the row's QR code."""
    return codes.token_of(
        row.public_id,
        event_id=row.ticket_event_id or 0,
        product_id=row.product_id,
        valid_from=int(row.valid_from.timestamp()),
        valid_until=int(row.valid_until.timestamp()),
    )


def passes(event_ids: Sequence[int]) -> Sequence[int]:
    """Products that admit to one of these events among others: a token names the first alone."""
    return db.session.scalars(
        select(ProductAdmission.product_id)
        .join(Product, Product.id == ProductAdmission.product_id)
        .where(ProductAdmission.event_id.in_(event_ids), Product.event_id.is_(None))
        .distinct()
        .order_by(ProductAdmission.product_id)
    ).all()


def last_scans(source: str, *, limit: int = 20) -> Sequence[Any]:
    """The last passages of one camera, newest first."""
    undo = aliased(Scan)
    return db.session.execute(
        select(
            Scan.uuid,
            Scan.verdict,
            Scan.reason,
            Scan.kind,
            Scan.scanned_at,
            Ticket.first_name,
            Ticket.last_name,
            undo.id.label("undone_by"),
        )
        .outerjoin(Ticket, Ticket.id == Scan.ticket_id)
        .outerjoin(undo, undo.annuls_id == Scan.id)
        .where(Scan.source == source, Scan.kind != "undo")
        .order_by(Scan.id.desc())
        .limit(limit)
    ).all()


def events_with_admissions(series_id: int) -> Sequence[Event]:
    """Events of a series that the door may have something to do with, in order of time."""
    return db.session.scalars(
        select(Event)
        .options(selectinload(Event.slots))
        .where(Event.series_id == series_id)
        .order_by(Event.number, Event.id)
    ).all()


def names_of_rows(gates: Collection[int], devices: Collection[int]) -> dict[str, dict[int, str]]:
    """Kind -> row id -> name, for what the journal speaks of; one statement a kind that is asked
    for. A phone without a name has that of its gate."""
    found: dict[str, dict[int, str]] = {}
    if gates:
        rows = db.session.execute(select(Gate.id, Gate.name).where(Gate.id.in_(gates)))
        found["gate"] = {key: name for key, name in rows}
    if devices:
        rows = db.session.execute(select(Device.id, Device.name).where(Device.id.in_(devices)))
        found["device"] = {key: name for key, name in rows}
    return found
