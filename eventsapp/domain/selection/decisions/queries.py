"""Decisions and offers, read for pages and letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eventsapp.domain.selection.calls.models import Application, Call, DecisionBatch
from eventsapp.domain.selection.decisions import feedback
from eventsapp.domain.selection.decisions.models import Decision, Offer
from eventsapp.domain.selection.jury.models import Review
from eventsapp.domain.selection.ranking.models import Pin
from eventsapp.kernel.db import db


def pin_of(application_id: int) -> Pin | None:
    return db.session.scalar(select(Pin).where(Pin.application_id == application_id))


def pins_of(call_id: int) -> dict[int, Pin]:
    """application id -> what was decided by hand about it."""
    found = db.session.scalars(select(Pin).where(Pin.call_id == call_id))
    return {pin.application_id: pin for pin in found}


def published(call_id: int) -> DecisionBatch | None:
    return db.session.scalar(
        select(DecisionBatch).where(
            DecisionBatch.call_id == call_id, DecisionBatch.published_at.is_not(None)
        )
    )


def published_among(series_id: int) -> set[int]:
    """Ids of the series' calls whose decisions are out."""
    return set(
        db.session.scalars(
            select(DecisionBatch.call_id)
            .join(Call, Call.id == DecisionBatch.call_id)
            .where(Call.series_id == series_id, DecisionBatch.published_at.is_not(None))
        )
    )


def prepared(call_id: int) -> DecisionBatch | None:
    """The batch of the call, published or not."""
    return db.session.scalar(select(DecisionBatch).where(DecisionBatch.call_id == call_id))


def visible_decision(application_id: int) -> Decision | None:
    """The applicant's decision, once it is published."""
    return db.session.scalar(
        select(Decision)
        .join(DecisionBatch, DecisionBatch.id == Decision.batch_id)
        .where(Decision.application_id == application_id, DecisionBatch.published_at.is_not(None))
    )


def offer_of(application_id: int) -> Offer | None:
    return db.session.scalar(select(Offer).where(Offer.application_id == application_id))


def decisions_of(call_id: int) -> list[Decision]:
    return list(
        db.session.scalars(
            select(Decision)
            .join(Application, Application.id == Decision.application_id)
            .where(Decision.call_id == call_id)
            .options(selectinload(Decision.application))
            .order_by(Application.number)
        )
    )


def offers_of(call_id: int) -> dict[int, Offer]:
    found = db.session.scalars(select(Offer).where(Offer.call_id == call_id))
    return {offer.application_id: offer for offer in found}


@dataclass(frozen=True)
class Feedback:
    criteria: list[feedback.CriterionFeedback]
    comments: list[str]


def feedback_for(application: Application) -> Feedback:
    """What the letter of a decision says about the reviews."""
    rows = db.session.execute(
        select(Review.application_id, Review.scores, Review.comment, Review.shareable).where(
            Review.call_id == application.call_id,
            Review.submitted_at.is_not(None),
            Review.excluded_at.is_(None),
        )
    ).all()
    groups: dict[int, list[Any]] = {}
    comments = []
    for application_id, scores, comment, shareable in rows:
        groups.setdefault(application_id, []).append(scores)
        if application_id == application.id and shareable and comment:
            comments.append(comment)
    names = [criterion["id"] for criterion in application.call.criteria]
    own: Sequence[Any] = groups.get(application.id, [])
    return Feedback(feedback.by_criterion(own, groups.values(), names), comments)


def letters_of_batch(batch_id: int) -> list[tuple[int, int, int]]:
    """(decision id, application id, version) of the decisions of a batch as they were published;
    one that was promoted from the reserve since has the letter of its offer."""
    rows = db.session.execute(
        select(Decision.id, Decision.application_id, Decision.version).where(
            Decision.batch_id == batch_id, Decision.version == 1
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]
