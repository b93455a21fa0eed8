"""Free orders cost nothing and send a letter: how many one address and one network may make.

Twenty-five of them for somebody else's address were twenty-five letters to a stranger. One address
gets five in a day: an order takes several events, so that five are more than a week of evenings.
One network makes 150 in an hour: a school that registers two classes an event, and no more than
what a person at a desk can undo. Both are counted where the orders stand, without a counter.
"""

from datetime import timedelta

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from eventsapp.domain.ticketing.sales.errors import TooManyFreeOrders
from eventsapp.domain.ticketing.sales.models import Hold, Order
from eventsapp.kernel import clock, dialects

ADDRESS_MOST, ADDRESS_WINDOW = 5, timedelta(days=1)
NETWORK_MOST, NETWORK_WINDOW = 150, timedelta(hours=1)


def check(session: Session, email: str, network: str | None) -> None:
    """Refuse one free order too many, in one statement. Orders of one address take turns, or those
    of one moment would all be the first.

    Args:
        network: as the hold has it (``shares.hash_of``); None where there is none.

    Raises:
        TooManyFreeOrders.
    """
    dialects.take_turns(f"free orders of {email}")
    now = clock.now()
    free = select(func.count(Order.id)).where(Order.total_cents == 0)
    of_address = free.where(Order.email == email, Order.placed_at > now - ADDRESS_WINDOW)
    of_network = free.join(Hold, Hold.id == Order.hold_id).where(
        Hold.network == network, Hold.created_at > now - NETWORK_WINDOW
    )
    near_by = of_network.scalar_subquery() if network is not None else literal(0)
    address, near = session.execute(select(of_address.scalar_subquery(), near_by)).one()
    if address >= ADDRESS_MOST or near >= NETWORK_MOST:
        raise TooManyFreeOrders
