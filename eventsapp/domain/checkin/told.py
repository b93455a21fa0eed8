"""What a steward is told beside "come in": answers to the questions that are shown at the door."""

from sqlalchemy import and_, or_, select

from eventsapp.domain.ticketing.asking import words
from eventsapp.domain.ticketing.asking.models import AskedQuestion, Class, GivenAnswer
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.kernel.db import db
from eventsapp.kernel.memory import Brief

#: (database, series) -> whether anything is shown at its doors. A scan is not to ask each time; a
#: question that is shown from now on is so at every door after this time.
_shows: Brief[bool] = Brief(5)


def at_door(series_id: int, public_id: str) -> list[tuple[str, str]]:
    """(question, answer) of a ticket of this series, in the order in which they were asked; in the
    reader's language. What is sensitive is never here: others read the screen."""
    place = (str(db.engine.url), series_id)
    shows = _shows.get(place)
    if shows is None:
        any_shown = select(AskedQuestion.id).where(
            AskedQuestion.series_id == series_id, AskedQuestion.at_door.is_(True)
        )
        shows = _shows.keep(place, db.session.scalar(any_shown.limit(1)) is not None)
    if not shows:
        return []
    rows = db.session.execute(
        select(AskedQuestion, GivenAnswer.value)
        .join(GivenAnswer, GivenAnswer.question_id == AskedQuestion.id)
        .join(Ticket, Ticket.order_id == GivenAnswer.order_id)
        .where(
            Ticket.public_id == public_id,
            or_(
                GivenAnswer.hold_line_id.is_(None),
                and_(
                    GivenAnswer.hold_line_id == Ticket.hold_line_id,
                    GivenAnswer.place == Ticket.place,
                ),
            ),
            AskedQuestion.series_id == series_id,
            AskedQuestion.at_door.is_(True),
            AskedQuestion.category != Class.SENSITIVE,
        )
    ).all()
    rows = sorted(rows, key=lambda row: (row[0].level, row[0].position, row[0].id))
    return [(words.label(question), words.spoken(question, text)) for question, text in rows]
