"""What an order is asked and answers: at the checkout, by programs, and on its own page after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from eventsapp.domain.programme.models import Slot
from eventsapp.domain.questions import fields
from eventsapp.domain.ticketing.asking import answering, concern, drafts, values, words
from eventsapp.domain.ticketing.asking.answering import Given, Raw, Typed
from eventsapp.domain.ticketing.asking.concern import Bought, Plan
from eventsapp.domain.ticketing.asking.errors import AnswersOver
from eventsapp.domain.ticketing.asking.models import (
    AskedQuestion,
    AskedWording,
    GivenAnswer,
    Kind,
)
from eventsapp.domain.ticketing.catalogue.models import ProductAdmission, ProductKind
from eventsapp.domain.ticketing.sales.models import (
    Admission,
    Hold,
    HoldLine,
    Order,
    OrderStatus,
    Ticket,
    TicketStatus,
)
from eventsapp.domain.ticketing.sales.orders import AWAITING, Draft
from eventsapp.kernel import audit, clock
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import lock, transaction

#: Of an answer: its line and its place; neither for one of the order.
Spot = tuple[int | None, int | None]


def of_hold(hold: Hold) -> Plan:
    """What a basket is asked. One statement, and one more where it holds a pass."""
    questions = [one for one in answering.ever_asked(hold.series_id) if one.closed_at is None]
    if not questions:
        return Plan([])
    return concern.plan(drafts.in_order(questions), _bought(hold.lines))


def check(session: Session, draft: Draft, typed: Typed) -> list[Given]:
    """The answers of an order that is about to be written.

    Raises:
        AnswersMissing: with the problems.
    """
    if typed.empty and answering.asks_nothing(draft.series_id):
        return []
    questions = answering.open_questions(session, draft.series_id)
    lines = [
        Bought(
            line.product_id,
            tuple(event.event_id for event in draft.offers[line.product_id].events),
            line.quantity * draft.offers[line.product_id].tickets_per_unit,
            named=draft.offers[line.product_id].kind != ProductKind.ADD_ON,
        )
        for line in draft.lines
    ]
    names = {
        (line, place): f"{person.first_name} {person.last_name}".strip()
        for line, people in enumerate(draft.attendees)
        for place, person in enumerate(people)
    }
    read = answering.read(concern.plan(questions, lines), typed, names)
    read.refuse()
    return read.given


@dataclass(frozen=True)
class Sheet:
    """The answers of an order or of one of its tickets, as its page shows them.

    Attributes:
        questions: what is asked now, and what was answered before it was closed.
        typed: the values as the inputs take them, by their name.
        stored: the values as they are kept, by question.
        known: all answers that conditions of these questions may read.
        texts: the texts that this person consented to, where another one is shown by now.
        over: the event has begun; only consents may change.
    """

    questions: Sequence[AskedQuestion]
    typed: Mapping[str, Any]
    stored: Mapping[int, str]
    known: Mapping[str, Any]
    texts: Mapping[int, AskedWording]
    over: bool

    @property
    def open(self) -> list[AskedQuestion]:
        """Those that may be answered now."""
        return [one for one in self.questions if not self.over or one.kind is Kind.CONSENT]

    def told(self) -> list[tuple[str, str]]:
        """(question, answer) of what can only be read now, in the reader's language."""
        closed = [one for one in self.questions if one not in self.open and one.id in self.stored]
        return [(words.label(one), words.spoken(one, self.stored[one.id])) for one in closed]

    def as_fields(self) -> list[fields.Question]:
        """Of the open ones. Beside a consent that stands is the text that it was given to."""
        return [self._field(one) for one in self.open]

    def _field(self, question: AskedQuestion) -> fields.Question:
        read, text = drafts.as_field(question), self.texts.get(question.id)
        if text is None:
            return read
        label = {"fr": text.label_fr, "en": text.label_en}
        hint = {"fr": text.hint_fr, "en": text.hint_en}
        return replace(read, label=label, hint=hint, wording=text.number)


def sheets(order: Order) -> dict[int | None, Sheet]:
    """Ticket id -> its answers, None for those of the order. Valid tickets of an order that stands;
    no sheet where nothing is asked. A handful of statements, whatever the number of tickets."""
    if order.status not in (*AWAITING, OrderStatus.PAID):
        return {}
    questions = _questions_of(order)
    if not questions:
        return {}
    answers = _answers_of(order.id)
    texts = _older_texts(questions, answers)
    begins = _begins(order.id)
    plan = concern.plan(questions, _bought(order.hold.lines))
    positions = {line.id: number for number, line in enumerate(order.hold.lines)}
    last = max(begins.values(), default=None)

    def sheet(asked: Sequence[AskedQuestion], at: Spot, over: bool) -> Sheet:
        return _sheet(asked, questions, answers, texts, at, over)

    found: dict[int | None, Sheet] = {None: sheet(plan.order, (None, None), _over(last))}
    for ticket in order.tickets:
        if ticket.status is not TicketStatus.VALID or ticket.place is None:
            continue
        seat = plan.seats.get((positions[ticket.hold_line_id], ticket.place))
        if seat is not None:
            at = (ticket.hold_line_id, ticket.place)
            found[ticket.id] = sheet(seat.questions, at, _over(begins.get(ticket.id, last)))
    return {key: one for key, one in found.items() if one.questions}


def correct(order_id: int, ticket_id: int | None, raw: Raw, *, actor: str) -> None:
    """Change the answers of an order, or of one of its tickets: what is left out is taken back.

    Raises:
        NotFound: nothing is asked there.
        AnswersOver: the event has begun, and there is no consent to change.
        AnswersMissing: with the problems.
    """
    with transaction() as session:
        order = lock(Order, order_id)
        # Held against their editors, as for a new order.
        answering.open_questions(session, order.series_id)
        sheet = sheets(order).get(ticket_id)
        if sheet is None:
            raise NotFound(what="answers", reference=order.code)
        if not sheet.open:
            raise AnswersOver
        standing = {key: text.number for key, text in sheet.texts.items()}
        typed = Typed(order=raw, standing=standing)
        anew = {drafts.name_of(one.id) for one in sheet.open}
        known = {name: value for name, value in sheet.known.items() if name not in anew}
        read = answering.read(Plan(sheet.open), typed, {}, known=known)
        read.refuse()
        ticket = session.get_one(Ticket, ticket_id) if ticket_id is not None else None
        _replace(session, order, ticket, sheet.open, read.given)
        consents = [one for one in sheet.open if one.kind is Kind.CONSENT]
        given = {one.question.id for one in read.given}
        # That answers changed, and which consents stand: never what was answered.
        audit.note(
            "order.answers_changed",
            f"order:{order.code}",
            actor=actor,
            series_id=order.series_id,
            detail={"consents": {one.key: one.id in given for one in consents}},
        )


def _replace(
    session: Session,
    order: Order,
    ticket: Ticket | None,
    asked: Sequence[AskedQuestion],
    given: Sequence[Given],
) -> None:
    """Write the answers anew; one that says the same keeps its row, its text and its moment."""
    here = (
        GivenAnswer.hold_line_id.is_(None)
        if ticket is None
        else (GivenAnswer.hold_line_id == ticket.hold_line_id) & (GivenAnswer.place == ticket.place)
    )
    known = {
        one.question_id: one
        for one in session.scalars(
            select(GivenAnswer).where(
                GivenAnswer.order_id == order.id,
                here,
                GivenAnswer.question_id.in_([one.id for one in asked]),
            )
        )
    }
    new = {one.question.id: one for one in given}
    now = clock.now()
    for question in asked:
        row, answer = known.get(question.id), new.get(question.id)
        if answer is not None and row is not None:
            if row.value != answer.value:
                row.value, row.wording, row.answered_at = answer.value, answer.wording, now
        elif answer is not None:
            place = (ticket.hold_line_id, ticket.place) if ticket is not None else (None, None)
            session.add(
                GivenAnswer(
                    question_id=question.id,
                    order_id=order.id,
                    hold_line_id=place[0],
                    place=place[1],
                    value=answer.value,
                    wording=answer.wording,
                    answered_at=now,
                )
            )
        elif row is not None and question.kind is Kind.CONSENT:
            # Taken back: that it was given, to which text, and until when, is what a no is worth.
            if row.value != values.REFUSED:
                row.value, row.answered_at = values.REFUSED, now
        elif row is not None:
            session.execute(delete(GivenAnswer).where(GivenAnswer.id == row.id))
    session.flush()


def _questions_of(order: Order) -> list[AskedQuestion]:
    """What is asked now, and what this order was asked before it was closed."""
    rows = answering.ever_asked(order.series_id)
    if any(one.closed_at for one in rows):
        answered = set(
            db.session.scalars(
                select(GivenAnswer.question_id).where(GivenAnswer.order_id == order.id)
            )
        )
        rows = [one for one in rows if one.closed_at is None or one.id in answered]
    return drafts.in_order(rows)


def _answers_of(order_id: int) -> Sequence[GivenAnswer]:
    return db.session.scalars(select(GivenAnswer).where(GivenAnswer.order_id == order_id)).all()


def _older_texts(
    questions: Sequence[AskedQuestion], answers: Sequence[GivenAnswer]
) -> dict[tuple[int, int], AskedWording]:
    """(question, number) -> a text that people of this order consented to and that is shown no
    more; no statement where there is none."""
    now = {one.id: one.wording for one in questions}
    older = {
        (one.question_id, one.wording)
        for one in answers
        if one.wording is not None and one.wording != now.get(one.question_id)
    }
    if not older:
        return {}
    rows = db.session.scalars(
        select(AskedWording).where(AskedWording.question_id.in_({key for key, _number in older}))
    )
    return {(one.question_id, one.number): one for one in rows}


def _sheet(
    asked: Sequence[AskedQuestion],
    questions: Sequence[AskedQuestion],
    answers: Sequence[GivenAnswer],
    older: Mapping[tuple[int, int], AskedWording],
    at: Spot,
    over: bool,
) -> Sheet:
    kinds = {one.id: one.kind for one in questions}
    own = {one.question_id: one for one in answers if (one.hold_line_id, one.place) == at}
    of_order = {one.question_id: one for one in answers if one.hold_line_id is None}
    shown = [one for one in asked if one.closed_at is None or one.id in own]
    here = {one.id for one in shown}
    texts = {
        key: older[key, one.wording]
        for key, one in own.items()
        if one.value != values.REFUSED and (key, one.wording or 0) in older and one.wording
    }
    return Sheet(
        shown,
        _by_name({key: one for key, one in own.items() if key in here}, kinds),
        {key: one.value for key, one in own.items()},
        _by_name({**of_order, **own}, kinds),
        texts,
        over,
    )


def _by_name(answers: Mapping[int, GivenAnswer], kinds: Mapping[int, Kind]) -> dict[str, Any]:
    return {
        drafts.name_of(key): values.typed(kinds[key], one.value)
        for key, one in answers.items()
        if key in kinds
    }


def _over(begins_at: datetime | None) -> bool:
    return begins_at is not None and clock.now() >= begins_at


def _begins(order_id: int) -> dict[int, datetime]:
    """Ticket id -> when the last of what it is for begins: the hour that was bought, or the first
    of its event. What admits to nothing (an option) is not told here."""
    of_event = (
        select(func.min(Slot.starts_at))
        .where(
            Slot.event_id == Admission.event_id,
            or_(Admission.slot_id.is_(None), Slot.id == Admission.slot_id),
        )
        .correlate(Admission)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Ticket.id, of_event.label("begins_at"))
        .join(Admission, Admission.ticket_id == Ticket.id)
        .where(Ticket.order_id == order_id)
    )
    found: dict[int, datetime] = {}
    for ticket_id, begins_at in rows:
        if begins_at is not None:
            found[ticket_id] = max(begins_at, found.get(ticket_id, begins_at))
    return found


def _bought(lines: Sequence[HoldLine]) -> list[Bought]:
    """Lines of a basket; the events of passes are read in one statement."""
    passes = [line.product_id for line in lines if line.product.event_id is None]
    admits: dict[int, list[int]] = {}
    if passes:
        rows = db.session.execute(
            select(ProductAdmission.product_id, ProductAdmission.event_id).where(
                ProductAdmission.product_id.in_(passes)
            )
        )
        for product_id, event_id in rows:
            admits.setdefault(product_id, []).append(event_id)
    return [
        Bought(
            line.product_id,
            (line.product.event_id,)
            if line.product.event_id is not None
            else tuple(admits.get(line.product_id, ())),
            line.quantity * line.product.tickets_per_unit,
            named=line.product.kind is not ProductKind.ADD_ON,
        )
        for line in lines
    ]
