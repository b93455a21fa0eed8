"""What cannot both be true in a programme: places, crowds and persons. Pure.

Intervals are half-open: an event that ends at ten leaves room for one that begins at ten. Callers
hand over only what shares a place or a person with the thing that moved.
"""

import enum
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from eventsapp.domain.planning.travel import Place, minutes

#: Minutes a person with a part needs on arrival, beside the way.
MARGIN_MINUTES = {"speaker": 10, "host": 15}
ATTENDING = frozenset(MARGIN_MINUTES)


class Severity(enum.StrEnum):
    #: Nothing saves it: the numbers are impossible.
    BLOCK = "block"
    #: May be saved with a reason; a release without one is refused.
    WAIVE = "waive"
    #: Worth knowing.
    WARN = "warn"


SEVERITY = {
    "VENUE_OVERLAP": Severity.WAIVE,
    "CROWD": Severity.WAIVE,
    "CAPACITY": Severity.BLOCK,
    "SOLD_OVER_CAPACITY": Severity.BLOCK,
    "PERSON_DOUBLE": Severity.WAIVE,
    "PERSON_TRAVEL": Severity.WAIVE,
    "SESSION_OUTSIDE": Severity.WAIVE,
    "THIN": Severity.WARN,
}


@dataclass(frozen=True)
class Space:
    """A place people are put in: a venue or a room. A shared one takes several events at once."""

    key: str
    name: str
    capacity: int | None = None
    shared: bool = False


@dataclass(frozen=True)
class Stay:
    """One event, or one session, in one space for a time.

    ``expected``: persons at one moment. ``whole``: persons admitted over the whole event, which
    is more where they come by turns.
    """

    event_id: int
    title: str
    space: str
    starts_at: datetime
    ends_at: datetime
    setup_minutes: int = 0
    teardown_minutes: int = 0
    expected: int | None = None
    part: str = ""
    whole: int | None = None

    @property
    def occupied_from(self) -> datetime:
        return self.starts_at - timedelta(minutes=self.setup_minutes)

    @property
    def occupied_until(self) -> datetime:
        return self.ends_at + timedelta(minutes=self.teardown_minutes)

    @property
    def label(self) -> str:
        return f"{self.event_id}/{self.part}"


@dataclass(frozen=True)
class Engagement:
    """A person who has to be somewhere."""

    person_id: int
    person: str
    event_id: int
    title: str
    place: Place
    starts_at: datetime
    ends_at: datetime
    role: str = "speaker"
    part: str = ""


@dataclass(frozen=True)
class Problem:
    """One thing that clashes. ``fingerprint`` changes with any time, place or resource of it."""

    code: str
    events: tuple[int, ...]
    facts: Mapping[str, Any] = field(compare=False)
    fingerprint: str

    @property
    def severity(self) -> Severity:
        return SEVERITY[self.code]


def problem(code: str, events: Iterable[int], stamp: Sequence[object], **facts: Any) -> Problem:
    text = "|".join([code, *sorted(str(one) for one in stamp)])
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return Problem(code, tuple(sorted(set(events))), facts, digest)


def find(
    stays: Iterable[Stay],
    spaces: Mapping[str, Space],
    engagements: Iterable[Engagement],
    *,
    sold: Mapping[int, int] | None = None,
) -> list[Problem]:
    """Every problem of a part of the programme, the gravest first.

    Args:
        sold: event id -> tickets that open a door, for events that sell.
    """
    listed = list(stays)
    found = [
        *overlaps(listed, spaces),
        *capacities(listed, spaces, sold or {}),
        *persons(engagements),
    ]
    return in_order({one.fingerprint: one for one in found}.values())


def in_order(found: Iterable[Problem]) -> list[Problem]:
    """The gravest first; of one kind in order of time, those without an hour before."""
    order = {Severity.BLOCK: 0, Severity.WAIVE: 1, Severity.WARN: 2}

    def place(one: Problem) -> tuple[Any, ...]:
        at = one.facts.get("starts_at") or one.facts.get("at")
        return order[one.severity], one.code, at.isoformat() if at else "", one.events

    return sorted(found, key=place)


def overlaps(stays: Iterable[Stay], spaces: Mapping[str, Space]) -> list[Problem]:
    """Two in an exclusive space at once; too many in a shared one at some moment."""
    by_space: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        by_space[stay.space].append(stay)
    found: list[Problem] = []
    for key, listed in by_space.items():
        space = spaces.get(key) or Space(key, "")
        listed.sort(key=lambda stay: (stay.occupied_from, stay.label))
        found += _crowds(listed, space) if space.shared else _pairs(listed, space)
    return found


def _pairs(listed: Sequence[Stay], space: Space) -> list[Problem]:
    found, running = [], list[Stay]()
    for stay in listed:
        running = [one for one in running if one.occupied_until > stay.occupied_from]
        found += [_overlap(one, stay, space) for one in running if one.label != stay.label]
        running.append(stay)
    return found


def _overlap(one: Stay, other: Stay, space: Space) -> Problem:
    return problem(
        "VENUE_OVERLAP",
        (one.event_id, other.event_id),
        (space.key, _stamp(one), _stamp(other)),
        place=space.name,
        first=one.title,
        second=other.title,
        starts_at=max(one.occupied_from, other.occupied_from),
        ends_at=min(one.occupied_until, other.occupied_until),
        in_public=one.starts_at < other.ends_at and other.starts_at < one.ends_at,
    )


def _crowds(listed: Sequence[Stay], space: Space) -> list[Problem]:
    """Sweep the moments at which somebody arrives; say the worst one."""
    if space.capacity is None:
        return []
    worst: tuple[int, datetime, list[Stay]] | None = None
    for moment in sorted({stay.starts_at for stay in listed}):
        there = [stay for stay in listed if stay.starts_at <= moment < stay.ends_at]
        load = sum(stay.expected or 0 for stay in there)
        if len(there) > 1 and load > space.capacity and (worst is None or load > worst[0]):
            worst = (load, moment, there)
    if worst is None:
        return []
    load, moment, there = worst
    return [
        problem(
            "CROWD",
            (stay.event_id for stay in there),
            (space.key, *(_stamp(stay) for stay in there)),
            place=space.name,
            titles=[stay.title for stay in there],
            at=moment,
            expected=load,
            capacity=space.capacity,
        )
    ]


def capacities(
    stays: Iterable[Stay], spaces: Mapping[str, Space], sold: Mapping[int, int]
) -> list[Problem]:
    """More people at one time than the place takes, or more tickets sold; or a place too large."""
    found: list[Problem] = []
    for stay in stays:
        space = spaces.get(stay.space)
        if space is None or space.capacity is None or stay.part.startswith("session"):
            continue
        facts = {"title": stay.title, "place": space.name, "capacity": space.capacity}
        stamp = (space.key, space.capacity, stay.event_id)
        expected = stay.expected
        if expected is not None and expected > space.capacity:
            found.append(
                problem("CAPACITY", [stay.event_id], (*stamp, expected), expected=expected, **facts)
            )
        elif expected is not None and expected * 10 < space.capacity * 4:
            found.append(
                problem("THIN", [stay.event_id], (*stamp, expected), expected=expected, **facts)
            )
        tickets = sold.get(stay.event_id, 0)
        if tickets > (stay.whole if stay.whole is not None else space.capacity):
            found.append(
                problem(
                    "SOLD_OVER_CAPACITY", [stay.event_id], (*stamp, tickets), sold=tickets, **facts
                )
            )
    return found


def persons(engagements: Iterable[Engagement]) -> list[Problem]:
    """A person in two places at once, or with too little time from one to the next."""
    by_person: dict[int, list[Engagement]] = defaultdict(list)
    for one in engagements:
        if one.role in ATTENDING:
            by_person[one.person_id].append(one)
    found: list[Problem] = []
    for listed in by_person.values():
        listed.sort(key=lambda one: (one.starts_at, one.ends_at, one.event_id, one.part))
        running, last = list[Engagement](), None
        for now in listed:
            ended = [one for one in running if one.ends_at <= now.starts_at]
            last = max([*([last] if last else []), *ended], key=lambda e: e.ends_at, default=None)
            running = [one for one in running if one.ends_at > now.starts_at]
            found += [_double(one, now) for one in running]
            if last is not None:
                found += _too_far(last, now)
            running.append(now)
    return found


def outside(
    sessions: Iterable[Stay], slots: Mapping[int, Sequence[tuple[datetime, datetime]]]
) -> list[Problem]:
    """Sessions that are in no slot of their event; an event without a date takes any.

    Args:
        slots: event id -> its times.
    """
    found = []
    for one in sessions:
        times = slots.get(one.event_id, ())
        if not times or any(s <= one.starts_at and one.ends_at <= e for s, e in times):
            continue
        found.append(
            problem(
                "SESSION_OUTSIDE",
                [one.event_id],
                (_stamp(one), *(f"{s.isoformat()}/{e.isoformat()}" for s, e in times)),
                title=one.title,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
            )
        )
    return found


def _double(one: Engagement, other: Engagement) -> Problem:
    return problem(
        "PERSON_DOUBLE",
        (one.event_id, other.event_id),
        (one.person_id, _where(one), _where(other)),
        person=one.person,
        first=one.title,
        second=other.title,
        starts_at=other.starts_at,
        ends_at=min(one.ends_at, other.ends_at),
    )


def _too_far(one: Engagement, other: Engagement) -> list[Problem]:
    if not one.place.city or not other.place.city:
        return []  # the place is still to be found; the way is looked at then
    way = minutes(one.place, other.place)
    if way == 0:
        return []
    need = way + MARGIN_MINUTES[other.role]
    gap = int((other.starts_at - one.ends_at).total_seconds() // 60)
    if gap >= need:
        return []
    return [
        problem(
            "PERSON_TRAVEL",
            (one.event_id, other.event_id),
            (one.person_id, _where(one), _where(other)),
            person=one.person,
            first=one.title,
            second=other.title,
            ends_at=one.ends_at,
            starts_at=other.starts_at,
            gap=gap,
            need=need,
            from_city=one.place.city,
            to_city=other.place.city,
        )
    ]


def _stamp(stay: Stay) -> str:
    # Not the number of a slot: another one added before it must not void what was accepted.
    part = "" if stay.part.startswith("slot-") else stay.part
    return (
        f"{stay.event_id}/{part}@{stay.occupied_from.isoformat()}/{stay.occupied_until.isoformat()}"
    )


def _where(one: Engagement) -> str:
    return f"{one.place.key}@{one.starts_at.isoformat()}/{one.ends_at.isoformat()}"
