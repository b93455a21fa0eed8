"""What others may care about."""

from dataclasses import dataclass

from eventsapp.kernel.facts import Fact


@dataclass(frozen=True)
class DraftStarted(Fact):
    application_id: int
    series_id: int


@dataclass(frozen=True)
class ApplicationSubmitted(Fact):
    application_id: int
    series_id: int


@dataclass(frozen=True)
class JurorInvited(Fact):
    juror_id: int
    series_id: int


@dataclass(frozen=True)
class ListMade(Fact):
    """A juror has applications to read, or more of them. ``total``: how many in all."""

    juror_id: int
    series_id: int
    total: int


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
