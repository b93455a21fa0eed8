"""Taking a passage back: a new fact that annuls the old one, never an erasure."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from eventsapp.domain.checkin import presence
from eventsapp.domain.checkin.errors import NothingToUndo, ScanUuidTaken
from eventsapp.domain.checkin.models import Gate, Scan
from eventsapp.domain.checkin.verdicts import ACCEPTED
from eventsapp.kernel import clock
from eventsapp.kernel.transaction import transaction

# Long enough to see the mistake, too short to let a friend in by the back: the phone offers it for
# ten seconds, and a slow network may need as many again.
UNDO_WITHIN = timedelta(seconds=20)


def undo(scan_uuid: str, *, uuid: str, source: str) -> Scan:
    """Annul the last accepted passage of this camera.

    Args:
        scan_uuid: what to take back. uuid: of the annulling fact; the same again changes nothing.
        source: who asks; nobody takes back what another camera did.

    Raises:
        NothingToUndo: unknown, another camera's, refused, too long ago, or taken back already.
        ScanUuidTaken: ``uuid`` names a passage.
    """
    now = clock.now()
    with transaction() as session:
        again = session.scalar(select(Scan).where(Scan.uuid == uuid))
        if again is not None and again.kind == "undo" and again.source == source:
            return again
        if again is not None:
            raise ScanUuidTaken(uuid=uuid)
        other = aliased(Scan)
        found = session.execute(
            select(Scan, Gate.zone_id, other.id)
            .join(Gate, Gate.id == Scan.gate_id)
            .outerjoin(other, other.annuls_id == Scan.id)
            .where(Scan.uuid == scan_uuid, Scan.source == source, Scan.kind != "undo")
        ).first()
        if found is None or found[2] is not None:
            raise NothingToUndo
        scan, zone_id = found[0], found[1]
        if scan.verdict != ACCEPTED or now - scan.received_at > UNDO_WITHIN:
            raise NothingToUndo
        fact = Scan(
            uuid=uuid,
            source=source,
            device_id=scan.device_id,
            organisation_id=scan.organisation_id,
            gate_id=scan.gate_id,
            event_id=scan.event_id,
            ticket_id=scan.ticket_id,
            admission_id=scan.admission_id,
            token_digest=scan.token_digest,
            kind="undo",
            verdict=ACCEPTED,
            rehearsal=scan.rehearsal,
            scanned_at=now,
            received_at=now,
            annuls_id=scan.id,
        )
        session.add(fact)
        session.flush()
        if scan.admission_id is not None:
            presence.refold(session, [(scan.admission_id, zone_id, scan.rehearsal)])
    return fact
