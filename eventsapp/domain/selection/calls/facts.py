"""What happened to an application."""

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
