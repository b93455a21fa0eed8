"""Finding an order or a ticket by a part of any of its words, however they are spelt.

The folded words stand in the row itself, so that a sale writes nothing more, behind an index of the
series: a search reads that alone.
"""

from sqlalchemy import ColumnElement, and_, or_, select

from eventsapp.domain.ticketing.sales.models import Order, Ticket
from eventsapp.kernel import spelling

# An entry of a B-tree holds 2,700 bytes at most, and a letter takes up to four. The names of one
# buyer or holder, cut as forms cut them, fit.
LONGEST = 600
MOST_WORDS = 5


def text_of(*words: str) -> str:
    """The folded words, each once, in the order they come."""
    return " ".join(dict.fromkeys(spelling.fold(word) for word in words if word))[:LONGEST]


def sorted_by(first_name: str, last_name: str, company: str) -> dict[str, str | None]:
    """The columns that lists of orders and tickets are sorted by; None for what is not given."""
    return {
        "sort_name": spelling.sort_name(first_name, last_name) or None,
        "sort_first_name": spelling.fold(first_name) or None,
        "sort_company": spelling.fold(company) or None,
    }


def orders_of(series_id: int, typed: str) -> ColumnElement[bool] | None:
    """Orders of which the buyer or one holder has each of the words typed (the first five); None
    when none was typed."""
    found = [
        or_(
            Order.search_text.contains(word, autoescape=True),
            Order.id.in_(
                select(Ticket.order_id).where(
                    Ticket.series_id == series_id,
                    Ticket.search_text.contains(word, autoescape=True),
                )
            ),
        )
        for word in _words(typed)
    ]
    return and_(*found) if found else None


def tickets_of(typed: str) -> ColumnElement[bool] | None:
    """Tickets whose code or holder has each of the words typed; None when none was typed."""
    found = [Ticket.search_text.contains(word, autoescape=True) for word in _words(typed)]
    return and_(*found) if found else None


def _words(typed: str) -> list[str]:
    folded = (spelling.fold(word) for word in spelling.line(typed).split()[:MOST_WORDS])
    # A word of signs alone says nothing about anybody.
    return [word for word in folded if any(letter.isalnum() for letter in word)]
