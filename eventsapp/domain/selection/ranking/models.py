"""What organizers decided by hand, before the rule does."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.kernel.db import db


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
    # The reason in words for the applicant; empty: the letter says how to ask for it.
    told: Mapped[str] = mapped_column(default="")
    pinned_by: Mapped[str]
    pinned_at: Mapped[datetime]
