"""What happened to accounts."""

from dataclasses import dataclass

from eventsapp.kernel.facts import Fact


@dataclass(frozen=True)
class PersonInvited(Fact):
    """A letter of an invitation is owed. ``letter``: which of them; ``series_id``: whose desk sees
    it, should it not leave."""

    invitation_id: int
    letter: int
    series_id: int | None
