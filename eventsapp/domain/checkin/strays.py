"""What scanners sent and nobody can read as a scan: kept by itself, so that it holds up no other.

A phone whose one odd item is refused would send the same batch for ever, and the scans behind it
would never arrive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from eventsapp.domain.checkin.models import Device, Gate, GateEvent, Scan, StrayScan
from eventsapp.domain.checkin.verdicts import REFUSED
from eventsapp.domain.programme.models import Event
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.kernel import clock, dialects
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

# The class of such an item in the answer to a batch.
UNREADABLE = "unreadable"
MOST = 200
_STRAYS: Any = StrayScan.__table__


@dataclass(frozen=True, kw_only=True)
class Stray:
    """``key``: the sender's uuid when it has one that can be stored, else a digest of the item."""

    source: str
    key: str
    wrong: str
    organisation_id: int
    series_id: int
    gate_id: int | None = None
    device_id: int | None = None
    verdict: str = REFUSED
    ticket: str | None = None
    scanned_at: datetime | None = None


@dataclass(frozen=True)
class Listed:
    """One row for the desk; ``at`` is when it was scanned, as far as that could be read."""

    at: datetime
    gate: str
    phone: str
    name: str
    ticket: str
    wrong: str


def keep(items: Sequence[Stray]) -> None:
    """Store each once, whatever it is; a replay stores nothing new."""
    if not items:
        return
    with transaction() as session:
        tickets = _tickets(session, items)
        session.execute(
            dialects.insert(_STRAYS).on_conflict_do_nothing(),
            [
                {
                    "source": item.source,
                    "key": item.key,
                    "organisation_id": item.organisation_id,
                    "series_id": item.series_id,
                    "gate_id": item.gate_id,
                    "device_id": item.device_id,
                    "ticket_id": tickets.get((item.series_id, item.ticket)),
                    "wrong": item.wrong,
                    "verdict": item.verdict,
                    "scanned_at": item.scanned_at,
                    "received_at": clock.now(),
                }
                for item in items
            ],
        )


def of_event(event_id: int) -> tuple[list[Listed], int]:
    """The latest ``MOST`` that came from the event's gates or from no known gate of its series,
    and how many there are in all. What was sent again and could be read is left out."""
    mine = _of_event(event_id)
    rows = db.session.execute(
        select(
            func.coalesce(StrayScan.scanned_at, StrayScan.received_at).label("at"),
            StrayScan.wrong,
            Gate.name.label("gate"),
            Device.name.label("phone"),
            Ticket.public_id,
            Ticket.first_name,
            Ticket.last_name,
        )
        .outerjoin(Gate, Gate.id == StrayScan.gate_id)
        .outerjoin(Device, Device.id == StrayScan.device_id)
        .outerjoin(Ticket, Ticket.id == StrayScan.ticket_id)
        .where(*mine)
        .order_by(StrayScan.id.desc())
        .limit(MOST)
    ).all()
    total = db.session.scalar(select(func.count(StrayScan.id)).where(*mine)) or 0
    return [_listed(row) for row in rows], total


def _of_event(event_id: int) -> list[ColumnElement[bool]]:
    gates = select(GateEvent.gate_id).where(GateEvent.event_id == event_id)
    series = select(Event.series_id).where(Event.id == event_id).scalar_subquery()
    read_since = select(Scan.id).where(
        Scan.uuid == StrayScan.key, Scan.organisation_id == StrayScan.organisation_id
    )
    return [
        StrayScan.series_id == series,
        or_(StrayScan.gate_id.is_(None), StrayScan.gate_id.in_(gates)),
        ~read_since.exists(),
    ]


def _listed(row: Any) -> Listed:
    return Listed(
        row.at,
        row.gate or "",
        row.phone or "",
        f"{row.first_name or ''} {row.last_name or ''}".strip(),
        row.public_id or "",
        row.wrong,
    )


def _tickets(session: Session, items: Sequence[Stray]) -> dict[tuple[int, str | None], int]:
    named = {item.ticket for item in items if item.ticket}
    rows = session.execute(
        select(Ticket.series_id, Ticket.public_id, Ticket.id).where(Ticket.public_id.in_(named))
    )
    return {(row.series_id, row.public_id): row.id for row in rows}
