"""What buyers and attendees are asked, and what they answered."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.kernel.db import TextEnum, db


class Kind(enum.StrEnum):
    """How a question is answered."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    DATE = "date"
    CONSENT = "consent"


class Class(enum.StrEnum):
    """What an answer is before the law: who reads it, and until when."""

    ORDINARY = "ordinary"
    SENSITIVE = "sensitive"
    CONSENT = "consent"


class AskedQuestion(db.Model):
    """One question, asked with every order of the series, of one event or with one tariff.

    At most one of ``event_id`` and ``product_id`` is set; neither for the whole series. ``key``
    names it in files and to programs. ``wording`` counts the texts of a consent (``AskedWording``).
    """

    __tablename__ = "asked_question"
    __table_args__ = (
        UniqueConstraint("series_id", "key"),
        CheckConstraint("event_id IS NULL OR product_id IS NULL", name="one_scope"),
        # A consent is its own class, and nobody is made to give it.
        CheckConstraint("(kind = 'consent') = (category = 'consent')", name="consent_is_consent"),
        CheckConstraint("NOT (required AND kind = 'consent')", name="consent_is_free"),
        CheckConstraint("NOT (at_door AND category = 'sensitive')", name="sensitive_not_at_door"),
        CheckConstraint("wording >= 1", name="wording_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    key: Mapped[str]
    position: Mapped[int]
    kind: Mapped[Kind] = mapped_column(TextEnum(Kind, "known_kind"))
    category: Mapped[Class] = mapped_column(TextEnum(Class, "known_category"))
    # Once for the order, or for each ticket.
    per_order: Mapped[bool]
    required: Mapped[bool]
    at_door: Mapped[bool]
    label_fr: Mapped[str]
    label_en: Mapped[str]
    hint_fr: Mapped[str]
    hint_en: Mapped[str]
    # Choices and limits, as ``questions.fields.read`` takes them.
    terms: Mapped[dict[str, Any]]
    # The earlier question and those of its choices under which this one is asked.
    when_id: Mapped[int | None] = mapped_column(ForeignKey("asked_question.id"))
    when_choices: Mapped[list[Any] | None]
    wording: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    @property
    def level(self) -> int:
        """Questions of the series come first, then those of the event, then of the tariff."""
        return 2 if self.product_id is not None else 1 if self.event_id is not None else 0


class AskedWording(db.Model):
    """A text that people consented to. Never changed: another text is another row."""

    __tablename__ = "asked_wording"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("asked_question.id", ondelete="CASCADE"))
    number: Mapped[int]
    label_fr: Mapped[str]
    label_en: Mapped[str]
    hint_fr: Mapped[str]
    hint_en: Mapped[str]
    created_at: Mapped[datetime]


class GivenAnswer(db.Model):
    """One answer in an order: its own, or that of one place of one of its lines.

    A ticket and its answers are of the same line and place: answers wait so for the tickets, which
    come with the money. ``value`` is text whatever the kind (``values``): it is counted and sorted.
    """

    __tablename__ = "given_answer"
    __table_args__ = (
        CheckConstraint("(hold_line_id IS NULL) = (place IS NULL)", name="line_with_place"),
        Index(
            "uq_given_answer_order",
            "order_id",
            "question_id",
            unique=True,
            sqlite_where=text("hold_line_id IS NULL"),
            postgresql_where=text("hold_line_id IS NULL"),
        ),
        UniqueConstraint("hold_line_id", "place", "question_id"),
        Index("ix_given_answer_question_id", "question_id"),
        Index("ix_given_answer_order_id", "order_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("asked_question.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    hold_line_id: Mapped[int | None] = mapped_column(ForeignKey("hold_line.id"))
    place: Mapped[int | None]
    value: Mapped[str]
    # Of the text that was shown beside a consent.
    wording: Mapped[int | None]
    answered_at: Mapped[datetime]
