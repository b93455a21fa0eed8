"""From the ranking to published decisions: prepared, looked at, published as one batch."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from eventsapp.domain.selection.calls import calls, eligibility
from eventsapp.domain.selection.calls.errors import AlreadyPublished
from eventsapp.domain.selection.calls.models import Application, Call, DecisionBatch
from eventsapp.domain.selection.decisions import grounds, offers, queries
from eventsapp.domain.selection.decisions.errors import (
    CallStillOpen,
    Doubtful,
    NotEligible,
    NothingDecided,
    ProposalOutdated,
    ReasonNeeded,
    StillJudging,
    TooManyPinned,
)
from eventsapp.domain.selection.decisions.facts import DecisionsPublished
from eventsapp.domain.selection.decisions.models import Decision, Outcome
from eventsapp.domain.selection.jury.errors import OwnConflict
from eventsapp.domain.selection.jury.models import Assignment, ConflictOfInterest, Review
from eventsapp.domain.selection.ranking import doubts, ranking, table
from eventsapp.domain.selection.ranking.models import Pin
from eventsapp.kernel import audit, clock, facts
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import lock, transaction

LEAST_TIME_TO_CONFIRM = timedelta(hours=72)


def prepare(call_id: int, *, actor: str) -> DecisionBatch:
    """Apply the rule and write the decisions, visible to organizers alone.

    Preparing again replaces what was prepared.

    Raises:
        AlreadyPublished: the applicants have their answers.
        NothingDecided: there is no application.
        TooManyPinned: more are forced in than there are places.
    """
    now = clock.now()
    with transaction() as session:
        call = lock(Call, call_id)
        calls.refuse_published(call_id)
        case, ranked = ranking.of(call)
        if not case.candidates:
            raise NothingDecided
        pinned = sum(bool(case.eligible.get(key)) for key in case.pinned_rule.must)
        if pinned > call.places:
            raise TooManyPinned(pinned=pinned, places=call.places)
        made = ranking.choose(call, case, ranked)
        about = doubts.of(call, case, ranked)
        session.execute(delete(Decision).where(Decision.call_id == call_id))
        session.execute(delete(DecisionBatch).where(DecisionBatch.call_id == call_id))
        batch = DecisionBatch(
            organisation_id=call.organisation_id,
            call_id=call_id,
            number=1,
            prepared_at=now,
            prepared_by=actor,
            snapshot={
                "digest": case.digest,
                "seed": case.seed,
                "rule": call.rule,
                "calibrated": ranked.calibration is not None,
                "doubts": about.counts if about else {},
            },
        )
        session.add(batch)
        session.flush()
        session.add_all(_decisions(call, batch, (case, ranked, made), actor))
        audit.note(
            "decisions.prepared",
            f"call:{call_id}",
            actor=actor,
            series_id=call.series_id,
            detail={"digest": case.digest, "seed": case.seed},
        )
        session.flush()
        return batch


def publish(
    call_id: int, *, actor: str, close_reviews: bool = False, despite_doubts: bool = False
) -> DecisionBatch:
    """Show all decisions at once and offer the places. All of it, or nothing.

    Args:
        close_reviews: end the jury's phase now if it is still running.
        despite_doubts: somebody read what speaks against it; see ``ranking/doubts``.

    Raises:
        AlreadyPublished, NothingDecided.
        Doubtful: applications without the readings promised, or a jury in groups.
        CallStillOpen: applications may still come in.
        ProposalOutdated: something changed since the decisions were prepared.
        StillJudging: the jury's phase runs and ``close_reviews`` is not given.
    """
    now = clock.now()
    with transaction() as session:
        call = lock(Call, call_id)
        calls.refuse_published(call_id)
        batch = session.scalar(
            select(DecisionBatch)
            .where(DecisionBatch.call_id == call_id)
            .execution_options(populate_existing=True)
        )
        if batch is None:
            raise NothingDecided
        _refuse_unready(call, batch, close_reviews=close_reviews, despite_doubts=despite_doubts)
        if now <= call.review_until:
            call.review_until = now - timedelta(seconds=1)
        # Conditional as well as locked: whoever comes second writes nothing.
        shown = session.execute(
            update(DecisionBatch)
            .where(DecisionBatch.id == batch.id, DecisionBatch.published_at.is_(None))
            .values(published_at=now, published_by=actor)
        )
        if shown.rowcount != 1:  # type: ignore[attr-defined]
            raise AlreadyPublished
        session.refresh(batch)
        until = confirm_until(call, now)
        call.offers_until = max(call.offers_until, until)
        winners = session.scalars(
            select(Decision)
            .join(Application, Application.id == Decision.application_id)
            .where(Decision.batch_id == batch.id, Decision.outcome == Outcome.ACCEPTED)
            .order_by(Application.number)
        ).all()
        for decision in winners:
            offers.make(call, decision.application_id, expires_at=until, from_reserve=False)
        audit.note(
            "decisions.published",
            f"call:{call_id}",
            actor=actor,
            series_id=call.series_id,
            detail={"batch": batch.id, "accepted": len(winners), **batch.snapshot},
        )
        facts.record(DecisionsPublished(batch.id, call.series_id))
        return batch


def _refuse_unready(
    call: Call, batch: DecisionBatch, *, close_reviews: bool, despite_doubts: bool
) -> None:
    now = clock.now()
    if calls.to_the_second(now) <= call.accepts_until:
        raise CallStillOpen
    if ranking.gather(call).digest != batch.snapshot["digest"]:
        raise ProposalOutdated
    if now <= call.review_until and not close_reviews:
        raise StillJudging(missing=_missing_reviews(call.id))
    # The digest is the same, so the doubts are those of the preparation.
    if batch.snapshot.get("doubts") and not despite_doubts:
        raise Doubtful(**batch.snapshot["doubts"])


def confirm_until(call: Call, published_at: datetime) -> datetime:
    """The last moment for a winner's answer: the announced one, and three days at least."""
    return max(call.confirm_until, published_at + LEAST_TIME_TO_CONFIRM)


def pin(
    call_id: int,
    application_id: int,
    chosen: bool | None,
    *,
    reason: str,
    told: str = "",
    actor: str,
    account_id: int | None = None,
) -> None:
    """Override the rule for one application, or (None) give it back to the rule.

    Args:
        reason: for the team and the journal.
        told: the reason as its letter gives it; empty: the letter says how to ask for it.

    Raises:
        ReasonNeeded: an override without a reason.
        NotEligible: what the rule cannot choose cannot be forced in; a waiver comes first.
        OwnConflict: the organizer declared a conflict on it.
        AlreadyPublished.
    """
    with transaction() as session:
        call = lock(Call, call_id)
        calls.refuse_published(call_id)
        application = _of_call(application_id, call_id)
        refuse_own_conflict(application_id, account_id)
        if chosen is not None and not reason.strip():
            raise ReasonNeeded
        # No reasons at all: it was withdrawn, or never sent.
        if chosen and ranking.gather(call).reasons.get(application_id) != []:
            raise NotEligible(reference=application.reference or "")
        session.execute(delete(Pin).where(Pin.application_id == application_id))
        if chosen is not None:
            session.add(
                Pin(
                    organisation_id=call.organisation_id,
                    call_id=call_id,
                    application_id=application_id,
                    chosen=chosen,
                    reason=reason.strip()[:1000],
                    told=told.strip()[:1000],
                    pinned_by=actor,
                    pinned_at=clock.now(),
                )
            )
        audit.note(
            "selection.pinned",
            f"application:{application.id}",
            actor=actor,
            series_id=call.series_id,
            detail={
                "chosen": chosen,
                "reason": reason.strip()[:1000],
                "told": told.strip()[:1000],
            },
        )


def waive(
    call_id: int,
    application_id: int,
    codes: list[str],
    *,
    reason: str,
    actor: str,
    account_id: int | None = None,
) -> None:
    """Set reasons of ineligibility aside for one application; an empty list takes that back.

    Raises:
        ReasonNeeded, OwnConflict, AlreadyPublished.
    """
    with transaction():
        call = lock(Call, call_id)
        calls.refuse_published(call_id)
        application = _of_call(application_id, call_id)
        refuse_own_conflict(application_id, account_id)
        if codes and not reason.strip():
            raise ReasonNeeded
        application.waived = sorted(eligibility.CODES.intersection(codes))
        audit.note(
            "eligibility.waived",
            f"application:{application.id}",
            actor=actor,
            series_id=call.series_id,
            detail={"codes": application.waived, "reason": reason.strip()[:1000]},
        )


def refuse_own_conflict(application_id: int, account_id: int | None) -> None:
    """Raises OwnConflict: an organizer with a conflict is out of that application."""
    if account_id is None:
        return
    found = db.session.scalar(
        select(ConflictOfInterest.id).where(
            ConflictOfInterest.application_id == application_id,
            ConflictOfInterest.account_id == account_id,
        )
    )
    if found is not None:
        raise OwnConflict


def _decisions(
    call: Call,
    batch: DecisionBatch,
    found_out: tuple[ranking.Case, table.Table, ranking.Choice],
    actor: str,
) -> list[Decision]:
    case, ranked, made = found_out
    pins = queries.pins_of(call.id)
    readers = {line.candidate.key: line.reviews for line in ranked.lines}
    read = {key for key, count in readers.items() if count}
    scores = ranked.scores
    compared = grounds.choices(case.open_to_choice, scores, case.rule, waitlist=call.waitlist)
    ranks = {key: rank for rank, key in enumerate(made.reserve, start=1)}
    found = []
    for candidate in case.candidates:
        key = int(str(candidate.key))
        reasons, pinned = case.reasons[key], pins.get(key)
        if key in made.chosen:
            outcome = Outcome.ACCEPTED
        elif reasons:
            outcome = Outcome.INELIGIBLE
        else:
            outcome = Outcome.RESERVE if key in ranks else Outcome.DECLINED
        found.append(
            Decision(
                organisation_id=call.organisation_id,
                call_id=call.id,
                application_id=key,
                batch_id=batch.id,
                outcome=outcome,
                rank=ranks.get(key),
                reasons=[{"code": r.code, "facts": r.facts} for r in reasons],
                grounds=grounds.of(key, outcome, compared, pinned=pins, read=read, scored=scores),
                override_reason=pinned.reason if pinned else "",
                overridden_by=pinned.pinned_by if pinned else "",
                told=pinned.told if pinned else "",
                readers=readers[key],
                version=1,
                decided_by=actor,
                decided_at=batch.prepared_at,
            )
        )
    return found


def _of_call(application_id: int, call_id: int) -> Application:
    application = db.session.get(Application, application_id)
    if application is None or application.call_id != call_id:
        raise NotFound(what="application", reference=application_id)
    return application


def _missing_reviews(call_id: int) -> int:
    asked = select(func.count()).select_from(Assignment).where(Assignment.call_id == call_id)
    given = select(func.count()).where(
        Review.call_id == call_id, Review.submitted_at.is_not(None), Review.excluded_at.is_(None)
    )
    return max((db.session.scalar(asked) or 0) - (db.session.scalar(given) or 0), 0)
