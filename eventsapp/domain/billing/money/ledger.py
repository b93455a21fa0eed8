"""The books: append-only, signed cents, unique by the thing's id at its source."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsapp.domain.billing.money.models import LedgerEntry
from eventsapp.kernel import dialects


def book(
    session: Session,
    *,
    bill_id: int,
    payment_id: int | None,
    source: str,
    external_id: str,
    kind: str,
    amount_cents: int,
    at: datetime,
    refund_id: int | None = None,
) -> bool:
    """Write one entry; False when this thing was booked before (the second caller stops)."""
    made = session.scalar(
        dialects.insert(LedgerEntry.__table__)
        .values(
            bill_id=bill_id,
            payment_id=payment_id,
            refund_id=refund_id,
            source=source,
            external_id=external_id,
            kind=kind,
            amount_cents=amount_cents,
            at=at,
        )
        .on_conflict_do_nothing(index_elements=["source", "external_id", "kind"])
        .returning(LedgerEntry.id)
    )
    return made is not None


def knows(session: Session, *, source: str, external_id: str, kind: str) -> bool:
    """Whether this thing is booked already."""
    statement = select(LedgerEntry.id).where(
        LedgerEntry.source == source,
        LedgerEntry.external_id == external_id,
        LedgerEntry.kind == kind,
    )
    return session.scalar(statement) is not None
