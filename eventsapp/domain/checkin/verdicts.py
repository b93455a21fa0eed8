"""May this person pass? One order of questions, the same here and on the phone.

``tests/vectors/door.json`` holds the cases; ``static/js/door/verdict.js`` is the same order in the
phone's language. The first question that says no gives the reason.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

ACCEPTED = "accepted"
REFUSED = "refused"
REASONS = (
    "unknown",
    "wrong_event",
    "void",
    "blocked",
    "unpaid",
    "wrong_gate",
    "too_early",
    "too_late",
    "full",
    "already_in",
)
# Clocks differ and people are early: the window is widened by this on both sides.
TOLERANCE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What is known about a code held to a gate. ``kind``: entry or exit.

    ``opens_at`` and ``closes_at`` bound the entries; None leaves that side open. In rehearsal the
    gate plays the evening itself, so the clock is not asked. ``policy``: how often a ticket may
    enter; ``entered_at``: when it last did; entries before ``since`` are of another day.
    """

    kind: str = "entry"
    known: bool = True
    right_event: bool = True
    void: bool = False
    blocked: bool = False
    unpaid: bool = False
    right_gate: bool = True
    at: datetime | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    rehearsal: bool = False
    full: bool = False
    inside: bool = False
    policy: str = "return"
    entered_at: datetime | None = None
    since: datetime | None = None


def reason_to_refuse(case: Situation) -> str | None:
    """The first reason in the order of ``REASONS``, or None: the person may pass."""
    if not case.known:
        return "unknown"
    # Nobody is ever kept inside.
    if case.kind == "exit":
        return None
    for reason, applies in (
        ("wrong_event", not case.right_event),
        ("void", case.void),
        ("blocked", case.blocked),
        ("unpaid", case.unpaid),
        ("wrong_gate", not case.right_gate),
    ):
        if applies:
            return reason
    return _reason_of_time(case) or _reason_of_place(case)


def _reason_of_time(case: Situation) -> str | None:
    if case.rehearsal or case.at is None:
        return None
    if case.opens_at is not None and case.at < case.opens_at - TOLERANCE:
        return "too_early"
    if case.closes_at is not None and case.at > case.closes_at + TOLERANCE:
        return "too_late"
    return None


def _reason_of_place(case: Situation) -> str | None:
    if case.full:
        return "full"
    return "already_in" if _entered(case) else None


def _entered(case: Situation) -> bool:
    """Whether the ticket has had what its policy gives it."""
    if case.policy == "free":
        return False
    last, since = case.entered_at, case.since
    if case.policy != "once" and since is not None and (last is None or last < since):
        return False  # it came on another day
    if case.policy == "return":
        return case.inside
    return case.inside or case.entered_at is not None
