"""Money of an order that ends without tickets: it goes back whole, in the transaction that ends it.

An order whose money is not what was asked for waits for a person. When it ends first, by the desk
or with its event, nobody decides any more: the letter says that the money is given back.
"""

from sqlalchemy import select

from eventsapp.domain.billing.money import bills, refunds
from eventsapp.domain.billing.money.models import Bill
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction

#: Flags of a bill that are settled by accepting its money, or giving it back.
DECIDED = ("amount_mismatch", "late_transfer")


def lock_money(order_id: int) -> Order:
    """An order with its money, held: the payments first, then the bill, then the order, as
    everywhere (``refunds.lock_payments``)."""
    bill_id = db.session.scalar(select(Order.bill_id).where(Order.id == order_id))
    if bill_id is not None:
        refunds.lock_payments(bill_id)
        lock(Bill, bill_id)
    return lock(Order, order_id)


def give_back_kept(order: Order, *, reason: str, origin: str, actor: str) -> int:
    """Ask for all that is kept of an order held by ``lock_money``; returns the cents asked for."""
    kept = bills.kept_cents(order.bill_id)
    if kept > 0:
        with transaction():
            refunds.request_on_bill(order.bill_id, kept, reason=reason, origin=origin, actor=actor)
            # Money that waited for a decision has one.
            for settled in DECIDED:
                bills.unflag(order.bill_id, only=settled)
    return kept
