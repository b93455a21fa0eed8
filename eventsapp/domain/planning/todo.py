"""What of the plan waits for a person."""

from eventsapp.domain.planning import saving
from eventsapp.kernel.todo import Urgency, Waiting

KINDS = ("planning.conflicts",)


def waiting(series_id: int) -> list[Waiting]:
    """Problems that stand in the way of the next release."""
    report = saving.check_series(series_id)
    if not report.grave:
        return []
    count = len(report.blocking) + len(report.to_waive)
    return [Waiting("planning.conflicts", Urgency.SOON, count)]
