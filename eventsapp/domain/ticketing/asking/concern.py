"""Whom a question concerns in a basket: the order, or each place of some lines. Pure.

A person who comes to several events has a place of each, and is asked once what concerns the whole
series. Two places of one event are two people. So the places of a basket are dealt out: each goes
to the first person who has none of the same events yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eventsapp.domain.ticketing.asking.models import AskedQuestion

#: A place of a basket: the position of its line, and which one of the line.
Place = tuple[int, int]


@dataclass(frozen=True)
class Bought:
    """A line of a basket.

    Attributes:
        event_ids: the events that it admits to; that of an option, which admits to none.
        places: how many people, or how many units of an option.
        named: an option has nobody's name: it is asked only what its own tariff asks.
    """

    product_id: int
    event_ids: tuple[int, ...]
    places: int
    named: bool = True


@dataclass(frozen=True)
class Seat:
    """What is asked of one place.

    Attributes:
        first: the place where the same person was asked before, if any.
        again: the ids of the questions that were asked there already.
    """

    line: int
    place: int
    questions: Sequence[AskedQuestion]
    first: Place | None = None
    again: frozenset[int] = frozenset()

    @property
    def suffix(self) -> str:
        """Of the names of its inputs."""
        return f"-{self.line}-{self.place}"


@dataclass(frozen=True)
class Plan:
    """Everything that a basket is asked: once for the order, and place by place."""

    order: Sequence[AskedQuestion]
    seats: Mapping[Place, Seat] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not self.order and not self.seats


def plan(questions: Sequence[AskedQuestion], lines: Sequence[Bought]) -> Plan:
    """What these lines are asked. ``questions``: as people are asked (``drafts.in_order``)."""
    of_order = [one for one in questions if one.per_order]
    of_place = [one for one in questions if not one.per_order]
    seats: dict[Place, Seat] = {}
    if of_place:
        firsts = _people(lines)
        shared = frozenset(one.id for one in of_place if one.level == 0)
        for number, line in enumerate(lines):
            asked = [one for one in of_place if _concerns(one, line)]
            for place in range(line.places if asked else 0):
                at = (number, place)
                first = firsts.get(at)
                again = shared if first is not None and line.named else frozenset()
                seats[at] = Seat(number, place, asked, first, again)
    order = [one for one in of_order if any(_touches(one, line) for line in lines)]
    return Plan(order, seats)


def _people(lines: Sequence[Bought]) -> dict[Place, Place]:
    """The place of each person's that came before this one; none for their first."""
    people: list[tuple[Place, set[int]]] = []
    firsts: dict[Place, Place] = {}
    for number, line in enumerate(lines):
        for place in range(line.places if line.named else 0):
            events = set(line.event_ids)
            known = next((one for one in people if not one[1] & events), None)
            if known is None:
                people.append(((number, place), events))
            else:
                firsts[number, place] = known[0]
                known[1].update(events)
    return firsts


def _concerns(question: AskedQuestion, line: Bought) -> bool:
    """Of its places: an option is asked by its own tariff alone."""
    if question.product_id is not None:
        return question.product_id == line.product_id
    return line.named and _touches(question, line)


def _touches(question: AskedQuestion, line: Bought) -> bool:
    if question.product_id is not None:
        return question.product_id == line.product_id
    return question.event_id is None or question.event_id in line.event_ids
