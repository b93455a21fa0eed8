"""The audit log: who did what to what, and when. Append-only.

Rows are written unsealed inside the transaction of the deed; the worker seals them in order
into a hash chain. A chain written inside the sale would be one queue for everybody.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

GENESIS = "0" * 64


class AuditEntry(db.Model):
    """One deed. ``seal_number``, ``previous_hash`` and ``hash`` are the worker's."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    series_id: Mapped[int | None] = mapped_column(index=True)
    detail: Mapped[dict[str, Any] | None]
    seal_number: Mapped[int | None] = mapped_column(unique=True)
    previous_hash: Mapped[str | None]
    hash: Mapped[str | None]


def note(
    action: str,
    subject: str,
    *,
    actor: str,
    series_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write one deed into the open transaction (or one of its own).

    Args:
        action: dotted, ``order.refunded``.
        subject: ``kind:id``, ``order:8HKQ4``.
        actor: ``account:3``, ``api-key:2``, ``buyer``, ``applicant``, ``system``.
        detail: plain values; never a secret, never a card.
    """
    with transaction() as session:
        session.add(
            AuditEntry(
                at=clock.now(),
                actor=actor,
                action=action,
                subject=subject,
                series_id=series_id,
                detail=detail,
            )
        )


def journal(series_id: int, *, page: int, size: int) -> tuple[list[AuditEntry], bool]:
    """The deeds in a series, the latest first: one page, and whether there are more."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.series_id == series_id)
        .order_by(AuditEntry.id.desc())
        .limit(size + 1)
        .offset((page - 1) * size)
    )
    rows = list(db.session.scalars(statement))
    return rows[:size], len(rows) > size


def seal(limit: int = 500) -> int:
    """Chain up to ``limit`` unsealed rows; returns how many. Called by one worker at a time.

    The unique ``seal_number`` makes a second sealer fail rather than fork the chain.
    """
    with transaction() as session:
        last = session.execute(
            select(AuditEntry.seal_number, AuditEntry.hash)
            .where(AuditEntry.seal_number.is_not(None))
            .order_by(AuditEntry.seal_number.desc())
            .limit(1)
        ).first()
        number, previous = (last[0] or 0, last[1] or GENESIS) if last else (0, GENESIS)
        rows = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.seal_number.is_(None))
            .order_by(AuditEntry.id)
            .limit(limit)
        ).all()
        for row in rows:
            number += 1
            sealed = _seal_of(previous, row)
            session.execute(
                update(AuditEntry)
                .where(AuditEntry.id == row.id)
                .values(seal_number=number, previous_hash=previous, hash=sealed)
            )
            previous = sealed
        return len(rows)


def broken_seals(*, most: int = 20) -> list[int]:
    """Seal numbers where the chain does not hold: a row was changed, taken out, or put in.

    Reads the whole log; ``doctor`` asks. Rows that are not sealed yet are not looked at.
    """
    broken: list[int] = []
    number, previous = 0, GENESIS
    while len(broken) < most:
        rows = db.session.execute(
            select(AuditEntry.__table__)
            .where(AuditEntry.seal_number > number)
            .order_by(AuditEntry.seal_number)
            .limit(1000)
        ).all()
        for row in rows:
            whole = row.seal_number == number + 1 and row.previous_hash == previous
            if not whole or row.hash != _seal_of(previous, row):
                broken.append(row.seal_number or 0)
            number, previous = row.seal_number or 0, row.hash or ""
        if not rows:
            break
    return broken[:most]


def _seal_of(previous: str, row: Any) -> str:
    """The hash over the seal before and the deed, spelled the same way on every machine."""
    deed = [row.at.isoformat(), row.actor, row.action, row.subject, row.series_id, row.detail]
    content = json.dumps(deed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}{content}".encode()).hexdigest()


def unsealed_count() -> int:
    statement = select(func.count()).select_from(AuditEntry).where(AuditEntry.hash.is_(None))
    return db.session.scalar(statement) or 0
