"""What of the sale waits for a person."""

from eventsapp.domain.ticketing.sales import queries
from eventsapp.kernel.todo import Urgency, Waiting

KINDS = ("sales.approval",)


def waiting(series_id: int) -> list[Waiting]:
    """Requests hold their places until somebody answers."""
    count = queries.count_waiting_for_approval(series_id)
    return [Waiting("sales.approval", Urgency.SOON, count)] if count else []
