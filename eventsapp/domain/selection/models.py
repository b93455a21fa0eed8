"""Calls for applications: the call, who applies, who judges, what is decided."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.domain.accounts.models import Account
from eventsapp.domain.programme.models import Series
from eventsapp.domain.questions.models import AnswerSheet, QuestionSet
from eventsapp.kernel.db import TextEnum, db


class Call(db.Model):
    """A call with its calendar, criteria and rule, all published before the first application.

    ``accepts_until`` is the deadline with its grace: the last second in which an application is
    taken. ``last_number`` numbers the submitted applications; taking a number checks the deadline
    in the same statement, so that nothing slips in after it.
    """

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("series_id", "slug"),
        CheckConstraint("places > 0", name="some_places"),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint("closes_at <= accepts_until", name="grace_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    question_set_id: Mapped[int] = mapped_column(ForeignKey("question_set.id"))
    slug: Mapped[str]
    title_fr: Mapped[str]
    title_en: Mapped[str]
    summary_fr: Mapped[str] = mapped_column(default="")
    summary_en: Mapped[str] = mapped_column(default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    accepts_until: Mapped[datetime]
    review_from: Mapped[datetime]
    review_until: Mapped[datetime]
    deliberation_at: Mapped[datetime]
    notified_at: Mapped[datetime]
    confirm_until: Mapped[datetime]
    # The last instant at which a freed place may still be offered to the reserve.
    offers_until: Mapped[datetime]
    places: Mapped[int]
    waitlist: Mapped[int] = mapped_column(default=0)
    reviews_each: Mapped[int] = mapped_column(default=3)
    # [{"id", "weight", "label": {fr, en}, "hint": {fr, en}, "anchors": {"1": {fr, en}, …}}]
    criteria: Mapped[list[Any]]
    scale_least: Mapped[int] = mapped_column(default=1)
    scale_most: Mapped[int] = mapped_column(default=5)
    rule: Mapped[dict[str, Any]]
    conditions: Mapped[dict[str, Any]]
    seed: Mapped[int] = mapped_column(default=1)
    last_number: Mapped[int] = mapped_column(default=0)

    series: Mapped[Series] = relationship(lazy="joined")
    question_set: Mapped[QuestionSet] = relationship(lazy="joined")

    @property
    def weights(self) -> dict[str, float]:
        return {criterion["id"]: float(criterion["weight"]) for criterion in self.criteria}


class ApplicationState(enum.StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class Application(db.Model):
    """One application. ``secret`` is the applicant's link; whoever holds it may act.

    ``company_folded`` repeats an answer for the search of duplicates. ``waived`` lists reasons of
    ineligibility that a person set aside; eligibility itself is computed, never stored.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="numbered_once_submitted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("answer_sheet.id"))
    number: Mapped[int | None]
    reference: Mapped[str | None]
    secret: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]
    locale: Mapped[str] = mapped_column(default="fr")
    state: Mapped[ApplicationState] = mapped_column(
        TextEnum(ApplicationState, "known_state"), default=ApplicationState.DRAFT
    )
    company: Mapped[str] = mapped_column(default="")
    company_folded: Mapped[str] = mapped_column(default="", index=True)
    domain: Mapped[str | None]
    waived: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(lazy="joined")
    sheet: Mapped[AnswerSheet] = relationship()


class Juror(db.Model):
    """An account that judges one call. Nothing is shown before ``declared_at``."""

    __tablename__ = "juror"
    __table_args__ = (UniqueConstraint("call_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    reference: Mapped[str | None]
    title: Mapped[str] = mapped_column(default="")
    invited_at: Mapped[datetime]
    declared_at: Mapped[datetime | None]
    # Replaced in mid-phase: reviews given stay, the rest of the list went to somebody else.
    stopped_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(lazy="joined")
    account: Mapped[Account] = relationship(lazy="joined")


class ConflictOfInterest(db.Model):
    """Somebody (juror or organizer) may not see or judge an application."""

    __tablename__ = "conflict_of_interest"
    __table_args__ = (UniqueConstraint("application_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    reason: Mapped[str] = mapped_column(default="")
    declared_at: Mapped[datetime]


class Assignment(db.Model):
    """This juror reads this application, at this place of his list."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("juror_id", "application_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    juror_id: Mapped[int] = mapped_column(ForeignKey("juror.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    position: Mapped[int]


class Review(db.Model):
    """What a juror thinks now: criterion -> level, or None for "not assessable".

    ``submitted_at`` None is a begun review that counts nowhere. Every saving is kept in
    ``ReviewRevision``.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("juror_id", "application_id"),
        Index("ix_review_call_submitted", "call_id", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    juror_id: Mapped[int] = mapped_column(ForeignKey("juror.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    scores: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(default="")
    shareable: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    # Set when a conflict was declared after the review: kept for the audit, counted nowhere.
    excluded_at: Mapped[datetime | None]


class ReviewRevision(db.Model):
    """One saving of a review, append-only."""

    __tablename__ = "review_revision"
    __table_args__ = (UniqueConstraint("review_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    number: Mapped[int]
    scores: Mapped[dict[str, Any]]
    comment: Mapped[str]
    shareable: Mapped[bool]
    submitted: Mapped[bool]
    at: Mapped[datetime]


class Outcome(enum.StrEnum):
    ACCEPTED = "accepted"
    RESERVE = "reserve"
    DECLINED = "declined"
    INELIGIBLE = "ineligible"


class Pin(db.Model):
    """A person overrides the rule for one application, and says why."""

    __tablename__ = "selection_pin"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    # True: chosen whatever the rule says; False: not chosen.
    chosen: Mapped[bool]
    reason: Mapped[str]
    pinned_by: Mapped[str]
    pinned_at: Mapped[datetime]


class DecisionBatch(db.Model):
    """Decisions that are prepared and published together.

    Applicants see nothing while ``published_at`` is empty; setting it shows all of them at once.
    ``snapshot`` holds what is needed to compute the choice again.
    """

    __tablename__ = "decision_batch"
    __table_args__ = (UniqueConstraint("call_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    number: Mapped[int]
    prepared_at: Mapped[datetime]
    prepared_by: Mapped[str]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]
    # {"seed", "digest" of the reviews and eligibility, "rule", "calibrated"}
    snapshot: Mapped[dict[str, Any]]


class Decision(db.Model):
    """What is decided about an application; the applicant sees it once its batch is published."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("decision_batch.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(TextEnum(Outcome, "known_outcome"))
    # Place in the reserve, from 1; the order in which freed places are offered.
    rank: Mapped[int | None]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    override_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]

    application: Mapped[Application] = relationship()
    batch: Mapped[DecisionBatch] = relationship(lazy="joined")


class OfferState(enum.StrEnum):
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    EXPIRED = "expired"


class Offer(db.Model):
    """A place offered to an application. Offered and confirmed ones use a place.

    One per application for ever: who refused or let it expire is not asked again.
    """

    __tablename__ = "offer"
    __table_args__ = (Index("ix_offer_call_state", "call_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    state: Mapped[OfferState] = mapped_column(
        TextEnum(OfferState, "known_state"), default=OfferState.OFFERED
    )
    from_reserve: Mapped[bool] = mapped_column(default=False)
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
