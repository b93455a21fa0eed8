"""Facts: what happened, announced inside the transaction in which it happened.

A fact holds ids only. Reactions run before the commit, in the order of the one table in
``eventsapp/wiring.py``; what leaves the machine goes through the outbox.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from eventsapp.kernel.db import db


@dataclass(frozen=True)
class Fact:
    """Base of all facts; subclasses are frozen and hold ids."""


type_of_reaction = Callable[[Any], None]
_reactions: dict[type[Fact], list[type_of_reaction]] = {}


def install(table: Iterable[tuple[type[Fact], type_of_reaction]]) -> None:
    """Replace the table of reactions (called by ``wiring`` when the application is made)."""
    fresh: dict[type[Fact], list[type_of_reaction]] = defaultdict(list)
    for kind, reaction in table:
        fresh[kind].append(reaction)
    _reactions.clear()
    _reactions.update(fresh)


def record(fact: Fact) -> None:
    """Announce ``fact``; its reactions run before the open transaction commits.

    Raises:
        RuntimeError: no transaction is open.
    """
    info = db.session().info
    if not info.get("depth"):
        raise RuntimeError("facts are recorded inside transaction()")
    info["facts"].append(fact)


def react() -> None:
    """Run what waits, and what the reactions themselves record, until nothing is left.

    The transaction does it before its commit; a sale does it earlier, so that the counter
    everybody wants is its last write.
    """
    session = db.session()
    while session.info["facts"]:
        session.flush()
        fact = session.info["facts"].pop(0)
        for reaction in _reactions.get(type(fact), ()):
            reaction(fact)
