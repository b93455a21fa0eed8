"""What an order answered, for its organizers to read."""

from sqlalchemy import select

from eventsapp.domain.ticketing.asking import words
from eventsapp.domain.ticketing.asking.models import AskedQuestion, Class, GivenAnswer
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel.db import db


def of_order(order: Order, *, sensitive: bool) -> dict[int | None, list[tuple[str, str]]]:
    """Ticket id (None: the order itself) -> (question, answer), in the reader's language.

    One statement, whatever the number of tickets. Answers of places that have no ticket yet are
    told once it is there.

    Args:
        sensitive: whoever reads has the right to these as well.
    """
    statement = (
        select(AskedQuestion, GivenAnswer.hold_line_id, GivenAnswer.place, GivenAnswer.value)
        .join(GivenAnswer, GivenAnswer.question_id == AskedQuestion.id)
        .where(GivenAnswer.order_id == order.id)
    )
    if not sensitive:
        statement = statement.where(AskedQuestion.category != Class.SENSITIVE)
    tickets = {(one.hold_line_id, one.place): one.id for one in order.tickets}
    rows = db.session.execute(statement).all()
    found: dict[int | None, list[tuple[str, str]]] = {}
    for question, line, place, text in sorted(
        rows, key=lambda row: (row[0].level, row[0].position, row[0].id)
    ):
        whose = None if line is None else tickets.get((line, place))
        if line is None or whose is not None:
            told = (words.label(question), words.spoken(question, text))
            found.setdefault(whose, []).append(told)
    return found
