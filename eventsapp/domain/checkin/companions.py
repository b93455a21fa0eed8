"""People of one order at the gate together: one code shown, everybody let in."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from eventsapp.domain.checkin.lookup import GateRef
from eventsapp.domain.checkin.models import Gate, Presence, Scan
from eventsapp.domain.checkin.scanning import Code, Passage, scan
from eventsapp.domain.checkin.verdicts import ACCEPTED
from eventsapp.domain.ticketing.sales import codes
from eventsapp.domain.ticketing.sales.models import Admission, Ticket, TicketStatus
from eventsapp.kernel.db import db

MOST = 20


def waiting(scan_uuid: str, *, source: str) -> Sequence[Ticket]:
    """Valid tickets of the same order and event that are not inside, ``MOST`` at most.

    Empty unless the scan was an accepted entry by this very camera.
    """
    return db.session.scalars(_waiting(scan_uuid, source).order_by(Ticket.id).limit(MOST)).all()


def count(scan_uuid: str, *, source: str) -> int:
    """How many wait in all, also those beyond ``MOST``."""
    whole = _waiting(scan_uuid, source).with_only_columns(func.count(Ticket.id))
    return db.session.scalar(whole) or 0


def _waiting(scan_uuid: str, source: str) -> Select[Ticket]:
    shown = aliased(Ticket)
    return (
        select(Ticket)
        .join(shown, shown.order_id == Ticket.order_id)
        .join(Scan, Scan.ticket_id == shown.id)
        .join(Gate, Gate.id == Scan.gate_id)
        .join(Admission, (Admission.ticket_id == Ticket.id) & (Admission.event_id == Scan.event_id))
        .outerjoin(
            Presence,
            (Presence.admission_id == Admission.id)
            & (Presence.zone_id == Gate.zone_id)
            & (Presence.rehearsal == Scan.rehearsal),
        )
        .where(
            Scan.uuid == scan_uuid,
            Scan.source == source,
            Scan.kind == "entry",
            Scan.verdict == ACCEPTED,
            Ticket.id != shown.id,
            Ticket.status == TicketStatus.VALID,
            Presence.inside.is_not(True),
        )
    )


def let_in(scan_uuid: str, *, gate_id: int, source: str, device_id: int | None) -> list[Passage]:
    """Scan everybody who waits, each with a verdict and a fact of its own.

    The facts are named after the first scan: asked twice, nobody enters twice.
    """
    people = [(ticket.id, codes.token(ticket)) for ticket in waiting(scan_uuid, source=source)]
    return [
        scan(
            Code(
                uuid=f"{scan_uuid}+{ticket_id}",
                token=token,
                gate=GateRef(gate_id=gate_id),
                source=source,
                device_id=device_id,
            )
        )
        for ticket_id, token in people
    ]
