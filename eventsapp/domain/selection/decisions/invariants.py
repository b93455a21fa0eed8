"""What must always hold in a selection; ``doctor`` prints the counts and fails above zero."""

from sqlalchemy import func, select

from eventsapp.domain.selection.calls.models import (
    Application,
    ApplicationState,
    Call,
    DecisionBatch,
)
from eventsapp.domain.selection.decisions.models import Decision, Offer, OfferState, Outcome
from eventsapp.domain.selection.jury.models import Review, ReviewRevision
from eventsapp.kernel.db import db


def broken() -> dict[str, int]:
    """Invariant -> how many rows break it; all zero in a healthy database."""
    return {
        "offers stay within the places of a call": _more_offers_than_places(),
        "accepted applications have an offer": _accepted_without_offer(),
        "applications of a published call have their decision": _answered_partly(),
        "reviews have their history": _reviews_without_revision(),
    }


def _more_offers_than_places() -> int:
    used = (
        select(Offer.call_id, func.count().label("used"))
        .where(Offer.state.in_([OfferState.OFFERED, OfferState.CONFIRMED]))
        .group_by(Offer.call_id)
        .subquery()
    )
    over = select(func.count()).join_from(Call, used, used.c.call_id == Call.id)
    return db.session.scalar(over.where(used.c.used > Call.places)) or 0


def _accepted_without_offer() -> int:
    lonely = (
        select(func.count())
        .select_from(Decision)
        .join(DecisionBatch, DecisionBatch.id == Decision.batch_id)
        .outerjoin(Offer, Offer.application_id == Decision.application_id)
        .where(
            Decision.outcome == Outcome.ACCEPTED,
            DecisionBatch.published_at.is_not(None),
            Offer.id.is_(None),
        )
    )
    return db.session.scalar(lonely) or 0


def _answered_partly() -> int:
    """Submitted applications without a decision in a call whose decisions are out."""
    partly = (
        select(func.count())
        .select_from(Application)
        .join(DecisionBatch, DecisionBatch.call_id == Application.call_id)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(
            DecisionBatch.published_at.is_not(None),
            Application.state == ApplicationState.SUBMITTED,
            Decision.id.is_(None),
        )
    )
    return db.session.scalar(partly) or 0


def _reviews_without_revision() -> int:
    orphans = (
        select(func.count())
        .select_from(Review)
        .outerjoin(
            ReviewRevision,
            (ReviewRevision.review_id == Review.id) & (ReviewRevision.number == Review.revision),
        )
        .where(ReviewRevision.id.is_(None))
    )
    return db.session.scalar(orphans) or 0
