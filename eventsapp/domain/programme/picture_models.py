"""Pictures of events, people and partners as rows; ``gateways.pictures`` has their files."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.kernel.db import db

ONE_SUBJECT = (
    "(event_id IS NOT NULL AND person_id IS NULL AND partner_id IS NULL) OR "
    "(event_id IS NULL AND person_id IS NOT NULL AND partner_id IS NULL) OR "
    "(event_id IS NULL AND person_id IS NULL AND partner_id IS NOT NULL)"
)


class Picture(db.Model):
    """A picture of one event, one person or one partner. The draft shows the one that was not
    taken off; the others can be put back until their files go."""

    __tablename__ = "picture"
    __table_args__ = (
        CheckConstraint(ONE_SUBJECT, name="one_subject"),
        CheckConstraint("focus_x BETWEEN 0 AND 100", name="focus_x_percent"),
        CheckConstraint("focus_y BETWEEN 0 AND 100", name="focus_y_percent"),
        CheckConstraint("alt_fr <> '' AND alt_en <> ''", name="described"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    # Of the largest file.
    width: Mapped[int]
    height: Mapped[int]
    alt_fr: Mapped[str]
    alt_en: Mapped[str]
    # What stays in sight when it is cut, in percent from the left and from the top.
    focus_x: Mapped[int] = mapped_column(default=50)
    focus_y: Mapped[int] = mapped_column(default=50)
    created_at: Mapped[datetime]
    taken_off_at: Mapped[datetime | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
