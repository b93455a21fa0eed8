"""Scans that phones kept while they had no network: any order, replays allowed, none lost.

One odd item spoils no other: it is kept by itself (``strays``), and the batch is answered whole.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from eventsapp.domain.checkin import lookup, presence, strays
from eventsapp.domain.checkin.errors import UnknownGate
from eventsapp.domain.checkin.models import Gate, GateEvent, Scan
from eventsapp.domain.checkin.scanning import Code, public_id_of
from eventsapp.domain.checkin.strays import UNREADABLE, Stray
from eventsapp.domain.checkin.verdicts import ACCEPTED
from eventsapp.domain.programme.models import Event, Series, Slot
from eventsapp.domain.ticketing.sales import tokens
from eventsapp.domain.ticketing.sales.models import Admission, Ticket
from eventsapp.kernel import clock, dialects
from eventsapp.kernel.transaction import transaction

CHUNK = 500
# What is wrong with a scan whose uuid is another's.
TAKEN = "uuid"
_SCANS: Any = Scan.__table__


@dataclass(frozen=True)
class Uploaded:
    """A scan with what the phone had decided; ``local_reason`` when it refused."""

    code: Code
    local_verdict: str = ACCEPTED
    local_reason: str | None = None


@dataclass(frozen=True)
class Result:
    """``wrong``: the field of an item that could not be read, None for a scan."""

    uuid: str
    verdict: str
    reading: str | None
    wrong: str | None = None


@dataclass(frozen=True)
class _Row:
    """A scan that is stored: its answer, and what tells a replay from another scan."""

    result: Result
    token_digest: str
    series_id: int


def upload(items: Sequence[Uploaded | Stray]) -> list[Result]:
    """Store every scan and read them anew with what is known; one result per item, in order.

    The verdict is the phone's: the person has passed. Codes nobody knows are kept too, and so is
    what is no scan at all, or names no gate of the series: class ``unreadable``.
    """
    strays.keep([item for item in items if isinstance(item, Stray)])
    first: dict[str, Uploaded] = {}
    others: list[Uploaded] = []
    for item in items:
        if isinstance(item, Uploaded) and _is_another(first.setdefault(item.code.uuid, item), item):
            others.append(item)
    results: dict[str, Result] = {}
    for chunk in _chunks(list(first.values())):
        results |= _in_one(chunk)
    if others:
        _keep_as_stray(others, TAKEN)
    return [
        _of_stray(item)
        if isinstance(item, Stray)
        else _answer(item, TAKEN)
        if _is_another(first[item.code.uuid], item)
        else results[item.code.uuid]
        for item in items
    ]


def _is_another(one: Uploaded, other: Uploaded) -> bool:
    """Two codes under one name: the second is no replay of the first."""
    return one.code.token != other.code.token


def _in_one(chunk: Sequence[Uploaded]) -> dict[str, Result]:
    """A chunk in one transaction; when the database refuses it, its halves each in their own."""
    try:
        with transaction() as session:
            return _store(session, chunk)
    except (DataError, IntegrityError):
        if len(chunk) == 1:
            return _keep_as_stray(chunk, "")
        middle = len(chunk) // 2
        return _in_one(chunk[:middle]) | _in_one(chunk[middle:])


def _keep_as_stray(items: Sequence[Uploaded], wrong: str) -> dict[str, Result]:
    with transaction() as session:
        strays.keep([as_stray(item, wrong, _home(session, item)) for item in items])
    return {item.code.uuid: _answer(item, wrong) for item in items}


def _answer(item: Uploaded, wrong: str) -> Result:
    """To the sender, by the name it gave, so that it need not send it again."""
    return Result(item.code.uuid, item.local_verdict, UNREADABLE, wrong)


def as_stray(item: Uploaded, wrong: str, home: Any) -> Stray:
    """A scan that is kept by itself. ``home``: what has its series and organisation."""
    code = item.code
    return Stray(
        source=code.source,
        # A name that is another scan's cannot be the row's.
        key=code.uuid if wrong != TAKEN else _digest(code),
        wrong=wrong,
        organisation_id=home.organisation_id,
        series_id=home.series_id,
        gate_id=code.gate.gate_id,
        device_id=code.device_id,
        verdict=item.local_verdict,
        ticket=public_id_of(code.token),
        scanned_at=code.scanned_at,
    )


def _digest(code: Code) -> str:
    named = f"{code.uuid}:{tokens.token_digest(code.token)}"
    return f"sha256:{hashlib.sha256(named.encode()).hexdigest()}"


def _home(session: Session, item: Uploaded) -> Any:
    """Series and organisation of the phone or key that sent it.

    Raises:
        UnknownGate: a phone whose gate is gone.
    """
    gate = item.code.gate
    which = (
        Series.id == gate.series_id
        if gate.gate_id is None
        else Series.id == select(Gate.series_id).where(Gate.id == gate.gate_id).scalar_subquery()
    )
    row = session.execute(
        select(Series.id.label("series_id"), Series.organisation_id).where(which)
    ).first()
    if row is None:
        raise UnknownGate(gate=gate.name or gate.gate_id)
    return row


def _of_stray(item: Stray) -> Result:
    return Result(item.key, item.verdict, UNREADABLE, item.wrong)


def _chunks(items: Sequence[Uploaded]) -> Iterator[list[Uploaded]]:
    for start in range(0, len(items), CHUNK):
        yield list(items[start : start + CHUNK])


def _store(session: Session, chunk: Sequence[Uploaded]) -> dict[str, Result]:
    gates = _gates(session, chunk)
    homeless = [item for item in chunk if _gate_key(item) not in gates]
    chunk = [item for item in chunk if _gate_key(item) in gates]
    odd = _keep_as_stray(homeless, "gate") if homeless else {}
    known = _stored(session, chunk)
    fresh = [item for item in chunk if item.code.uuid not in known]
    if fresh:
        tickets = _tickets(session, fresh)
        # In one order, so that two uploads of the same scans wait for each other and never cross.
        fresh.sort(key=lambda item: item.code.uuid)
        facts = [_fact(item, gates[_gate_key(item)], tickets) for item in fresh]
        zones = {gate.gate_id: gate.zone_id for gate in gates.values()}
        touched = [
            (fact["admission_id"], zones[fact["gate_id"]], fact["rehearsal"])
            for fact in facts
            if fact["admission_id"] is not None
        ]
        # Presence before facts, as a scan at a gate does: the same passage may be sent both ways
        # at the same moment, and one of them must wait for the other.
        presence.hold(session, touched)
        _insert(session, chunk, facts)
        presence.refold(session, touched)
        known = _stored(session, chunk)
    # Another scanner's scan has this name: theirs stays what it is, and ours is not lost.
    taken = [item for item in chunk if not _is_this(item, known[item.code.uuid], gates)]
    if taken:
        odd |= _keep_as_stray(taken, TAKEN)
    return {uuid: row.result for uuid, row in known.items()} | odd


def _is_this(item: Uploaded, row: _Row, gates: dict[Any, Any]) -> bool:
    same_code = row.token_digest == tokens.token_digest(item.code.token)
    return same_code and row.series_id == gates[_gate_key(item)].series_id


def _insert(session: Session, chunk: Sequence[Uploaded], facts: Sequence[dict[str, Any]]) -> None:
    statement = dialects.insert(_SCANS).on_conflict_do_nothing()
    session.execute(statement, facts)
    # A phone that lost its memory counts from 1 again: its scans are kept without their number.
    known = _stored(session, chunk)
    missing = [fact | {"seq": None} for fact in facts if fact["uuid"] not in known]
    if missing:
        session.execute(statement, missing)


def _stored(session: Session, chunk: Sequence[Uploaded]) -> dict[str, _Row]:
    rows = session.execute(
        select(Scan.uuid, Scan.verdict, Scan.reading, Scan.token_digest, Gate.series_id)
        .join(Gate, Gate.id == Scan.gate_id)
        .where(Scan.uuid.in_([item.code.uuid for item in chunk]))
    )
    return {
        row.uuid: _Row(Result(row.uuid, row.verdict, row.reading), row.token_digest, row.series_id)
        for row in rows
    }


def _gate_key(item: Uploaded) -> tuple[int | None, int | None, str]:
    gate = item.code.gate
    return gate.gate_id, gate.series_id, gate.name


def _gates(session: Session, chunk: Sequence[Uploaded]) -> dict[Any, Any]:
    """Each known gate named in the chunk, with the start of its next evening."""
    now = clock.now()
    coming = (
        select(func.min(Slot.starts_at))
        .join(GateEvent, GateEvent.event_id == Slot.event_id)
        .where(GateEvent.gate_id == Gate.id, Slot.ends_at > now - timedelta(days=2))
        .correlate(Gate)
    )
    doors = (
        select(func.max(Event.doors_minutes_before))
        .join(GateEvent, GateEvent.event_id == Event.id)
        .where(GateEvent.gate_id == Gate.id)
        .correlate(Gate)
    )
    found: dict[Any, Any] = {}
    for key in {_gate_key(item) for item in chunk}:
        gate_id, series_id, name = key
        which = (
            Gate.id == gate_id
            if gate_id is not None
            else (Gate.series_id == series_id) & ((Gate.slug == name) | (Gate.name == name))
        )
        row = session.execute(
            select(
                Gate.id.label("gate_id"),
                Gate.zone_id,
                Gate.series_id,
                Gate.organisation_id,
                Gate.rehearsal.label("gate_rehearsal"),
                coming.scalar_subquery().label("next_start"),
                doors.scalar_subquery().label("gate_doors"),
            ).where(which)
        ).first()
        if row is not None:
            found[key] = row
    return found


def _tickets(session: Session, items: Sequence[Uploaded]) -> dict[str, list[Any]]:
    """Token -> its ticket with one row per admission and gate that takes it."""
    ids = {item.code.token: public_id_of(item.code.token) for item in items}
    rows = session.execute(
        select(
            Ticket.public_id,
            Ticket.id.label("ticket_id"),
            Admission.id.label("admission_id"),
            Admission.event_id,
            GateEvent.gate_id,
        )
        .outerjoin(Admission, Admission.ticket_id == Ticket.id)
        .outerjoin(GateEvent, GateEvent.event_id == Admission.event_id)
        .where(Ticket.public_id.in_({known for known in ids.values() if known}))
        .order_by(Admission.id)
    ).all()
    by_id: dict[str, list[Any]] = {}
    for row in rows:
        by_id.setdefault(row.public_id, []).append(row)
    return {token: by_id.get(known or "", []) for token, known in ids.items()}


def _fact(item: Uploaded, gate: Any, tickets: dict[str, list[Any]]) -> dict[str, Any]:
    code = item.code
    now = clock.now()
    at: datetime = min(code.scanned_at or now, now)
    rows = tickets[code.token]
    here = next((row for row in rows if row.gate_id == gate.gate_id), None)
    accepted = item.local_verdict == ACCEPTED
    return {
        "uuid": code.uuid,
        "source": code.source,
        "device_id": code.device_id,
        "seq": code.seq,
        "organisation_id": gate.organisation_id,
        "gate_id": gate.gate_id,
        "event_id": here.event_id if here else None,
        "ticket_id": rows[0].ticket_id if rows else None,
        "admission_id": here.admission_id if here else None,
        "token_digest": tokens.token_digest(code.token),
        "kind": code.kind,
        "verdict": item.local_verdict,
        "reason": None if accepted else item.local_reason,
        # Without an admission at this gate nothing can be read anew: the code is kept as it came.
        "reading": None if here else "other_event" if rows else "unknown_uploaded",
        "offline": True,
        "rehearsal": lookup.rehearsed(gate, at, code.rehearsal),
        "scanned_at": at,
        "received_at": now,
        "annuls_id": None,
    }
