"""Problems that somebody decided to live with."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.kernel.db import db


class Waiver(db.Model):
    """A problem accepted, by whom and why.

    It holds for this problem as it was: the fingerprint covers the times, the place and the
    person, so that any of them changing makes the problem stand again.
    """

    __tablename__ = "waiver"
    __table_args__ = (UniqueConstraint("series_id", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    fingerprint: Mapped[str]
    code: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    created_at: Mapped[datetime]
