"""The end of the code of each ticket that was issued before it was written down."""

from sqlalchemy import select

from eventsapp.domain.ticketing.sales import codes
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.kernel.transaction import transaction

BATCH = 2000


def fill() -> int:
    """Write the next batch; returns how many. Void tickets too: somebody may hold one."""
    with transaction() as session:
        rows = session.scalars(
            select(Ticket).where(Ticket.token_end.is_(None)).order_by(Ticket.id).limit(BATCH)
        ).all()
        for ticket in rows:
            ticket.token_end = codes.end_of(codes.token(ticket))
        return len(rows)
