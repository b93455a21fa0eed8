"""The questions of a basket and of an order on their pages: what was typed, and how it is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from eventsapp.domain.questions.fields import WORDING, Problem
from eventsapp.domain.ticketing.asking import answering, drafts
from eventsapp.domain.ticketing.asking.answering import Raw, Typed
from eventsapp.domain.ticketing.asking.concern import Place, Plan, Seat
from eventsapp.domain.ticketing.asking.errors import AnswersMissing
from eventsapp.domain.ticketing.asking.models import AskedQuestion, Kind
from eventsapp.domain.ticketing.sales.asked import Sheet
from eventsapp.domain.ticketing.sales.orders import Attendee
from eventsapp.kernel.i18n import _
from eventsapp.web.forms import asked
from eventsapp.web.forms.asked import Group, Laid

#: What a problem carries beside the facts of its sentence.
_ABOUT = ("field", "question", "line", "attendee", "code")


@dataclass(frozen=True)
class ShownSeat:
    """``again``: asked of the same person before; folded while nothing is wrong there."""

    groups: Sequence[Group]
    again: Sequence[Group]
    first: Place | None
    unfolded: bool


@dataclass(frozen=True)
class ShownBasket:
    """Everything that a basket is asked, as its page draws it."""

    order: Sequence[Group] = ()
    seats: Mapping[Place, ShownSeat] = field(default_factory=dict)
    problems: Sequence[tuple[str, str, str]] = ()

    def seat(self, line: int, place: int) -> ShownSeat | None:
        return self.seats.get((line, place))


def typed_in(form: MultiDict[str, str], plan: Plan) -> Typed:
    """What the form says to the questions of a basket."""
    return Typed(
        order=raw_of(form, plan.order),
        seats={at: raw_of(form, seat.questions, seat.suffix) for at, seat in plan.seats.items()},
    )


def raw_of(form: MultiDict[str, str], questions: Sequence[AskedQuestion], suffix: str = "") -> Raw:
    """What the form says to some questions, by the name of their input without the suffix."""
    raw: dict[str, Any] = {}
    for question in questions:
        name = drafts.name_of(question.id)
        given: Any = form.get(name + suffix, "")
        raw[name] = form.getlist(name + suffix) if question.kind is Kind.CHOICES else given
        if question.kind is Kind.CONSENT:
            # Without it nobody knows which text was read.
            raw[name + WORDING] = form.get(name + suffix + WORDING, "")
    return raw


def problems_of(plan: Plan, typed: Typed, attendees: Sequence[Sequence[Attendee]]) -> list[Problem]:
    """What is missing or wrong, to be told with the rest of the form."""
    names = {
        (line, place): f"{one.first_name} {one.last_name}".strip()
        for line, people in enumerate(attendees)
        for place, one in enumerate(people)
    }
    try:
        answering.read(plan, typed, names).refuse()
    except AnswersMissing as refusal:
        return told(refusal)
    return []


def told(refusal: AnswersMissing) -> list[Problem]:
    """The problems of a refusal, each with the input that it is about."""
    return [
        Problem(
            one["field"],
            one["code"],
            {name: fact for name, fact in one.items() if name not in _ABOUT},
        )
        for one in refusal.facts["problems"]
    ]


def basket(plan: Plan, form: MultiDict[str, str], problems: Sequence[Problem] = ()) -> ShownBasket:
    """Draw the questions of a basket with what was typed and what is wrong."""
    if plan.empty:
        return ShownBasket()
    wrong = {one.field for one in problems}
    of_order = [drafts.as_field(one) for one in plan.order]
    order = asked.laid_out(of_order, raw_of(form, plan.order), problems)
    seats: dict[Place, ShownSeat] = {}
    summary = list(order.problems)
    for at, seat in plan.seats.items():
        laid = _seat(seat, form, problems, of_order)
        summary += [
            (name, _("{question} (billet {n})", question=label, n=at[1] + 1), sentence)
            for name, label, sentence in laid.problems
        ]
        split = {True: [], False: []}
        for one, question in zip(laid.groups, seat.questions, strict=True):
            split[question.id in seat.again].append(one)
        again = [one.inputs[0] for one in split[True]]
        unfolded = any(one.name in wrong or _filled(one) for one in again)
        seats[at] = ShownSeat(split[False], split[True], seat.first, unfolded)
    return ShownBasket(order.groups, seats, summary)


def _seat(
    seat: Seat, form: MultiDict[str, str], problems: Sequence[Problem], of_order: Sequence[Any]
) -> Laid:
    questions = [drafts.as_field(one) for one in seat.questions]
    raw = raw_of(form, seat.questions, seat.suffix)
    typed = {name + seat.suffix: value for name, value in raw.items()}
    return asked.laid_out(questions, typed, problems, suffix=seat.suffix, earlier=of_order)


def _filled(control: asked.Input) -> bool:
    return bool(control.value)


def sheet(
    shown: Sheet, suffix: str, typed: Raw | None = None, problems: Sequence[Problem] = ()
) -> Laid:
    """The answers of an order or of a ticket as a form, with what was typed if anything was."""
    values = shown.typed if typed is None else typed
    named = {name + suffix: value for name, value in values.items()}
    mine = [Problem(one.field + suffix, one.code, one.facts) for one in problems]
    return asked.laid_out(shown.as_fields(), named, mine, suffix=suffix)
