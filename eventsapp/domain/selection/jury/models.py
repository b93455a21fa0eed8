"""Who reads what, and what they said."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.domain.accounts.models import Account
from eventsapp.domain.selection.calls.models import Call
from eventsapp.kernel.db import db


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
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    declared_at: Mapped[datetime | None]
    # Replaced in mid-phase: reviews given stay, the rest of the list went to somebody else.
    stopped_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(lazy="joined")
    account: Mapped[Account] = relationship(lazy="joined", foreign_keys=account_id)
    invited_by: Mapped[Account | None] = relationship(foreign_keys=invited_by_id)


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
