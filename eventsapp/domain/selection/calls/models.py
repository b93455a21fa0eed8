"""Calls and the applications to them."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
