"""What organizers write to people, to whom it goes, and who wants no more of it."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.domain.programme.models import Series
from eventsapp.kernel.db import TextEnum, db


class Audience(enum.StrEnum):
    """To whom one writes. ``segments`` says who they are."""

    HOLDERS = "holders"
    BUYERS = "buyers"
    GUESTS = "guests"
    APPLICANTS = "applicants"
    JURORS = "jurors"
    TEAM = "team"
    PARTNERS = "partners"


class Purpose(enum.StrEnum):
    """What a message is before the law: about the reader's own ticket, application or task, which
    nobody can unsubscribe from; or news, for those alone who asked for them (law.md L21)."""

    SERVICE = "service"
    NEWS = "news"


class Occasion(enum.StrEnum):
    """When a message of one event leaves by itself."""

    BEFORE = "before"
    AFTER = "after"


class CampaignState(enum.StrEnum):
    DRAFT = "draft"
    SENDING = "sending"
    STOPPED = "stopped"


class Campaign(db.Model):
    """One message to many: whom it is for, and its words in both languages.

    ``people`` counts those it goes to, ``no_address`` rows that nobody can be written to by; both
    grow while the list is made, and ``gathered_at`` says that it is whole.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("people >= 0 AND no_address >= 0", name="counts_not_negative"),
        CheckConstraint("(state = 'draft') = (sent_at IS NULL)", name="draft_until_sent"),
        CheckConstraint("(occasion IS NULL) = (hours IS NULL)", name="hours_of_an_occasion"),
        # One reminder an event, sent once: a moved event has no second one.
        Index(
            "uq_campaign_occasion",
            "event_id",
            "occasion",
            unique=True,
            postgresql_where=text("occasion IS NOT NULL"),
            sqlite_where=text("occasion IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    audience: Mapped[Audience] = mapped_column(TextEnum(Audience, "known_audience"))
    # What narrows the audience; None and "" leave it whole. No foreign keys: what nobody bought may
    # be deleted, and is then nobody's.
    event_id: Mapped[int | None]
    product_id: Mapped[int | None]
    call_id: Mapped[int | None]
    day: Mapped[date | None]
    status: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="")
    entered: Mapped[str] = mapped_column(default="")  # yes, no
    purpose: Mapped[Purpose] = mapped_column(TextEnum(Purpose, "known_purpose"))
    urgent: Mapped[bool] = mapped_column(default=False)
    subject_fr: Mapped[str] = mapped_column(default="")
    subject_en: Mapped[str] = mapped_column(default="")
    body_fr: Mapped[str] = mapped_column(default="")
    body_en: Mapped[str] = mapped_column(default="")
    # Of one that leaves by itself: so many hours before its event begins, or after it ends.
    occasion: Mapped[Occasion | None] = mapped_column(TextEnum(Occasion, "known_occasion"))
    hours: Mapped[int | None]
    enabled: Mapped[bool] = mapped_column(default=False, server_default=false())
    state: Mapped[CampaignState] = mapped_column(
        TextEnum(CampaignState, "known_state"), default=CampaignState.DRAFT
    )
    version: Mapped[int] = mapped_column(default=1)
    people: Mapped[int] = mapped_column(default=0)
    no_address: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str | None]
    gathered_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    # Letters that failed until then are no longer to do.
    failures_seen_at: Mapped[datetime | None]

    series: Mapped[Series] = relationship()


class LeftOut(enum.StrEnum):
    """Why somebody of the audience gets nothing."""

    NO_CONSENT = "no_consent"  # news, and they have not asked for any
    UNSUBSCRIBED = "unsubscribed"
    REFUSED = "refused"  # their mail server refused an earlier message
    GONE = "gone"  # no longer of the audience when the letter was to leave


class Recipient(db.Model):
    """One address of one campaign: whatever is done twice, it is one row and one letter.

    Waiting until one of ``sent_at``, ``failed_at`` and ``left_out`` says what became of it.
    ``source_id`` is the row of the audience (a ticket, an order ...) that it was found by. Name
    and address go after a time (``recipients.forget``).
    """

    __tablename__ = "recipient"
    __table_args__ = (
        UniqueConstraint("campaign_id", "email"),
        Index(
            "ix_recipient_waiting",
            "campaign_id",
            postgresql_where=text("sent_at IS NULL AND failed_at IS NULL AND left_out IS NULL"),
            sqlite_where=text("sent_at IS NULL AND failed_at IS NULL AND left_out IS NULL"),
        ),
        # Few; each portion asks for its addresses, and the desk's first page for the series.
        Index(
            "ix_recipient_failed",
            "series_id",
            "email",
            postgresql_where=text("failed_at IS NOT NULL"),
            sqlite_where=text("failed_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    source_id: Mapped[int]
    email: Mapped[str | None]
    first_name: Mapped[str] = mapped_column(default="")
    locale: Mapped[str]
    left_out: Mapped[LeftOut | None] = mapped_column(TextEnum(LeftOut, "known_left_out"))
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str | None]

    campaign: Mapped[Campaign] = relationship()


class Notice(db.Model):
    """Urgent words on the public pages of a series, or of one event and on its tickets, until a
    time or until they are withdrawn."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_series_id_until_at", "series_id", "until_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    event_id: Mapped[int | None]  # no foreign key: of a deleted event it stands nowhere
    text_fr: Mapped[str]
    text_en: Mapped[str]
    until_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]


class Unsubscription(db.Model):
    """An address that wants no more news of a series, until it asks for them again."""

    __tablename__ = "unsubscription"
    __table_args__ = (UniqueConstraint("series_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    email: Mapped[str]
    at: Mapped[datetime]
