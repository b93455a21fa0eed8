"""À traiter: what needs a person today, worst first. Each line leads to its rows.

Areas offer rows (``todo.waiting``), subjects of the desk give them words; here both meet.
"""

from collections.abc import Callable, Iterator

from eventsapp.domain.billing.money import todo as money
from eventsapp.domain.messages import todo as messages
from eventsapp.domain.messages.campaigns import LETTER
from eventsapp.domain.planning import todo as planning
from eventsapp.domain.programme import todo as programme
from eventsapp.domain.programme.models import Series
from eventsapp.domain.selection.decisions import todo as selection
from eventsapp.domain.ticketing.sales import todo as sales
from eventsapp.kernel import outbox
from eventsapp.kernel.todo import Urgency, Waiting
from eventsapp.web import access
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.calls.todo import LINES as CALLS
from eventsapp.web.organizer.lines import Line, Lines
from eventsapp.web.organizer.messages.todo import LINES as MESSAGES
from eventsapp.web.organizer.programme.todo import LINES as PROGRAMME
from eventsapp.web.organizer.sales.todo import LINES as SALES

LINES: Lines = {**SALES, **MESSAGES, **PROGRAMME, **CALLS}

# Who may do this in the series reads these rows.
SOURCES: tuple[tuple[str, Callable[[int], list[Waiting]]], ...] = (
    ("orders.view", money.waiting),
    ("orders.refund", sales.waiting),
    ("programme.publish", planning.waiting),
    ("programme.publish", programme.waiting),
    ("selection.view", selection.waiting),
    ("messages.send", messages.waiting),
)


def of(series: Series) -> list[tuple[Urgency, Line]]:
    """The lines this account may act on."""
    order = list(Urgency)
    found = sorted(_waiting(series), key=lambda one: order.index(one.urgency))
    return [(one.urgency, LINES[one.kind](one, series)) for one in found]


def _waiting(series: Series) -> Iterator[Waiting]:
    place = desk.place_of(series)
    for permission, source in SOURCES:
        if access.may(permission, place):
            yield from source(series.id)
    if access.may("messages.view", place):
        yield from _failed_letters(series)


def _failed_letters(series: Series) -> Iterator[Waiting]:
    """Letters of no series are shown to who answers for the house, which is no area's to know."""
    homeless = desk.answers_for_the_house(series)
    count = outbox.count_failed(series.id, homeless=homeless, but=LETTER)
    if count:
        yield Waiting("messages.failed", Urgency.LATE, count)
