"""What of the money waits for a person."""

from eventsapp.domain.billing.money import bills, trouble
from eventsapp.kernel.todo import Urgency, Waiting

KINDS = ("money.key_refused", "money.attention")


def waiting(series_id: int) -> list[Waiting]:
    """A key that Stripe refuses is of the whole house: it has one account there."""
    found = [
        Waiting("money.key_refused", Urgency.LATE, at=one.since_at, about={"code": one.code})
        for one in trouble.current()
    ]
    count = bills.count_in_attention(series_id)
    if count:
        found.append(Waiting("money.attention", Urgency.LATE, count))
    return found
