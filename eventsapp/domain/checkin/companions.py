"""People of one order at the gate together: one code shown, everybody let in."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from eventsapp.domain.checkin import hours, presence
from eventsapp.domain.checkin.entry import FREE, RETURN
from eventsapp.domain.checkin.lookup import GateRef
from eventsapp.domain.checkin.models import Gate, Presence, Scan
from eventsapp.domain.checkin.scanning import Code, Passage, scan
from eventsapp.domain.checkin.verdicts import ACCEPTED
from eventsapp.domain.programme.models import Release, Series
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
            _may_enter(scan_uuid),
        )
    )


def _may_enter(scan_uuid: str) -> ColumnElement[bool]:
    """Who has no presence here, or may enter once more by the rule of the event of this scan."""
    never: ColumnElement[bool] = Presence.admission_id.is_(None)
    row = db.session.execute(
        select(
            Scan.event_id,
            Scan.rehearsal,
            Scan.scanned_at,
            Admission.slot_id,
            Series.slug,
            Release.digest,
        )
        .join(Gate, Gate.id == Scan.gate_id)
        .join(Series, Series.id == Gate.series_id)
        .outerjoin(
            Release,
            (Release.series_id == Series.id) & (Release.number == Series.release_number),
        )
        .outerjoin(Admission, Admission.id == Scan.admission_id)
        .where(Scan.uuid == scan_uuid)
    ).first()
    if row is None:
        return never
    rule = hours.entry_of(hours.timetable(row.slug, row.digest).get(row.event_id), row.slot_id)
    if rule.policy == FREE:  # they may, but nobody who is inside is offered to come in
        rule = replace(rule, policy=RETURN)
    since = None if row.rehearsal else rule.since(row.scanned_at)
    return or_(never, presence.may_enter(Presence, rule.policy, since=since))


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
