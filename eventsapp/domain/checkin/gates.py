"""Gates: made, put in rehearsal, held, opened again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from eventsapp.domain.checkin.errors import (
    GateNameTaken,
    NoEventAtGate,
    NotInRehearsal,
    UnknownGate,
)
from eventsapp.domain.checkin.models import Gate, GateEvent, Presence, Scan, Zone
from eventsapp.domain.programme.models import Event, Series, Slot
from eventsapp.domain.programme.naming import slug_of
from eventsapp.kernel import audit, clock, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import lock, transaction

NAME_LENGTH = 60


def create_gate(
    series_id: int, name: str, *, event_ids: Sequence[int], actor: str, rehearsal: bool = False
) -> Gate:
    """Open a gate for the admissions of some events of a series.

    Raises:
        NotFound: no such series. NoEventAtGate: none of the events is of this series.
        GateNameTaken: a gate of the series has this name, or one that looks the same in a link.
    """
    name = spelling.line(name)[:NAME_LENGTH]
    slug = _slug(name)
    with transaction() as session:
        series = session.get(Series, series_id)
        if series is None:
            raise NotFound(what="series", reference=series_id)
        events = session.scalars(
            select(Event).where(Event.series_id == series_id, Event.id.in_(event_ids))
        ).all()
        if not events:
            raise NoEventAtGate
        taken = session.scalar(
            select(Gate.id).where(
                Gate.series_id == series_id, (Gate.slug == slug) | (Gate.name == name)
            )
        )
        if taken is not None:
            raise GateNameTaken(name=name)
        gate = Gate(
            organisation_id=series.organisation_id,
            series_id=series_id,
            zone_id=_zone_of(series, events).id,
            slug=slug,
            name=name,
            rehearsal=rehearsal,
        )
        session.add(gate)
        session.flush()
        session.add_all([GateEvent(gate_id=gate.id, event_id=event.id) for event in events])
        audit.note(
            "gate.created",
            f"gate:{gate.id}",
            actor=actor,
            series_id=series_id,
            detail={"name": name},
        )
    return gate


def _zone_of(series: Series, events: Sequence[Event]) -> Zone:
    """One zone per venue: whoever is inside entered by any of its gates."""
    session = db.session
    venue_id = min((event.venue_id or 0 for event in events), default=0)
    slug = f"venue-{venue_id}"
    zone = session.scalar(select(Zone).where(Zone.series_id == series.id, Zone.slug == slug))
    if zone is None:
        venue = events[0].venue
        zone = Zone(
            organisation_id=series.organisation_id,
            series_id=series.id,
            slug=slug,
            name=venue.name if venue else series.title_fr,
        )
        session.add(zone)
        session.flush()
    return zone


def _slug(name: str) -> str:
    """What names the gate in an address; a name in another script stands for itself."""
    return slug_of(name) or spelling.fold(name)


def set_rehearsal(gate_id: int, on: bool, *, actor: str) -> Gate:
    with transaction():
        gate = _locked(gate_id)
        gate.rehearsal = on
        action = "gate.rehearsal_started" if on else "gate.rehearsal_ended"
        audit.note(action, f"gate:{gate_id}", actor=actor, series_id=gate.series_id)
    return gate


def clear_rehearsal(gate_id: int, *, actor: str) -> int:
    """Forget what was rehearsed in the gate's zone, so that it can be played again.

    The only place where scans are deleted: rehearsed ones are no facts of the night. Returns how
    many were forgotten.

    Raises:
        NotInRehearsal: the gate is not in rehearsal.
    """
    with transaction() as session:
        gate = _locked(gate_id)
        if not gate.rehearsal:
            raise NotInRehearsal(gate=gate.name)
        same_zone = select(Gate.id).where(Gate.zone_id == gate.zone_id)
        rehearsed = (Scan.rehearsal.is_(True), Scan.gate_id.in_(same_zone))
        count = session.scalar(select(func.count()).select_from(Scan).where(*rehearsed)) or 0
        options = {"synchronize_session": False}
        session.execute(
            delete(Scan).where(*rehearsed, Scan.annuls_id.is_not(None)), execution_options=options
        )
        session.execute(delete(Scan).where(*rehearsed), execution_options=options)
        session.execute(
            delete(Presence).where(Presence.zone_id == gate.zone_id, Presence.rehearsal.is_(True)),
            execution_options=options,
        )
        audit.note(
            "gate.rehearsal_cleared",
            f"gate:{gate_id}",
            actor=actor,
            series_id=gate.series_id,
            detail={"scans": count},
        )
    return count


def hold_doors(series_id: int, on: bool, *, actor: str) -> int:
    """Stop entries at every gate of the series at once, or let people in again."""
    with transaction() as session:
        done = session.execute(
            update(Gate)
            .where(Gate.series_id == series_id)
            .values(held_at=clock.now() if on else None),
            execution_options={"synchronize_session": False},
        )
        action = "gates.held" if on else "gates.released"
        audit.note(action, f"series:{series_id}", actor=actor, series_id=series_id)
    count: int = done.rowcount  # type: ignore[attr-defined]
    return count


def find_gate(series_id: int, name: str) -> Gate:
    """By slug or name.

    Raises:
        UnknownGate: there is none.
    """
    gate = db.session.scalar(
        select(Gate).where(Gate.series_id == series_id, (Gate.slug == name) | (Gate.name == name))
    )
    if gate is None:
        raise UnknownGate(gate=name)
    return gate


def in_rehearsal(gate: Gate) -> bool:
    """The flag, until the doors of the gate's next evening open."""
    return rehearsal_until(gate) is not None


def rehearsal_until(gate: Gate) -> datetime | None:
    """When the gate leaves rehearsal by itself; None when it is in none."""
    opens_at = doors_open_at(gate) if gate.rehearsal else None
    return opens_at if opens_at is not None and clock.now() < opens_at else None


def doors_open_at(gate: Gate) -> datetime | None:
    """When the doors of the gate's next (or present) evening open; None when all is over."""
    start = db.session.scalar(
        select(func.min(Slot.starts_at))
        .join(GateEvent, GateEvent.event_id == Slot.event_id)
        .where(GateEvent.gate_id == gate.id, Slot.ends_at > clock.now())
    )
    if start is None:
        return None
    return start - timedelta(minutes=max(event.doors_minutes_before for event in gate.events))


def _locked(gate_id: int) -> Gate:
    return lock(Gate, gate_id)
