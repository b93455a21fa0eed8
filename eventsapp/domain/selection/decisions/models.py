"""What was decided, and the places offered."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.domain.selection.calls.models import Application, DecisionBatch
from eventsapp.kernel.db import TextEnum, db


class Outcome(enum.StrEnum):
    ACCEPTED = "accepted"
    RESERVE = "reserve"
    DECLINED = "declined"
    INELIGIBLE = "ineligible"


class Grounds(enum.StrEnum):
    """What an outcome rests on: who a letter may name."""

    JURY = "jury"  # the order of the scores alone
    RULE = "rule"  # a limit or a first place of the call's rule
    HAND = "hand"  # a person, by an override of this application
    DISPLACED = "displaced"  # a person, by an override of another one
    CONDITIONS = "conditions"  # not eligible
    UNREAD = "unread"  # nobody could read it
    APART = "apart"  # read, but nothing links its scores to the others
    FREED = "freed"  # a place that came back, offered to the reserve


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
    grounds: Mapped[Grounds] = mapped_column(TextEnum(Grounds, "known_grounds"))
    override_reason: Mapped[str] = mapped_column(default="")
    overridden_by: Mapped[str] = mapped_column(default="")
    # What the override says to the applicant; ``override_reason`` stays with the team.
    told: Mapped[str] = mapped_column(default="")
    # Reviews that counted when it was decided.
    readers: Mapped[int] = mapped_column(default=0)
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
