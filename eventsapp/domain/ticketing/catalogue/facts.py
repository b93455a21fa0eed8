"""What others may care about in the catalogue."""

from dataclasses import dataclass

from eventsapp.kernel.facts import Fact


@dataclass(frozen=True)
class GuestInvited(Fact):
    """``letter`` numbers the letters of one guest."""

    guest_id: int
    letter: int
    series_id: int
