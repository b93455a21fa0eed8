"""A juror's reviews: saved as one goes, submitted when enough criteria are filled in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from eventsapp.domain.selection.calls import calls
from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.domain.selection.jury import queries
from eventsapp.domain.selection.jury.errors import (
    BadScore,
    DeclareFirst,
    NotAssigned,
    ReviewClosed,
    TooFewCriteria,
)
from eventsapp.domain.selection.jury.models import (
    Assignment,
    ConflictOfInterest,
    Juror,
    Review,
    ReviewRevision,
)
from eventsapp.kernel import clock, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import EditedMeanwhile
from eventsapp.kernel.transaction import lock, transaction

LEAST_FILLED = 0.8
LONGEST_COMMENT = 4000


def save(
    juror_id: int,
    application_id: int,
    scores: Mapping[str, int | None],
    *,
    comment: str = "",
    shareable: bool = False,
    submit: bool = False,
    read: int | None = None,
) -> Review:
    """Keep what the juror thinks now; every saving is kept as a revision.

    Args:
        scores: criterion -> level, None or absent for "not assessable", which is not a zero.
        submit: count the review from now on. A submitted review stays submitted.
        read: the revision that the page showed, 0 for none; None does not compare.

    Raises:
        DeclareFirst, NotAssigned, ReviewClosed: the juror may not judge this now.
        BadScore: a level outside the scale.
        TooFewCriteria: less than 80 % of the weights.
        EditedMeanwhile: another tab saved after ``read``.
    """
    now = clock.now()
    with transaction() as session:
        # The call first, as every command does: a review is either in what gets published, or late.
        lock(Call, session.get_one(Juror, juror_id).call_id)
        juror = lock(Juror, juror_id)
        call = may_judge(juror, application_id, at=now)
        clean = _clean(call, scores)
        review = session.scalar(
            select(Review).where(
                Review.juror_id == juror_id, Review.application_id == application_id
            )
        )
        if read is not None and read != (review.revision if review else 0):
            raise EditedMeanwhile(what="review")
        submitted = submit or (review is not None and review.submitted_at is not None)
        filled = filled_weight(clean, call.weights)
        if submitted and filled < LEAST_FILLED - 1e-9:
            raise TooFewCriteria(percent=round(filled * 100))
        if review is None:
            review = Review(
                organisation_id=call.organisation_id,
                call_id=call.id,
                juror_id=juror_id,
                application_id=application_id,
                revision=0,
            )
            session.add(review)
        review.scores = clean
        review.comment = _plain(comment)
        review.shareable = shareable
        review.updated_at = now
        if submitted and review.submitted_at is None:
            review.submitted_at = now
        review.revision += 1
        session.flush()
        _keep_revision(review)
        return review


def _keep_revision(review: Review) -> None:
    with transaction() as session:
        session.add(
            ReviewRevision(
                review_id=review.id,
                number=review.revision,
                scores=review.scores,
                comment=review.comment,
                shareable=review.shareable,
                submitted=review.submitted_at is not None,
                at=review.updated_at,
            )
        )


def may_judge(juror: Juror, application_id: int, *, at: datetime) -> Call:
    """The call, when this juror may write about this application now.

    Raises:
        DeclareFirst, NotAssigned, ReviewClosed.
    """
    may_read(juror, application_id)
    call = juror.call
    if not open_for_review(call, at) or juror.stopped_at is not None:
        raise ReviewClosed
    return call


def may_read(juror: Juror, application_id: int) -> None:
    """Raises DeclareFirst or NotAssigned; a conflict hides the application altogether."""
    if juror.declared_at is None:
        raise DeclareFirst
    assigned = db.session.scalar(
        select(Assignment.id)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.juror_id == juror.id,
            Assignment.application_id == application_id,
            Application.state == ApplicationState.SUBMITTED,
        )
    )
    conflict = db.session.scalar(
        select(ConflictOfInterest.id).where(
            ConflictOfInterest.application_id == application_id,
            ConflictOfInterest.account_id == juror.account_id,
        )
    )
    if assigned is None or conflict is not None:
        raise NotAssigned


def open_for_review(call: Call, at: datetime) -> bool:
    """Between the two instants of the calendar, and not once decisions are out."""
    if not call.review_from <= at <= call.review_until or calls.accepts(call, at):
        return False
    return not calls.published(call.id)


def yet_to_open(call: Call, at: datetime) -> bool:
    """Whether the jury's time is still to come; what is not open is otherwise over."""
    return at < call.review_from or calls.accepts(call, at)


def may_come(call: Call, at: datetime) -> bool:
    """Whether a review that is missing may still be written, now or later."""
    return yet_to_open(call, at) or open_for_review(call, at)


def left_to_read(juror: Juror, *, at: datetime) -> int:
    """How many applications wait for this juror; 0 once nothing can be written any more."""
    call = juror.call
    if juror.stopped_at is not None or at > call.review_until or calls.published(call.id):
        return 0
    return sum(not task.done for task in queries.tasks_of(juror))


def filled_weight(scores: dict[str, float | None], weights: dict[str, float]) -> float:
    """Return the share (0..1) of the weights that a review fills in."""
    filled = sum(w for name, w in weights.items() if scores.get(name) is not None)
    whole = sum(weights.values())
    # Without any weight nothing is filled in: a review that counts nowhere, not a crash.
    return filled / whole if whole > 0 else 0.0


def _clean(call: Call, scores: Mapping[str, int | None]) -> dict[str, Any]:
    for criterion, level in scores.items():
        if criterion not in call.weights:
            raise BadScore(criterion=criterion[:60])
        if level is not None and not call.scale_least <= level <= call.scale_most:
            raise BadScore(criterion=criterion)
    return {name: scores.get(name) for name in call.weights}


def _plain(comment: str) -> str:
    return spelling.clean(comment).strip()[:LONGEST_COMMENT]
