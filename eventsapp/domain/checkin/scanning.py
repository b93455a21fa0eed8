"""One scan: a verdict by one look-up, the wall by one conditional write, the fact by one insert."""

import uuid as uuids
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from eventsapp import settings
from eventsapp.domain.checkin import hours, lookup, presence
from eventsapp.domain.checkin.errors import GateHeld, ScanUuidTaken, UnknownGate
from eventsapp.domain.checkin.lookup import GateRef, Seen
from eventsapp.domain.checkin.models import Gate, Presence, Scan
from eventsapp.domain.checkin.verdicts import ACCEPTED, REFUSED, reason_to_refuse
from eventsapp.domain.programme.models import Event
from eventsapp.domain.ticketing.sales import tokens
from eventsapp.domain.ticketing.sales.models import Admission, Ticket
from eventsapp.gateways import signing_key
from eventsapp.kernel import clock, dialects
from eventsapp.kernel.i18n import pick
from eventsapp.kernel.transaction import transaction

_PRESENCE: Any = Presence.__table__
_SCANS: Any = Scan.__table__


@dataclass(frozen=True, kw_only=True)
class Code:
    """What was held to a camera. ``uuid`` is made by the scanner: sent twice, answered once.

    ``source`` names the camera for the rules about bounces; ``device_id`` and ``seq`` belong to
    paired phones, whose holes in ``seq`` are scans not yet sent. ``rehearsal``: what a scanner
    without network took it for; None when it does not say.
    """

    uuid: str
    token: str
    gate: GateRef
    source: str
    kind: str = "entry"
    scanned_at: datetime | None = None
    device_id: int | None = None
    seq: int | None = None
    rehearsal: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Passage:
    """The answer. ``verdict`` never changes; ``reading`` (the API's *class*) may."""

    uuid: str
    verdict: str
    reason: str | None
    reading: str | None
    kind: str
    gate: str
    rehearsal: bool
    first_at: datetime | None = None
    first_gate: str | None = None
    ticket_id: str | None = None
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    product: str = ""
    event: str = ""
    void_reason: str | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    # How often it may enter (``entry``).
    policy: str = "return"

    @property
    def accepted(self) -> bool:
        return self.verdict == ACCEPTED


class _AnsweredMeanwhile(Exception):
    """Another request with this uuid was faster: nothing of ours is kept."""


def public_id_of(token: str) -> str | None:
    """The ticket's id in a token of ours, None for everything else."""
    try:
        payload = tokens.verify(token, signing_key.public_keys(settings.current().data_dir))
    except tokens.NotAToken:
        return None
    return payload.ticket_id.hex()


def scan(code: Code) -> Passage:
    """Decide once and write it down; the same uuid again gives the same verdict.

    Raises:
        UnknownGate: no such gate in the series.
        GateHeld: entries are stopped everywhere for now.
        ScanUuidTaken: the uuid names a scan of another series.
    """
    public_id = public_id_of(code.token)
    for _attempt in range(2):
        try:
            with transaction() as session:
                return _decide(session, code, public_id)
        except _AnsweredMeanwhile:
            # Either this uuid is there now, or a phone that lost its memory counts from 1 again.
            code = replace(code, seq=None)
    raise RuntimeError("a scan was neither stored nor found")


def _decide(session: Session, code: Code, public_id: str | None) -> Passage:
    now = clock.now()
    at = min(code.scanned_at or now, now)
    rows = (
        session.connection()
        .execute(
            lookup.statement(by_id=code.gate.gate_id is not None),
            lookup.parameters(code.gate, public_id=public_id, uuid=code.uuid, now=now),
        )
        .all()
    )
    if not rows:
        raise UnknownGate(gate=code.gate.name or code.gate.gate_id)
    released = hours.timetable(rows[0].series_slug, rows[0].release_digest)
    seen = Seen(lookup.best(rows, at), code.kind, at, now, released)
    row = seen.row
    if row.earlier_id is not None and row.earlier_digest != tokens.token_digest(code.token):
        return _answered_before(session, code, seen)
    if row.earlier_id is not None:
        return _again(session, code, seen)
    if row.held_at is not None and code.kind == "entry":
        raise GateHeld(gate=row.gate_name)
    reason = reason_to_refuse(seen.situation(full=_full(session, seen)))
    first = seen.first_entry
    if reason is None and code.kind == "entry":
        entries = _enter(session, seen)
        if entries is None:
            # Another gate was faster between our look and our write.
            reason = "already_in"
            first = _first_entry_now(session, seen)
        reading: str | None = "first" if entries == 1 else "again"
    elif reason is None:
        _leave(session, seen)
        reading = "exit"
    else:
        reading = {"already_in": "again", "unknown": "unknown_uploaded"}.get(reason)
    verdict = ACCEPTED if reason is None else REFUSED
    _write(session, code, seen, verdict, reason, reading)
    elsewhere = _elsewhere(session, seen, reason)
    if verdict == ACCEPTED and code.kind == "entry" and first is None:
        first = (at, row.gate_name)
    return _passage(code, seen, verdict, reason, reading, first, elsewhere=elsewhere)


def _answered_before(session: Session, code: Code, here: Seen) -> Passage:
    """The verdict of this uuid, about the ticket it was given for.

    The code that came with it now was not decided on: no name of its holder beside "accepted".
    """
    first = session.execute(
        select(Scan.kind, Scan.gate_id, Gate.series_id, Ticket.public_id)
        .join(Gate, Gate.id == Scan.gate_id)
        .outerjoin(Ticket, Ticket.id == Scan.ticket_id)
        .where(Scan.id == here.row.earlier_id)
    ).one()
    if first.series_id != here.row.series_id:
        raise ScanUuidTaken(uuid=code.uuid)
    now = here.now
    rows = session.execute(
        lookup.statement(by_id=True),
        lookup.parameters(
            GateRef(gate_id=first.gate_id), public_id=first.public_id, uuid=code.uuid, now=now
        ),
    ).all()
    seen = Seen(lookup.best(rows, now), first.kind, now, now, here.released)
    return _again(session, replace(code, kind=first.kind), seen)


def _again(session: Session, code: Code, seen: Seen) -> Passage:
    """What was answered before, for a scanner that did not get it."""
    row = seen.row
    return _passage(
        code,
        seen,
        row.earlier_verdict,
        row.earlier_reason,
        row.earlier_reading,
        elsewhere=_elsewhere(session, seen, row.earlier_reason),
    )


def _full(session: Session, seen: Seen) -> bool:
    """Only events that hold fewer people at one time than in all ask this question.

    Their gates count one after the other: the event's row is held to the end of the scan. The
    count is a statement of its own, so that it sees who came in while this gate waited.
    """
    limit = seen.row.instant_capacity
    emptied = seen.entry.inside_since(seen.at)
    if limit is None or seen.kind != "entry" or seen.inside_since(emptied):
        return False
    session.execute(
        # Not FOR UPDATE: the facts that an upload writes refer to this row and need not wait.
        select(Event.id).where(Event.id == seen.row.event_id).with_for_update(key_share=True)
    )
    inside = session.scalar(
        select(func.count())
        .select_from(Presence)
        .join(Admission, Admission.id == Presence.admission_id)
        .where(
            Admission.event_id == seen.row.event_id,
            Presence.inside.is_(True),
            Presence.rehearsal.is_(seen.rehearsal),
            # Who came on another day has left, with or without a scan.
            *(() if emptied is None else (Presence.last_at >= emptied,)),
        )
    )
    return (inside or 0) >= limit


def _enter(session: Session, seen: Seen) -> int | None:
    """The wall: how often this admission has entered now, or None when it may not once more."""
    row = seen.row
    policy, since = seen.entry.policy, seen.since
    entries: int | None = session.execute(
        _entering(dialects.on_postgresql(), policy, since is not None),
        {
            **({"since": since} if since is not None else {}),
            "admission_id": row.admission_id,
            "zone_id": row.zone_id,
            "rehearsal": seen.rehearsal,
            "inside": True,
            "entries": 1,
            "first_at": seen.at,
            "first_gate_id": row.gate_id,
            "last_at": seen.at,
            "last_gate_id": row.gate_id,
        },
    ).scalar()
    return entries


@lru_cache(maxsize=16)
def _entering(_on_postgresql: bool, policy: str, days: bool) -> Any:
    table = _PRESENCE
    statement = dialects.insert(table)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["admission_id", "zone_id", "rehearsal"],
        set_={
            "inside": True,
            "entries": table.c.entries + 1,
            "first_at": func.coalesce(table.c.first_at, new.first_at),
            "first_gate_id": func.coalesce(table.c.first_gate_id, new.first_gate_id),
            "last_at": new.last_at,
            "last_gate_id": new.last_gate_id,
        },
        where=presence.may_enter(table.c, policy, since=bindparam("since") if days else None),
    ).returning(table.c.entries)


def _leave(session: Session, seen: Seen) -> None:
    if seen.row.admission_id is None:
        return
    session.execute(
        update(_PRESENCE)
        .where(
            _PRESENCE.c.admission_id == seen.row.admission_id,
            _PRESENCE.c.zone_id == seen.row.zone_id,
            _PRESENCE.c.rehearsal.is_(seen.rehearsal),
        )
        .values(inside=False)
    )


def _first_entry_now(session: Session, seen: Seen) -> tuple[datetime, str] | None:
    last = seen.since is not None
    found = session.execute(
        select(Presence.last_at if last else Presence.first_at, Gate.name)
        .join(Gate, Gate.id == (Presence.last_gate_id if last else Presence.first_gate_id))
        .where(
            Presence.admission_id == seen.row.admission_id,
            Presence.zone_id == seen.row.zone_id,
            Presence.rehearsal.is_(seen.rehearsal),
        )
    ).first()
    return (found[0], found[1]) if found and found[0] is not None else None


def _elsewhere(session: Session, seen: Seen, reason: str | None) -> str:
    """What the ticket is for, so that the person can be sent there; of our own series only."""
    if reason != "wrong_event" or seen.row.ticket_series_id != seen.row.series_id:
        return ""
    titles = session.execute(
        select(Event.title_fr, Event.title_en)
        .join(Admission, Admission.event_id == Event.id)
        .where(Admission.ticket_id == seen.row.ticket_id)
        .order_by(Event.id)
        .limit(3)
    )
    return ", ".join(pick(french, english) for french, english in titles)


def _write(
    session: Session,
    code: Code,
    seen: Seen,
    verdict: str,
    reason: str | None,
    reading: str | None,
) -> None:
    fact = {
        "uuid": code.uuid,
        "source": code.source,
        "device_id": code.device_id,
        "seq": code.seq,
        "organisation_id": seen.row.organisation_id,
        "gate_id": seen.row.gate_id,
        "event_id": seen.row.event_id,
        "ticket_id": seen.row.ticket_id,
        "admission_id": seen.row.admission_id,
        "token_digest": tokens.token_digest(code.token),
        "kind": code.kind,
        "verdict": verdict,
        "reason": reason,
        "reading": reading,
        "offline": False,
        "rehearsal": seen.rehearsal,
        "scanned_at": seen.at,
        "received_at": seen.now,
    }
    try:
        session.execute(_SCANS.insert(), fact)
    except IntegrityError as error:
        raise _AnsweredMeanwhile from error


def _passage(
    code: Code,
    seen: Seen,
    verdict: str,
    reason: str | None,
    reading: str | None,
    first: tuple[datetime, str] | None = None,
    *,
    elsewhere: str,
) -> Passage:
    row = seen.row
    first = first or seen.first_entry
    opens_at, closes_at = seen.window
    # A ticket of another series is nobody's business here: "wrong event", and no name.
    own = row.ticket_id is not None and row.ticket_series_id == row.series_id
    return Passage(
        uuid=code.uuid,
        verdict=verdict,
        reason=reason,
        reading=reading,
        kind=code.kind,
        gate=row.gate_name,
        rehearsal=seen.rehearsal,
        first_at=first[0] if first else None,
        first_gate=first[1] if first else None,
        ticket_id=row.public_id if own else None,
        first_name=row.first_name or "" if own else "",
        last_name=row.last_name or "" if own else "",
        company=row.company or "" if own else "",
        product=pick(row.product_fr, row.product_en) if own else "",
        event=lookup.event_title(row) if row.event_id else elsewhere,
        void_reason=row.void_reason if own else None,
        opens_at=opens_at,
        closes_at=closes_at,
        policy=seen.entry.policy,
    )


def new_uuid() -> str:
    """For scanners that bring none (the page without JavaScript, tests)."""
    return str(uuids.uuid4())
