"""Dealing the lists: thought out without a lock, written under it if nothing has changed."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.domain.selection.jury import assignment, jury, reviews
from eventsapp.domain.selection.jury.errors import (
    AssignmentImpossible,
    ReadingImpossible,
    ReviewClosed,
)
from eventsapp.domain.selection.jury.models import Assignment, ConflictOfInterest, Juror
from eventsapp.kernel import audit, clock
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import lock, transaction

MOST_ATTEMPTS = 5
"""While jurors come, go and declare, a distribution may be out of date before it is written."""


@dataclass(frozen=True)
class Situation:
    """All that a distribution depends on; equal ones have the same."""

    jurors: tuple[int, ...]
    undeclared: int
    """Jurors who were invited and have not said whom they know: none is given to them."""
    standing: tuple[tuple[int, int], ...]
    """(application, juror) pairs that exist, those of jurors who have left among them."""
    conflicts: frozenset[tuple[int, int]]
    lacking: tuple[tuple[int, int], ...]
    """(application, how many readers it lacks), in the order of the numbers."""
    seed: int


def assign_missing(
    call_id: int,
    *,
    actor: str,
    seed: int | None = None,
    written: Callable[[int], None] = lambda added: None,
) -> int:
    """Give every application the reviewers it lacks. Returns how many pairs were added.

    Args:
        written: called in the transaction that writes them, with their number.

    Raises:
        AssignmentImpossible: names the applications at fault.
    """
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with transaction() as session:
            seen = _situation(session.get_one(Call, call_id), seed)
        pairs = _pairs(seen)
        with transaction():
            call = lock(Call, call_id)
            if _situation(call, seed) != seen:
                if attempt < MOST_ATTEMPTS:
                    continue
                # Somebody changes it all the time: this once, think while they wait.
                pairs = _pairs(_situation(call, seed))
            jury.write_assignments(call, pairs)
            audit.note(
                "jury.assigned",
                f"call:{call_id}",
                actor=actor,
                series_id=call.series_id,
                detail={"added": len(pairs), "seed": seen.seed},
            )
            written(len(pairs))
            break
    return len(pairs)


def add_reading(call_id: int, juror_id: int, application_id: int, *, actor: str) -> None:
    """Put one application more on a juror's list, whatever the loads: a reading that links the
    parts of a jury. Asked twice, it changes nothing.

    Raises:
        NotFound: no such juror or submitted application in this call.
        ReviewClosed: what is read now could not be written down any more, or not yet.
        ReadingImpossible: a conflict, or they left or have not declared yet.
    """
    with transaction() as session:
        call = lock(Call, call_id)
        juror = session.get(Juror, juror_id)
        if juror is None or juror.call_id != call_id:
            raise NotFound(what="juror", reference=juror_id)
        application = session.get(Application, application_id)
        submitted = application is not None and application.state is ApplicationState.SUBMITTED
        if application is None or application.call_id != call_id or not submitted:
            raise NotFound(what="application", reference=application_id)
        if not reviews.open_for_review(call, clock.now()):
            raise ReviewClosed
        seen = _situation(call, None)
        if juror_id not in seen.jurors or (application_id, juror_id) in seen.conflicts:
            raise ReadingImpossible
        if (application_id, juror_id) in seen.standing:
            return
        jury.write_assignments(call, [(application_id, juror_id)])
        audit.note(
            "jury.reading_added",
            f"juror:{juror_id}",
            actor=actor,
            series_id=call.series_id,
            detail={"application": application_id},
        )


def _situation(call: Call, seed: int | None) -> Situation:
    rows = db.session.execute(
        select(Assignment.application_id, Assignment.juror_id)
        .where(Assignment.call_id == call.id)
        .order_by(Assignment.application_id, Assignment.juror_id)
    ).all()
    jurors = tuple(
        db.session.scalars(
            select(Juror.id)
            .where(
                Juror.call_id == call.id,
                Juror.declared_at.is_not(None),
                Juror.stopped_at.is_(None),
            )
            .order_by(Juror.id)
        )
    )
    conflicts = db.session.execute(
        select(ConflictOfInterest.application_id, Juror.id)
        .join(Juror, Juror.account_id == ConflictOfInterest.account_id)
        .where(ConflictOfInterest.call_id == call.id, Juror.call_id == call.id)
    )
    undeclared = db.session.scalar(
        select(func.count(Juror.id)).where(
            Juror.call_id == call.id, Juror.declared_at.is_(None), Juror.stopped_at.is_(None)
        )
    )
    here = set(jurors)
    return Situation(
        jurors=jurors,
        undeclared=undeclared or 0,
        standing=tuple((a, j) for a, j in rows),
        conflicts=frozenset((a, j) for a, j in conflicts),
        lacking=tuple(jury.lacking(call, [a for a, j in rows if j in here]).items()),
        seed=call.seed if seed is None else seed,
    )


def _pairs(seen: Situation) -> list[tuple[int, int]]:
    lacking = {a: n for a, n in seen.lacking if n}
    loads = dict.fromkeys(seen.jurors, 0)
    for _, juror in seen.standing:
        if juror in loads:
            loads[juror] += 1
    try:
        made = assignment.assign(
            list(lacking),
            seen.jurors,
            each=lacking,
            conflicts=seen.conflicts,
            standing=seen.standing,
            loads=loads,
            seed=seen.seed,
        )
    except assignment.NoAssignment as refusal:
        raise _impossible(refusal.shortage, seen) from refusal
    return [(int(str(a)), int(str(j))) for a, j in made]


def _impossible(shortage: assignment.Shortage, seen: Situation) -> AssignmentImpossible:
    with transaction() as session:
        references = session.scalars(
            select(Application.reference)
            .where(Application.id.in_([int(str(a)) for a in shortage.applications]))
            .order_by(Application.number)
        ).all()
    return AssignmentImpossible(
        applications=", ".join(str(r) for r in references),
        needed=shortage.needed,
        possible=shortage.possible,
        free=len(shortage.free_jurors),
        jurors=len(seen.jurors),
        undeclared=seen.undeclared,
    )
