"""Questionnaires and their answers: one shape for applications, attendees and partners."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.kernel.db import db


class QuestionSet(db.Model):
    """A form as data (``fields.read``). Never edited: a changed form is a new set, so that old
    answers are always read with the questions that were asked."""

    __tablename__ = "question_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    questions: Mapped[list[Any]]
    created_at: Mapped[datetime]


class AnswerSheet(db.Model):
    """The answers of one person to one question set. ``version`` counts the savings."""

    __tablename__ = "answer_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    question_set_id: Mapped[int] = mapped_column(ForeignKey("question_set.id"))
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]

    question_set: Mapped[QuestionSet] = relationship(lazy="joined")
    answers: Mapped[list["Answer"]] = relationship(
        back_populates="sheet", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def values(self) -> dict[str, Any]:
        """question id -> value."""
        return {answer.question: answer.value["is"] for answer in self.answers}


class Answer(db.Model):
    """One answer. ``value`` is ``{"is": …}``; ``retention`` says when it is erased."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("sheet_id", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("answer_sheet.id", ondelete="CASCADE"))
    question: Mapped[str]
    value: Mapped[dict[str, Any]]
    retention: Mapped[str]

    sheet: Mapped[AnswerSheet] = relationship(back_populates="answers")


class UploadedFile(db.Model):
    """A file somebody sent, kept under a random key. Unlinked ones go after a day."""

    __tablename__ = "uploaded_file"
    __table_args__ = (CheckConstraint("size >= 0", name="size_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("answer_sheet.id"), index=True)
    question: Mapped[str | None]
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
