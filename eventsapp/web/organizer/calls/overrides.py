"""Who decided by hand, by name."""

from collections.abc import Iterable

from eventsapp.domain.accounts import people
from eventsapp.web.organizer.people import deeds


def names(actors: Iterable[str]) -> dict[str, str]:
    """Actor -> the name that the pages show, in one statement."""
    asked = {actor for actor in actors if actor}
    known = people.names_of(deeds.account_ids(asked))
    return {actor: deeds.who(actor, known) for actor in asked} | {"": ""}
