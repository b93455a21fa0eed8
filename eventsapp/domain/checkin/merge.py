"""What the facts of a door add up to, whatever order they came in.

A pure fold over the scans of one admission, ordered by corrected time, then device, then the
device's own counter. It never rewrites what was decided at the gate; it reads it anew:

* ``first``: the entry that counts. ``again``: a later passage, or a refused second try.
* ``double_offline``: accepted although the ticket had entered as often as it may: somebody with it
  was inside already, or had come that day. Both people are there; an organizer must know.
* ``revoked_accepted``: accepted offline after the ticket had become void.
* ``bounce``: the same camera saw the same code twice. ``exit``: went out.
* ``unknown_uploaded``: no such ticket; kept all the same. ``other_event``: a ticket, but of no
  event that this gate takes. Both have no admission here, so no fold reads them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventsapp.domain.checkin.entry import Entry
from eventsapp.domain.checkin.verdicts import Situation, reason_to_refuse

BOUNCE = timedelta(seconds=3)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One scan by one camera (``source``).

    ``accepted`` is the gate's own verdict; ``annulled``: taken back within seconds.
    """

    uuid: str
    source: str
    seq: int
    kind: str
    at: datetime
    accepted: bool
    offline: bool = False
    reason: str | None = None
    annulled: bool = False


@dataclass(frozen=True)
class Reading:
    """What the facts of one admission mean now."""

    classes: dict[str, str | None]
    inside: bool
    entries: int
    first_uuid: str | None
    last_entry_uuid: str | None


def fold(
    facts: Iterable[Fact], *, void_since: datetime | None = None, entry: Entry | None = None
) -> Reading:
    """Read the facts of one admission in a fixed order; any order of arrival gives the same.

    Args:
        entry: how often it may enter; None for again after going out, whatever the day.
    """
    rule = entry or Entry()
    classes: dict[str, str | None] = {}
    inside = False
    entries = 0
    first: Fact | None = None
    last: Fact | None = None
    for fact in sorted(facts, key=lambda fact: (fact.at, fact.source, fact.seq, fact.uuid)):
        if fact.annulled:
            classes[fact.uuid] = None
        elif fact.kind == "exit":
            # Without an entry before it, or twice in a row: a fact, and nothing to count.
            classes[fact.uuid] = "exit"
            inside = False
        elif not fact.accepted:
            classes[fact.uuid] = _class_of_refused(fact, last)
        elif last is not None and inside and _bounced(fact, last):
            classes[fact.uuid] = "bounce"
        else:
            twice = last is not None and not _may_again(fact, last, inside, rule)
            classes[fact.uuid] = _class_of_accepted(fact, first, twice, void_since)
            first, last = first or fact, fact
            inside = True
            entries += 1
    return Reading(
        classes, inside, entries, first.uuid if first else None, last.uuid if last else None
    )


def _class_of_accepted(
    fact: Fact, first: Fact | None, twice: bool, void_since: datetime | None
) -> str:
    if void_since is not None and void_since <= fact.at:
        return "revoked_accepted"
    if first is None:
        return "first"
    return "double_offline" if twice else "again"


def _may_again(fact: Fact, last: Fact, inside: bool, rule: Entry) -> bool:
    """Whether the ticket may enter once more after ``last``."""
    since = rule.since(fact.at)
    case = Situation(inside=inside, policy=rule.policy, entered_at=last.at, since=since)
    return reason_to_refuse(case) is None


def _class_of_refused(fact: Fact, last: Fact | None) -> str | None:
    if fact.reason == "unknown":
        return "unknown_uploaded"
    if fact.reason != "already_in":
        return None
    return "bounce" if last is not None and _bounced(fact, last) else "again"


def _bounced(fact: Fact, last: Fact) -> bool:
    return fact.source == last.source and fact.at - last.at <= BOUNCE
