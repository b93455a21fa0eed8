"""What others may care about in the programme."""

from dataclasses import dataclass

from eventsapp.kernel.facts import Fact


@dataclass(frozen=True)
class ProgrammeReleased(Fact):
    series_id: int
    release_id: int
