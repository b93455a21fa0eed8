"""Reading what was answered: what is missing, what is wrong, what is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from eventsapp.domain.questions import fields
from eventsapp.domain.questions.fields import WORDING, Problem
from eventsapp.domain.ticketing.asking import drafts, values
from eventsapp.domain.ticketing.asking.concern import Place, Plan, Seat
from eventsapp.domain.ticketing.asking.drafts import name_of
from eventsapp.domain.ticketing.asking.errors import AnswersMissing
from eventsapp.domain.ticketing.asking.models import AskedQuestion, GivenAnswer, Kind
from eventsapp.kernel import clock, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import pick
from eventsapp.kernel.memory import Brief

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Typed:
    """What came: by the name of the input, or (from programs) by the key of the question."""

    order: Raw = field(default_factory=dict)
    seats: Mapping[Place, Raw] = field(default_factory=dict)
    by_key: bool = False
    # Question id -> the text that this person consented to before, where it still stands.
    standing: Mapping[int, int] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not self.order and not any(self.seats.values())

    def of(self, at: Place | None) -> Raw:
        return self.order if at is None else self.seats.get(at, {})

    def texts(self, question: AskedQuestion) -> set[str]:
        """The texts that a consent given now may be about."""
        return {str(question.wording), str(self.standing.get(question.id, question.wording))}

    def name(self, question: AskedQuestion) -> str:
        return question.key if self.by_key else name_of(question.id)


NOTHING = Typed()


@dataclass(frozen=True)
class Given:
    """An answer to keep; ``at`` None for one of the order."""

    question: AskedQuestion
    at: Place | None
    value: str
    wording: int | None


@dataclass(frozen=True)
class Read:
    """The answers, and the problems, each with the question and the place it is about."""

    given: list[Given]
    problems: list[tuple[AskedQuestion | None, Place | None, Problem]]

    def refuse(self) -> None:
        """Raises AnswersMissing when something is wrong."""
        if self.problems:
            questions = [one for one, _at, _problem in self.problems if one is not None]
            labels = dict.fromkeys(pick(one.label_fr, one.label_en) for one in questions)
            raise AnswersMissing(
                questions=", ".join(labels) or "?",
                problems=[_plain(*found) for found in self.problems],
            )


#: (database, series) that asks nothing, as was seen some seconds ago: most series, and a sale is
#: not to read for them. A question reaches every process within this time.
_silent: Brief[bool] = Brief(5)
#: The same of a series where no question ever stood, closed ones included.
_unasked: Brief[bool] = Brief(5)


def asks_nothing(series_id: int) -> bool:
    """Whether it was seen a moment ago that nothing is asked in this series."""
    return _silent.get(_place(series_id)) is not None


def speak() -> None:
    """A question was just written: this process asks it from now on."""
    _silent.forget()
    _unasked.forget()


def ever_asked(series_id: int) -> Sequence[AskedQuestion]:
    """All questions of a series, closed ones too; not read again where there was none a moment
    ago."""
    if _unasked.get(_place(series_id)) is not None:
        return []
    rows = db.session.scalars(
        select(AskedQuestion).where(AskedQuestion.series_id == series_id)
    ).all()
    if not rows:
        _unasked.keep(_place(series_id), True)
    return rows


def _place(series_id: int) -> tuple[str, int]:
    return str(db.engine.url), series_id


def open_questions(session: Session, series_id: int) -> list[AskedQuestion]:
    """What is asked now, kept so until the end of the transaction: an editor of one of them waits,
    and finds that it was answered."""
    rows = session.scalars(
        select(AskedQuestion)
        .where(AskedQuestion.series_id == series_id, AskedQuestion.closed_at.is_(None))
        .order_by(AskedQuestion.id)
        .with_for_update(read=True, key_share=True)
    ).all()
    if not rows:
        _silent.keep(_place(series_id), True)
    return drafts.in_order(rows)


def read(
    plan: Plan,
    typed: Typed,
    names: Mapping[Place, str],
    *,
    known: Mapping[str, Any] | None = None,
) -> Read:
    """Check what came for a basket.

    Args:
        known: answers given before that conditions may read, by the name of their input.
        names: who has each place. An empty answer of somebody who was asked before stands for the
            same answer; of somebody with another name it is none.
    """
    found = Read([], [])
    known = {**(known or {}), **_subject(found, plan.order, None, typed.order, typed, known)}
    for at, seat in plan.seats.items():
        raw = dict(typed.of(at))
        if seat.first is not None and _same(names.get(seat.first, ""), names.get(at, "")):
            raw = _answered_before(seat, raw, typed.of(seat.first), typed)
        _subject(found, seat.questions, at, raw, typed, known)
    if typed.by_key:
        _refuse_unknown(found, plan, typed)
    return found


def _same(first: str, second: str) -> bool:
    return not second or spelling.fold(first) == spelling.fold(second)


def _answered_before(seat: Seat, raw: Raw, first: Raw, typed: Typed) -> dict[str, Any]:
    """The answers that the person gave at the first place, where nothing else is said here."""
    filled = dict(raw)
    for question in seat.questions:
        name = typed.name(question)
        if question.id in seat.again and not raw.get(name):
            filled |= {one: first[one] for one in (name, name + WORDING) if one in first}
    return filled


def _subject(
    found: Read,
    questions: Sequence[AskedQuestion],
    at: Place | None,
    raw: Raw,
    typed: Typed,
    known: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Check the answers of the order or of one place; returns their values for conditions."""
    by_name = {name_of(one.id): one for one in questions}
    taken = {name: raw.get(typed.name(one)) for name, one in by_name.items()}
    checked = fields.check([drafts.as_field(one) for one in questions], taken, known=known)
    for problem in checked.problems:
        found.problems.append((by_name[problem.field], at, problem))
    for name, value in checked.values.items():
        question = by_name[name]
        shown = raw.get(typed.name(question) + WORDING)
        if (
            question.kind is Kind.CONSENT
            and shown is not None
            and shown not in typed.texts(question)
        ):
            found.problems.append((question, at, Problem(name, "text_changed")))
            continue
        wording = question.wording if question.kind is Kind.CONSENT else None
        found.given.append(Given(question, at, values.stored(question.kind, value), wording))
    return checked.values


def _refuse_unknown(found: Read, plan: Plan, typed: Typed) -> None:
    """A program that answers what is not asked has another questionnaire in mind."""
    asked = {None: {one.key for one in plan.order}} | {
        at: {one.key for one in seat.questions} for at, seat in plan.seats.items()
    }
    for at in (None, *typed.seats):
        for name in typed.of(at):
            if name not in asked.get(at, set()):
                found.problems.append((None, at, Problem(str(name)[:80], "not_asked")))


def _plain(question: AskedQuestion | None, at: Place | None, problem: Problem) -> dict[str, Any]:
    suffix = f"-{at[0]}-{at[1]}" if at is not None else ""
    return {
        "field": problem.field + suffix,
        "question": question.key if question is not None else problem.field,
        "line": at[0] if at is not None else None,
        "attendee": at[1] if at is not None else None,
        "code": problem.code,
        **problem.facts,
    }


def write(session: Session, order_id: int, line_ids: Sequence[int], given: Sequence[Given]) -> None:
    """Keep the answers of a new order. ``line_ids``: of its lines, by their position."""
    if given:
        now = clock.now()
        session.execute(
            insert(GivenAnswer),
            [
                {
                    "question_id": one.question.id,
                    "order_id": order_id,
                    "hold_line_id": line_ids[one.at[0]] if one.at is not None else None,
                    "place": one.at[1] if one.at is not None else None,
                    "value": one.value,
                    "wording": one.wording,
                    "answered_at": now,
                }
                for one in given
            ],
        )
