"""Passages that a person must look at: what phones without network let in, read anew."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from eventsapp.domain.checkin.models import Device, Gate, GateEvent, Scan
from eventsapp.domain.checkin.verdicts import ACCEPTED
from eventsapp.domain.ticketing.sales import codes
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.kernel.db import db

# Worst first: one more person is inside than the ticket says, or nobody knows who.
READINGS = ("double_offline", "revoked_accepted", "other_event", "unknown_uploaded")
MOST = 200


@dataclass(frozen=True)
class Passage:
    """One entry; ``phone`` is empty for a scanner that is no paired phone."""

    at: datetime
    gate: str
    phone: str


@dataclass(frozen=True)
class Incident:
    """All entries with one code. ``name`` and ``ticket`` are empty when nobody knows it."""

    name: str
    ticket: str
    reading: str
    passages: tuple[Passage, ...]


def of_event(event_id: int, *, rehearsal: bool) -> tuple[list[Incident], int]:
    """Grouped by code, the earliest first, ``MOST`` codes at most; and how many there are in all.
    Two statements."""
    here = select(GateEvent.gate_id).where(GateEvent.event_id == event_id)
    undo = aliased(Scan)
    entry = (
        Scan.gate_id.in_(here),
        Scan.kind == "entry",
        Scan.verdict == ACCEPTED,
        Scan.rehearsal.is_(rehearsal),
        ~select(undo.id).where(undo.annuls_id == Scan.id).exists(),
    )
    troubled = (
        select(Scan.token_digest)
        .where(*entry, Scan.reading.in_(READINGS))
        .group_by(Scan.token_digest)
    )
    total = db.session.scalar(select(func.count()).select_from(troubled.subquery())) or 0
    earliest = troubled.order_by(func.min(Scan.scanned_at), Scan.token_digest).limit(MOST)
    rows = db.session.execute(
        select(
            Scan.token_digest,
            Scan.reading,
            Scan.scanned_at,
            Gate.name.label("gate"),
            Device.name.label("phone"),
            Ticket.public_id,
            Ticket.first_name,
            Ticket.last_name,
        )
        .join(Gate, Gate.id == Scan.gate_id)
        .outerjoin(Device, Device.id == Scan.device_id)
        # Of a ticket of another series nobody learns a name here.
        .outerjoin(Ticket, (Ticket.id == Scan.ticket_id) & (Ticket.series_id == Gate.series_id))
        .where(*entry, Scan.token_digest.in_(earliest))
        .order_by(Scan.scanned_at, Scan.id)
    ).all()
    by_code: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_code[row.token_digest].append(row)
    found = (_incident(passages) for passages in by_code.values())
    return [one for one in found if one is not None], total


def _incident(rows: Sequence[Any]) -> Incident | None:
    readings = {row.reading for row in rows}
    reading = next((one for one in READINGS if one in readings), None)
    if reading is None:
        return None
    first = rows[0]
    return Incident(
        f"{first.first_name or ''} {first.last_name or ''}".strip(),
        codes.short_of(first.public_id) if first.public_id else "",
        reading,
        tuple(Passage(row.scanned_at, row.gate, row.phone or "") for row in rows),
    )
