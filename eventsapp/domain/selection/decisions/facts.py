"""What was decided, offered and confirmed."""

from dataclasses import dataclass

from eventsapp.kernel.facts import Fact


@dataclass(frozen=True)
class DecisionsPublished(Fact):
    batch_id: int
    series_id: int


@dataclass(frozen=True)
class PlaceOffered(Fact):
    """A freed place was offered to an application of the reserve."""

    offer_id: int
    series_id: int


@dataclass(frozen=True)
class PlaceConfirmed(Fact):
    """Exhibitors' tickets and badges wait for this, not for the publication."""

    application_id: int
    series_id: int
