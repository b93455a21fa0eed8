"""Presence is the fold of the facts: made anew after an upload or an undo, and compared."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from eventsapp.domain.checkin import hours
from eventsapp.domain.checkin.entry import FREE, RETURN, Entry
from eventsapp.domain.checkin.merge import Fact, Reading, fold
from eventsapp.domain.checkin.models import Gate, Presence, Scan
from eventsapp.domain.checkin.verdicts import ACCEPTED
from eventsapp.domain.programme.models import Release, Series
from eventsapp.domain.ticketing.sales.models import Admission, Ticket
from eventsapp.kernel import dialects
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction

Key = tuple[int, int, bool]  # admission, zone, rehearsal
_PRESENCE: Any = Presence.__table__
_SCANS: Any = Scan.__table__


@dataclass(frozen=True)
class Folded:
    reading: Reading
    first_at: datetime | None
    first_gate_id: int | None
    last_at: datetime | None
    last_gate_id: int | None
    # uuid -> class as it is stored now
    stored: dict[str, str | None]


def may_enter(table: Any, policy: str, *, since: Any = None) -> Any:
    """The condition on a row of presence under which its ticket enters once more: what
    ``verdicts`` says, for a statement.

    Args:
        since: the morning of the day, or its parameter; None where no day counts apart.
    """
    may: list[Any] = [table.entries == 0]
    if policy == FREE:
        may.append(true())
    elif policy == RETURN:
        may.append(table.inside.is_(False))
    if since is not None:
        may.append(table.last_at < since)
    return or_(*may)


def refold(session: Session, keys: Iterable[Key]) -> dict[str, str | None]:
    """Read the facts of these admissions anew; store presence and changed classes.

    The rows are locked first, in order, so that a scan at another gate waits or is seen.
    Returns the class of every scan concerned, by uuid.
    """
    ordered = sorted(set(keys))
    if not ordered:
        return {}
    hold(session, ordered)
    folded = fold_of(session, ordered)
    now = [
        {
            "p_admission": key[0],
            "p_zone": key[1],
            "p_rehearsal": key[2],
            "inside": result.reading.inside,
            "entries": result.reading.entries,
            "first_at": result.first_at,
            "first_gate_id": result.first_gate_id,
            "last_at": result.last_at,
            "last_gate_id": result.last_gate_id,
        }
        for key, result in folded.items()
    ]
    session.execute(
        _PRESENCE.update().where(
            _PRESENCE.c.admission_id == bindparam("p_admission"),
            _PRESENCE.c.zone_id == bindparam("p_zone"),
            _PRESENCE.c.rehearsal == bindparam("p_rehearsal"),
        ),
        now,
    )
    changed = [
        {"p_uuid": uuid, "reading": reading}
        for result in folded.values()
        for uuid, reading in result.reading.classes.items()
        if result.stored[uuid] != reading
    ]
    if changed:
        session.execute(_SCANS.update().where(_SCANS.c.uuid == bindparam("p_uuid")), changed)
    return {
        uuid: reading
        for result in folded.values()
        for uuid, reading in result.reading.classes.items()
    }


def hold(session: Session, keys: Iterable[Key]) -> None:
    """Make the rows that are missing and lock them all, in one order for everybody."""
    keys = sorted(set(keys))
    if not keys:
        return
    session.execute(
        dialects.insert(_PRESENCE).on_conflict_do_nothing(),
        [
            {
                "admission_id": admission,
                "zone_id": zone,
                "rehearsal": rehearsal,
                "inside": False,
                "entries": 0,
                "first_at": None,
                "first_gate_id": None,
                "last_at": None,
                "last_gate_id": None,
            }
            for admission, zone, rehearsal in keys
        ],
    )
    session.execute(
        select(_PRESENCE.c.admission_id)
        .where(_PRESENCE.c.admission_id.in_([key[0] for key in keys]))
        .order_by(_PRESENCE.c.admission_id, _PRESENCE.c.zone_id, _PRESENCE.c.rehearsal)
        .with_for_update()
    ).all()


def fold_of(session: Any, keys: Sequence[Key]) -> dict[Key, Folded]:
    """What the stored facts of these admissions add up to. Reads only."""
    undo = aliased(Scan)
    rows = session.execute(
        select(
            Scan.uuid,
            Scan.source,
            Scan.seq,
            Scan.kind,
            Scan.scanned_at,
            Scan.verdict,
            Scan.offline,
            Scan.reason,
            Scan.reading,
            Scan.rehearsal,
            Scan.admission_id,
            Scan.gate_id,
            Gate.zone_id,
            undo.id.label("undone_by"),
            Ticket.voided_at,
            Admission.event_id,
            Admission.slot_id,
            Series.slug.label("series_slug"),
            Release.digest.label("release_digest"),
        )
        .join(Gate, Gate.id == Scan.gate_id)
        .join(Series, Series.id == Gate.series_id)
        .join(Admission, Admission.id == Scan.admission_id)
        .outerjoin(
            Release,
            (Release.series_id == Series.id) & (Release.number == Series.release_number),
        )
        .join(Ticket, Ticket.id == Scan.ticket_id)
        .outerjoin(undo, undo.annuls_id == Scan.id)
        .where(Scan.admission_id.in_([key[0] for key in keys]), Scan.kind != "undo")
    ).all()
    wanted = set(keys)
    by_key: dict[Key, list[Any]] = defaultdict(list)
    for row in rows:
        key = (row.admission_id, row.zone_id, row.rehearsal)
        if key in wanted:
            by_key[key].append(row)
    return {key: _fold_rows(by_key.get(key, [])) for key in keys}


def _fold_rows(rows: Sequence[Any]) -> Folded:
    reading = fold(
        (
            Fact(
                uuid=row.uuid,
                source=row.source,
                seq=row.seq or 0,
                kind=row.kind,
                at=row.scanned_at,
                accepted=row.verdict == ACCEPTED,
                offline=row.offline,
                reason=row.reason,
                annulled=row.undone_by is not None,
            )
            for row in rows
        ),
        void_since=rows[0].voided_at if rows else None,
        entry=_entry_of(rows[0]) if rows else None,
    )
    by_uuid = {row.uuid: row for row in rows}
    first = by_uuid.get(reading.first_uuid or "")
    last = by_uuid.get(reading.last_entry_uuid or "")
    return Folded(
        reading,
        first.scanned_at if first else None,
        first.gate_id if first else None,
        last.scanned_at if last else None,
        last.gate_id if last else None,
        {row.uuid: row.reading for row in rows},
    )


def _entry_of(row: Any) -> Entry | None:
    """How often it may enter. A rehearsal plays one evening, whatever the day."""
    released = hours.timetable(row.series_slug, row.release_digest)
    rule = hours.entry_of(released.get(row.event_id), row.slot_id)
    return Entry(rule.policy) if row.rehearsal else rule


def disagreements(*, size: int = 500) -> list[int]:
    """Admissions whose presence is not what their facts add up to; ``doctor`` asks.

    All of them, ``size`` admissions at a time.
    """
    wrong: list[int] = []
    last = 0
    while True:
        admissions = db.session.scalars(
            select(Presence.admission_id)
            .where(Presence.admission_id > last)
            .distinct()
            .order_by(Presence.admission_id)
            .limit(size)
        ).all()
        if not admissions:
            return wrong
        last = admissions[-1]
        rows = db.session.scalars(
            select(Presence).where(Presence.admission_id.in_(admissions))
        ).all()
        keys = [(row.admission_id, row.zone_id, row.rehearsal) for row in rows]
        folded = fold_of(db.session, keys)
        for row, key in zip(rows, keys, strict=True):
            now = folded[key].reading
            if (now.inside, now.entries) != (row.inside, row.entries):
                wrong.append(row.admission_id)


def note_entered() -> int:
    """Copy first entries to the admissions, where the orders' pages read them.

    The worker does it, so that a scan stays at three statements. Returns how many were noted.
    """
    first = (
        select(Presence.first_at)
        .where(Presence.admission_id == Admission.id, Presence.rehearsal.is_(False))
        .order_by(Presence.first_at)
        .limit(1)
        .scalar_subquery()
    )
    there = select(Presence.admission_id).where(
        Presence.rehearsal.is_(False), Presence.first_at.is_not(None)
    )
    with transaction() as session:
        done = session.execute(
            update(Admission)
            .where(Admission.entered_at.is_(None), Admission.id.in_(there))
            .values(entered_at=first),
            execution_options={"synchronize_session": False},
        )
    count: int = done.rowcount  # type: ignore[attr-defined]
    return count
