"""The four gates of the opening night, in rehearsal, so that the door can be tried today."""

from sqlalchemy import select

from eventsapp.demo.story import Story
from eventsapp.domain.checkin import gates
from eventsapp.domain.programme.models import Event, Series
from eventsapp.kernel.db import db

OPENING_NIGHT = "ftw15-01"
NAMES = ("Porte Nord", "Porte Sud", "Porte Conservatoire", "Porte Exposants")


def load(story: Story) -> None:
    """All four take every admission of the event."""
    event = db.session.scalars(
        select(Event)
        .join(Series, Series.id == Event.series_id)
        .where(Event.reference == OPENING_NIGHT, Series.is_demo.is_(True))
    ).one()
    for name in NAMES:
        gates.create_gate(
            event.series_id, name, event_ids=[event.id], rehearsal=True, actor="system"
        )
