"""REACTIONS: the one table saying which function reacts to which fact.

A reaction writes outbox rows and nothing else, with one exception: billing books money first
and records ``PaymentConfirmed``; ticketing's fulfilment reacts in a savepoint.
"""

from eventsapp.domain.selection import models as selection_models  # noqa: F401 - as below
from eventsapp.domain.ticketing import models  # noqa: F401 - every table is known to the app
from eventsapp.kernel import facts

REACTIONS: list[tuple[type[facts.Fact], facts.type_of_reaction]] = []


def connect() -> None:
    facts.install(REACTIONS)
