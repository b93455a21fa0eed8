"""Answers in lists: columns of any list of tickets, and two lists of answers, ticket by ticket.

An option admits to nothing, and is in no list of attendees: what its holder answered (a size, a
dish) is read here, beside who bought it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from eventsapp.domain.programme.models import Event
from eventsapp.domain.ticketing.asking import queries, words
from eventsapp.domain.ticketing.asking.models import AskedQuestion, GivenAnswer
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.domain.ticketing.sales import search
from eventsapp.domain.ticketing.sales.models import Admission, Order, Ticket, TicketStatus
from eventsapp.kernel.i18n import _
from eventsapp.kernel.lists import Column, Computed, Kind, Listing


def columns(questions: Sequence[AskedQuestion], *, shown: bool = False) -> tuple[Column, ...]:
    """A column a question, for a list that joins the ticket; read only where it is asked for."""
    return tuple(
        Column(key_of(one), _answer_to(one), shown=shown, lazy=True, named=one.key)
        for one in questions
    )


def titles(questions: Sequence[AskedQuestion]) -> dict[str, str]:
    return {key_of(one): words.label(one) for one in questions}


def told(questions: Sequence[AskedQuestion]) -> Computed:
    """Answers as people read them."""

    def tell(question: AskedQuestion) -> Callable[[Row[Any]], str]:
        key = key_of(question)

        def spoken(row: Row[Any]) -> str:
            text = getattr(row, key)
            return "" if text is None else words.spoken(question, text)

        return spoken

    return {key_of(one): tell(one) for one in questions}


def key_of(question: AskedQuestion) -> str:
    """The column of a question."""
    return f"q{question.id}"


def _listing(series_id: int, *, sensitive: bool) -> Listing:
    """Valid tickets, options too, with at least one of these answers."""
    questions = queries.listed(series_id, sensitive=sensitive)
    given = (
        select(GivenAnswer.id)
        .where(
            GivenAnswer.question_id.in_([one.id for one in questions]),
            GivenAnswer.order_id == Ticket.order_id,
            or_(
                GivenAnswer.hold_line_id.is_(None),
                and_(
                    GivenAnswer.hold_line_id == Ticket.hold_line_id,
                    GivenAnswer.place == Ticket.place,
                ),
            ),
        )
        .exists()
    )
    buyer = func.trim(Order.last_name + " " + Order.first_name)
    return Listing(
        source=select(Ticket.id)
        .join(Product, Product.id == Ticket.product_id)
        .join(Order, Order.id == Ticket.order_id)
        .outerjoin(Event, Event.id == Ticket.event_id)
        .where(Ticket.series_id == series_id, Ticket.status == TicketStatus.VALID, given),
        row_id=Ticket.id,
        columns=(
            Column("last_name", Ticket.last_name, sorted_by=Ticket.sort_name),
            Column("first_name", Ticket.first_name, sorted_by=Ticket.sort_first_name),
            Column("buyer", buyer, sorted_by=Order.sort_name),
            Column("event", Event.title_fr),
            Column("product", Product.label_fr),
            *columns(questions, shown=True),
        ),
        order="buyer",
        extra={"event_en": Event.title_en, "product_en": Product.label_en},
        filters={"q": search.tickets_of, "event": _of_event},
    )


def _titles(series_id: int, *, sensitive: bool) -> dict[str, str]:
    return {
        "last_name": _("Nom"),
        "first_name": _("Prénom"),
        "buyer": _("Acheteur"),
        "event": _("Événement"),
        "product": _("Tarif"),
        **titles(queries.listed(series_id, sensitive=sensitive)),
    }


def _answer_to(question: AskedQuestion) -> Any:
    if question.per_order:
        whose = (GivenAnswer.order_id == Ticket.order_id) & GivenAnswer.hold_line_id.is_(None)
    else:
        whose = (GivenAnswer.hold_line_id == Ticket.hold_line_id) & (
            GivenAnswer.place == Ticket.place
        )
    return (
        select(GivenAnswer.value)
        .where(GivenAnswer.question_id == question.id, whose)
        .correlate(Ticket)
        .scalar_subquery()
    )


def _of_event(typed: str) -> ColumnElement[bool] | None:
    """Tickets that are for it: an option of it, or a way into it."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
        return None
    admitted = select(Admission.ticket_id).where(Admission.event_id == int(typed))
    return or_(Ticket.event_id == int(typed), Ticket.id.in_(admitted))


def _kind(name: str, permission: str, *, sensitive: bool) -> Kind:
    return Kind(
        name,
        lambda series_id: _listing(series_id, sensitive=sensitive),
        lambda series_id: _titles(series_id, sensitive=sensitive),
        permission=permission,
        computed=lambda series_id: told(queries.listed(series_id, sensitive=sensitive)),
    )


ANSWERS = _kind("answers", "orders.export", sensitive=False)
NEEDS = _kind("needs", "answers.sensitive", sensitive=True)
