"""What of the programme waits for a person."""

from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Series
from eventsapp.kernel.db import db
from eventsapp.kernel.todo import Urgency, Waiting

KINDS = ("programme.draft",)


def waiting(series_id: int) -> list[Waiting]:
    """The public reads another version than the draft's; ``version``: its number."""
    if not releases.has_changes(series_id):
        return []
    number = db.session.get_one(Series, series_id).release_number
    return [Waiting("programme.draft", Urgency.FAR, about={"version": number})]
