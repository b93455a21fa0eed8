"""Until when unpaid places are kept. Pure.

Each payment page lives for half an hour (Stripe opens none for less) and five minutes for its news.
A new page moves the deadline of its order, or a declined card would lose the places; it moves it
to two hours after the first press at most. Two hours are three pages and a rest: time to find
another card or to ask the bank. Without the bound one press every half hour kept places for ever.
"""

from datetime import datetime, timedelta

LONGEST_PAYMENT = timedelta(hours=2)
# From the end of a payment page to the moment at which its news has arrived.
NEWS_TIME = timedelta(minutes=5)


def latest(deadline: datetime | None, first_press: datetime | None) -> datetime | None:
    """The last hour to which new payment pages can move a deadline."""
    known = [deadline, first_press + LONGEST_PAYMENT if first_press else None]
    return max((one for one in known if one is not None), default=None)


def moved(
    deadline: datetime | None, first_press: datetime, page_closes: datetime
) -> datetime | None:
    """The deadline of an order with a page that closes then; None when that page is too late."""
    wanted = page_closes + NEWS_TIME
    if wanted > max(deadline or first_press, first_press + LONGEST_PAYMENT):
        return None
    return max(deadline or wanted, wanted)
