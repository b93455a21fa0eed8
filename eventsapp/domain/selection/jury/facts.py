"""What happened in the jury."""

from dataclasses import dataclass

from eventsapp.kernel.facts import Fact


@dataclass(frozen=True)
class JurorInvited(Fact):
    juror_id: int
    series_id: int


@dataclass(frozen=True)
class ListMade(Fact):
    """A juror has applications to read, or more of them. ``latest``: the id of the last one's
    assignment, which no other list has."""

    juror_id: int
    series_id: int
    latest: int
