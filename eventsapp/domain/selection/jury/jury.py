"""Jurors: invitation, declaration of conflicts, reviews, and who reads what."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select

from eventsapp.domain.accounts import people, permissions
from eventsapp.domain.accounts.models import RoleName
from eventsapp.domain.accounts.people import create_account, grant_role, grants_of
from eventsapp.domain.accounts.permissions import Place
from eventsapp.domain.selection.calls import calls
from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.domain.selection.jury.facts import JurorInvited, ListMade
from eventsapp.domain.selection.jury.models import Assignment, ConflictOfInterest, Juror, Review
from eventsapp.kernel import audit, clock, facts, spelling
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import lock, transaction


def invite(
    call_id: int, email: str, name: str, *, title: str = "", locale: str = "fr", actor: str
) -> Juror:
    """Give somebody the room of a call's jury. Inviting twice changes nothing.

    Raises:
        BadAddress: ``email`` is no address.
    """
    with transaction() as session:
        call = session.get_one(Call, call_id)
        account = create_account(email, name, locale=locale, actor=actor)
        # Also to whoever sat there before: a closed account that is asked back has no role.
        grant_role(
            account.id,
            RoleName.JUROR,
            organisation_id=call.organisation_id,
            series_id=call.series_id,
            actor=actor,
        )
        juror = session.scalar(
            select(Juror).where(Juror.call_id == call_id, Juror.account_id == account.id)
        )
        if juror is not None:
            return juror
        juror = Juror(
            organisation_id=call.organisation_id,
            call=call,
            account=account,
            title=spelling.line(title)[:200],
            invited_at=clock.now(),
            invited_by_id=people.account_of(actor),
        )
        session.add(juror)
        session.flush()
        facts.record(JurorInvited(juror.id, call.series_id))
        audit.note("juror.invited", f"juror:{juror.id}", actor=actor, series_id=call.series_id)
        return juror


def bring_back(juror_id: int, *, actor: str) -> bool:
    """Give somebody who left, or whose role was taken back, their seat again; what they had to
    read has gone to others. False when they sit there already."""
    with transaction() as session:
        call = lock(Call, session.get_one(Juror, juror_id).call_id)
        juror = lock(Juror, juror_id)
        if juror.stopped_at is None and _may_read(juror, call):
            return False
        invite(call.id, juror.account.email, juror.account.name, actor=actor)
        juror.stopped_at = None
        audit.note("juror.invited", f"juror:{juror.id}", actor=actor, series_id=call.series_id)
        return True


def _may_read(juror: Juror, call: Call) -> bool:
    place = Place(call.organisation_id, call.series_id)
    return juror.account.disabled_at is None and permissions.allowed(
        grants_of(juror.account), "jury.review", place
    )


def declare(juror_id: int, conflicts: Mapping[int, str], *, actor: str) -> None:
    """Record the conflicts a juror declares on the list of names, and that he has read it.

    Reviews already given on those applications are kept for the audit and count nowhere, unless
    the decisions are out: what was decided on stays what it was. A juror who joins after the
    lists were made gets one from the applications that still lack reviews.

    Args:
        conflicts: application id -> reason, which may be empty.
    """
    now = clock.now()
    with transaction() as session:
        lock(Call, session.get_one(Juror, juror_id).call_id)
        juror = lock(Juror, juror_id)
        known = set(
            session.scalars(
                select(Application.id).where(
                    Application.call_id == juror.call_id, Application.id.in_(conflicts)
                )
            )
        )
        if known != set(conflicts):
            raise NotFound(what="application", reference="")
        for application_id, reason in conflicts.items():
            _add_conflict(juror.call_id, application_id, juror.account_id, reason, now=now)
            _take_away(juror, application_id, now=now)
        juror.declared_at = juror.declared_at or now
        audit.note(
            "juror.declared",
            f"juror:{juror.id}",
            actor=actor,
            series_id=juror.call.series_id,
            detail={"conflicts": sorted(conflicts)},
        )
        session.flush()
        if _joins_late(juror):
            _deal(juror)


def declare_as_organizer(call_id: int, account_id: int, application_id: int, reason: str) -> None:
    """An organizer is out of an application, its scores and its decision."""
    with transaction() as session:
        application = session.get(Application, application_id)
        if application is None or application.call_id != call_id:
            raise NotFound(what="application", reference=application_id)
        _add_conflict(call_id, application_id, account_id, reason, now=clock.now())
        audit.note(
            "organizer.declared",
            f"application:{application_id}",
            actor=f"account:{account_id}",
            series_id=application.call.series_id,
        )


def stop(juror_id: int, *, actor: str) -> None:
    """A juror leaves in mid-phase: his reviews stay, what he had left is free to be dealt."""
    with transaction() as session:
        # The call first: who deals the lists holds it while they are written.
        lock(Call, session.get_one(Juror, juror_id).call_id)
        juror = lock(Juror, juror_id)
        juror.stopped_at = juror.stopped_at or clock.now()
        given = select(Review.application_id).where(
            Review.juror_id == juror.id, Review.submitted_at.is_not(None)
        )
        session.execute(
            delete(Assignment).where(
                Assignment.juror_id == juror.id, Assignment.application_id.not_in(given)
            )
        )
        audit.note(
            "juror.stopped", f"juror:{juror.id}", actor=actor, series_id=juror.call.series_id
        )


def _add_conflict(
    call_id: int, application_id: int, account_id: int, reason: str, *, now: datetime
) -> None:
    with transaction() as session:
        exists = session.scalar(
            select(ConflictOfInterest.id).where(
                ConflictOfInterest.application_id == application_id,
                ConflictOfInterest.account_id == account_id,
            )
        )
        if exists:
            return
        session.add(
            ConflictOfInterest(
                organisation_id=session.get_one(Call, call_id).organisation_id,
                call_id=call_id,
                application_id=application_id,
                account_id=account_id,
                reason=reason.strip()[:500],
                declared_at=now,
            )
        )


def _take_away(juror: Juror, application_id: int, *, now: datetime) -> None:
    with transaction() as session:
        session.execute(
            delete(Assignment).where(
                Assignment.juror_id == juror.id, Assignment.application_id == application_id
            )
        )
        review = session.scalar(
            select(Review).where(
                Review.juror_id == juror.id, Review.application_id == application_id
            )
        )
        if review is not None and not calls.published(juror.call_id):
            review.excluded_at = now


def _joins_late(juror: Juror) -> bool:
    if juror.stopped_at is not None:
        return False
    with transaction() as session:
        mine = select(func.count()).where(Assignment.juror_id == juror.id)
        all_lists = select(func.count()).where(Assignment.call_id == juror.call_id)
        return not session.scalar(mine) and bool(session.scalar(all_lists))


def _deal(juror: Juror) -> None:
    """A newcomer reads what still lacks reviews, up to an even share."""
    with transaction() as session:
        call = juror.call
        given = session.scalars(
            select(Review.application_id).where(
                Review.call_id == call.id,
                Review.submitted_at.is_not(None),
                Review.excluded_at.is_(None),
            )
        )
        lacks = lacking(call, list(given))
        barred = {a for a, account in _conflicts(call.id) if account == juror.account_id}
        jurors = session.scalar(select(func.count()).where(Juror.call_id == call.id)) or 1
        share = -(-len(lacks) * call.reviews_each // jurors)
        wanted = [a for a, n in lacks.items() if n and a not in barred]
        wanted.sort(key=lambda a: -lacks[a])
        write_assignments(call, [(a, juror.id) for a in wanted[:share]])


def lacking(call: Call, reviewed: list[int]) -> dict[int, int]:
    """application id -> reviewers it lacks, submitted applications only, in their order."""
    counts: dict[int, int] = {}
    for application_id in reviewed:
        counts[application_id] = counts.get(application_id, 0) + 1
    with transaction() as session:
        ids = session.scalars(
            select(Application.id)
            .where(Application.call_id == call.id, Application.state == ApplicationState.SUBMITTED)
            .order_by(Application.number)
        )
        return {i: max(call.reviews_each - counts.get(i, 0), 0) for i in ids}


def _conflicts(call_id: int) -> list[tuple[int, int]]:
    with transaction() as session:
        rows = session.execute(
            select(ConflictOfInterest.application_id, ConflictOfInterest.account_id).where(
                ConflictOfInterest.call_id == call_id
            )
        )
        return [(application_id, account_id) for application_id, account_id in rows]


def write_assignments(call: Call, pairs: list[tuple[int, int]]) -> None:
    """Add (application, juror) pairs to the ends of the lists; the caller holds the call's lock."""
    with transaction() as session:
        places = dict.fromkeys((j for _, j in pairs), 0)
        last = (
            select(Assignment.juror_id, func.max(Assignment.position))
            .where(Assignment.call_id == call.id)
            .group_by(Assignment.juror_id)
        )
        for juror_id, position in session.execute(last):
            if juror_id in places:
                places[juror_id] = position
        for application_id, juror_id in pairs:
            places[juror_id] += 1
            session.add(
                Assignment(
                    organisation_id=call.organisation_id,
                    call_id=call.id,
                    juror_id=juror_id,
                    application_id=application_id,
                    position=places[juror_id],
                )
            )
        session.flush()
        ends = (
            select(Assignment.juror_id, func.max(Assignment.id))
            .where(Assignment.call_id == call.id)
            .group_by(Assignment.juror_id)
        )
        for juror_id, latest in session.execute(ends):
            if juror_id in places:
                facts.record(ListMade(juror_id, call.series_id, latest))
