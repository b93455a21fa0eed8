"""What tells events apart beside their subject: tags of the series, and who supports an event."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.kernel.db import db


class Tag(db.Model):
    """A word of the series by which the programme can be narrowed; an event may have several."""

    __tablename__ = "tag"
    __table_args__ = (UniqueConstraint("series_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    slug: Mapped[str]
    name_fr: Mapped[str]
    name_en: Mapped[str]


class EventTag(db.Model):
    """A tag on an event."""

    __tablename__ = "event_tag"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True, index=True)


class EventSponsor(db.Model):
    """A partner of the series that supports an event."""

    __tablename__ = "event_sponsor"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), primary_key=True, index=True)
