"""Passages that a person must look at: what phones without network let in, read anew."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from eventsapp.domain.checkin.models import Device, Gate, GateEvent, Scan
from eventsapp.domain.checkin.verdicts import ACCEPTED
from eventsapp.domain.ticketing import codes
from eventsapp.domain.ticketing.models import Ticket
from eventsapp.kernel.db import db

# Worst first: one more person is inside than the ticket says, or nobody knows who.
READINGS = ("double_offline", "revoked_accepted", "unknown_uploaded")
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


def of_event(event_id: int, *, rehearsal: bool) -> list[Incident]:
    """Grouped by code, the earliest first, ``MOST`` codes at most. One statement."""
    here = select(GateEvent.gate_id).where(GateEvent.event_id == event_id)
    entry = (
        Scan.gate_id.in_(here),
        Scan.kind == "entry",
        Scan.verdict == ACCEPTED,
        Scan.rehearsal.is_(rehearsal),
    )
    troubled = (
        select(Scan.token_digest)
        .where(*entry, Scan.reading.in_(READINGS))
        .distinct()
        .order_by(Scan.token_digest)
        .limit(MOST)
    )
    undo = aliased(Scan)
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
        .outerjoin(Ticket, Ticket.id == Scan.ticket_id)
        .outerjoin(undo, undo.annuls_id == Scan.id)
        .where(*entry, Scan.token_digest.in_(troubled), undo.id.is_(None))
        .order_by(Scan.scanned_at, Scan.id)
    ).all()
    by_code: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_code[row.token_digest].append(row)
    found = (_incident(passages) for passages in by_code.values())
    return [one for one in found if one is not None]


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
