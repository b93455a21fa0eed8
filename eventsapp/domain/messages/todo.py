"""What of the messages to people waits for a person."""

from eventsapp.domain.messages import recipients
from eventsapp.kernel.i18n import pick
from eventsapp.kernel.todo import Urgency, Waiting

KINDS = ("campaign.failed",)


def waiting(series_id: int) -> list[Waiting]:
    """People who did not get a message, a row a message, until somebody has seen it."""
    return [
        Waiting(
            "campaign.failed",
            Urgency.LATE,
            row.failed,
            row.since,
            {"campaign_id": row.id, "subject": pick(row.subject_fr, row.subject_en)},
        )
        for row in recipients.unseen_failures(series_id)
    ]
