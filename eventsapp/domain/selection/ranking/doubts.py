"""What to know before a ranking is believed: the same facts on every page, letter and publication.

Nobody read it, fewer than promised read it, the jury fell into groups that share no application:
each is named, with the reading that would mend it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from eventsapp.domain.selection.calls.models import Call
from eventsapp.domain.selection.jury import reviews
from eventsapp.domain.selection.jury.models import Assignment, ConflictOfInterest, Juror
from eventsapp.domain.selection.ranking import graph, ranking
from eventsapp.domain.selection.ranking.table import Table
from eventsapp.kernel import clock
from eventsapp.kernel.db import db


@dataclass(frozen=True)
class Doubts:
    """Ids of eligible applications, and of jurors.

    Attributes:
        short: application -> how many read it, where fewer did than the call promises.
        apart: read, but not linked to the calibrated part; they have no place in the order.
        groups: the jurors of each part, the largest first; empty when one part holds all.
        joins: (juror, application) readings, each of which would join a part to the largest.
        listed: those of the joins that are on the juror's list already, and not given yet.
        still_read: the jury may write now, so that a reading can still be added.
    """

    unread: tuple[int, ...]
    short: dict[int, int]
    apart: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]
    joins: tuple[tuple[int, int], ...]
    listed: frozenset[tuple[int, int]]
    still_read: bool
    calibrated: bool

    def __bool__(self) -> bool:
        return bool(self.unread or self.short or self.groups)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "unread": len(self.unread),
            "short": len(self.short),
            "apart": len(self.apart),
            "groups": len(self.groups),
        }


def of(call: Call, case: ranking.Case, ranked: Table) -> Doubts:
    """The doubts about a ranking: no statement more when there are no groups."""
    eligible = [line for line in ranked.lines if line.eligible]
    read = {int(str(line.candidate.key)): line.reviews for line in eligible}
    parts = ranked.components if len(ranked.components) > 1 else []
    joins = [(int(str(j)), int(str(a))) for j, a in _joins(call, case, parts)] if parts else []
    return Doubts(
        unread=tuple(sorted(key for key, count in read.items() if not count)),
        short={key: n for key, n in sorted(read.items()) if 0 < n < call.reviews_each},
        apart=tuple(int(str(line.candidate.key)) for line in ranked.apart),
        groups=tuple(tuple(int(str(juror)) for juror in part.jurors) for part in parts),
        joins=tuple(joins),
        listed=_listed(call, joins) if joins else frozenset(),
        still_read=reviews.open_for_review(call, clock.now()),
        calibrated=ranked.calibration is not None,
    )


def joining(
    parts: Sequence[graph.Component],
    free: Collection[object],
    barred: Collection[tuple[object, object]],
    loads: Mapping[object, int],
) -> list[tuple[object, object]]:
    """Return for each part but the first one (juror, application) that links it to the first.

    Rather a juror of the small part reading in the large one: they learn the common measure. Else
    one of the large part reads what is apart. A part that conflicts cut off has none.

    Args:
        free: jurors who may still read.
        barred: (application, juror) pairs in conflict.
    """
    main = parts[0]
    found: list[tuple[object, object]] = []
    for part in parts[1:]:
        pairs = [
            (juror, application)
            for ours, theirs in ((part, main), (main, part))
            for juror in sorted(ours.jurors, key=lambda j: loads.get(j, 0))
            if juror in free
            for application in theirs.applications
            if (application, juror) not in barred
        ]
        found += pairs[:1]
    return found


def _listed(call: Call, joins: Sequence[tuple[int, int]]) -> frozenset[tuple[int, int]]:
    jurors = {juror for juror, _ in joins}
    rows = db.session.execute(
        select(Assignment.juror_id, Assignment.application_id).where(
            Assignment.call_id == call.id, Assignment.juror_id.in_(jurors)
        )
    )
    return frozenset((juror, application) for juror, application in rows).intersection(joins)


def _joins(
    call: Call, case: ranking.Case, parts: Sequence[graph.Component]
) -> list[tuple[object, object]]:
    jurors = {
        juror.account_id: juror.id
        for juror in db.session.scalars(
            select(Juror).where(
                Juror.call_id == call.id, Juror.declared_at.is_not(None), Juror.stopped_at.is_(None)
            )
        )
    }
    conflicts = db.session.execute(
        select(ConflictOfInterest.application_id, ConflictOfInterest.account_id).where(
            ConflictOfInterest.call_id == call.id
        )
    )
    barred = {(application, jurors.get(account)) for application, account in conflicts}
    loads: dict[object, int] = {}
    for mark in case.marks:
        loads[mark.juror] = loads.get(mark.juror, 0) + 1
    return joining(parts, set(jurors.values()), barred, loads)
