"""Finding an order or a ticket by a part of any of its words, however they are spelt, or by the end
of its code.

The folded words stand in the row itself, so that a sale writes nothing more, behind an index of the
series: a search reads that alone.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from eventsapp.domain.ticketing.sales.codes import END
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
    """Orders of which the buyer or one holder has each of the words typed (the first five), or one
    ticket the end of a code; None when nothing was typed."""
    found: list[ColumnElement[bool]] = []
    for word in _words(typed):
        theirs = select(Ticket.order_id).where(Ticket.series_id == series_id, _has(word))
        buyer = [Order.search_text.contains(one, autoescape=True) for one in word.spellings]
        found.append(or_(*buyer, Order.id.in_(theirs)))
    ends = select(Ticket.order_id).where(
        Ticket.series_id == series_id, Ticket.token_end == _as_end(typed)
    )
    return _either(found, typed, Order.id.in_(ends))


def tickets_of(typed: str) -> ColumnElement[bool] | None:
    """Tickets whose code or holder has each of the words typed; None when nothing was typed."""
    found = [_has(word) for word in _words(typed)]
    return _either(found, typed, Ticket.token_end == _as_end(typed))


def named_in(typed: str) -> ColumnElement[bool] | None:
    """Tickets that any of the words typed is about: those to show of an order that was found."""
    found = [_has(word) for word in _words(typed)]
    return or_(*found, Ticket.token_end == _as_end(typed)) if found else None


@dataclass(frozen=True)
class Word:
    """A word that was typed: the ``spellings`` it may have, and the ``end`` of a code it may be."""

    spellings: tuple[str, ...]
    end: str


# What is read or heard in place of the figures of a ticket's code, which has no letter after F.
_MISHEARD = str.maketrans({"o": "0", "i": "1", "l": "1"})
_CODE_LETTERS = frozenset("0123456789abcdef")
_SHORTEST_CODE = 4


def _words(typed: str) -> list[Word]:
    parts = spelling.line(typed).split()[:MOST_WORDS]
    folded = [(spelling.fold(part), part.upper()) for part in parts]
    # A word of signs alone says nothing about anybody.
    return [
        Word(_spellings(word), part) for word, part in folded if any(one.isalnum() for one in word)
    ]


def _spellings(word: str) -> tuple[str, ...]:
    meant = word.translate(_MISHEARD)
    is_code = len(meant) >= _SHORTEST_CODE and set(meant) <= _CODE_LETTERS
    return (word, meant) if is_code and meant != word else (word,)


def _has(word: Word) -> ColumnElement[bool]:
    found = [Ticket.search_text.contains(one, autoescape=True) for one in word.spellings]
    if len(word.end) <= END:
        found.append(Ticket.token_end == word.end)
    return or_(*found)


def _as_end(typed: str) -> str:
    return "".join(typed.split()).upper()


def _either(
    words: list[ColumnElement[bool]], typed: str, ends: ColumnElement[bool]
) -> ColumnElement[bool] | None:
    """The words; or the whole as the end of a code, which may be signs alone, or have a space."""
    short = 0 < len(_as_end(typed)) <= END
    if not words:
        # Signs alone are no word, but may end a code: four, or fewer where it has spaces there. One
        # is a slip of the hand, and the end of one code in a hundred thousand.
        return ends if short and len(_as_end(typed)) > 1 else None
    return or_(and_(*words), ends) if short else and_(*words)
