"""The planning board of one day: a row a venue, a block a slot, placed by classes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from eventsapp.domain.programme.models import Event, EventState, Series, Slot, Venue
from eventsapp.kernel import spelling, words
from eventsapp.web.organizer.programme.problems import Sentence, grave

#: From eight to five in the morning: a night belongs to its evening, and is shown whole.
FIRST_HOUR, QUARTERS = 8, 84
NIGHT = timedelta(hours=5)
#: A block narrower than this writes its title beside itself.
NARROW = 14


@dataclass(frozen=True)
class Block:
    event: Event
    slot: Slot
    begin: int
    length: int
    row: int
    hours: str
    problems: tuple[Sentence, ...]
    setup_begin: int
    setup_length: int

    @property
    def narrow(self) -> bool:
        return self.length < NARROW

    @property
    def tone(self) -> str:
        if any(not one.waived for one in self.problems):
            return "is-ko"
        return "is-warn" if self.problems else ""


@dataclass
class Lane:
    venue: Venue | None
    row: int
    span: int = 1
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True)
class CityRows:
    city: str
    row: int
    lanes: tuple[Lane, ...]


@dataclass(frozen=True)
class StripDay:
    day: date
    good: int
    bad: int


def strip(series: Series, events: Sequence[Event], found: Sequence[Sentence]) -> list[StripDay]:
    """Every day of the series with its events, those in trouble apart."""
    trouble = {
        event_id
        for one in found
        if grave(one.severity) and not one.waived
        for event_id in one.events
    }
    count = (series.ends_on - series.starts_on).days + 1
    days = {series.starts_on + timedelta(days=n): [0, 0] for n in range(max(1, min(count, 120)))}
    for event in events:
        for day in {day_of(slot, series.timezone) for slot in event.slots}:
            days.setdefault(day, [0, 0])[event.id in trouble] += 1
    return [StripDay(day, good, bad) for day, (good, bad) in sorted(days.items())]


def day_of(slot: Slot, zone: str) -> date:
    """The programme day of a slot: a night belongs to its evening."""
    return (words.local(slot.starts_at, zone) - NIGHT).date()


def on_day(events: Iterable[Event], day: date, zone: str) -> list[tuple[Event, Slot]]:
    """Slots that touch a day, in order of time."""
    found = []
    for event in events:
        for slot in event.slots:
            last = (words.local(slot.ends_at, zone) - NIGHT).date()
            if day_of(slot, zone) <= day <= max(last, day_of(slot, zone)):
                found.append((event, slot))
    return sorted(found, key=lambda pair: (pair[1].starts_at, pair[0].number))


def rows(
    there: Sequence[tuple[Event, Slot]], day: date, zone: str, found: Sequence[Sentence]
) -> list[CityRows]:
    """The grid: cities, their venues, the blocks; overlapping blocks take a row each."""
    by_venue: dict[int, list[tuple[Event, Slot]]] = {}
    venues: dict[int, Venue | None] = {}
    for event, slot in there:
        key = event.venue_id or 0
        by_venue.setdefault(key, []).append((event, slot))
        venues[key] = event.venue
    cities: dict[str, list[int]] = {}
    for key in by_venue:
        venue = venues[key]
        cities.setdefault(venue.city if venue else "", []).append(key)
    grid, row = [], 2
    for city, keys in sorted(cities.items(), key=lambda one: spelling.fold(one[0])):
        head, lanes = row, []
        row += 1
        for key in sorted(keys, key=lambda one: _name(venues[one])):
            lane = _lane(venues[key], by_venue[key], row, day, zone, found)
            lanes.append(lane)
            row += lane.span
        grid.append(CityRows(city, head, tuple(lanes)))
    return grid


def _name(venue: Venue | None) -> str:
    return spelling.fold(venue.name) if venue else ""


def _lane(
    venue: Venue | None,
    listed: Sequence[tuple[Event, Slot]],
    row: int,
    day: date,
    zone: str,
    found: Sequence[Sentence],
) -> Lane:
    lane, ends = Lane(venue, row), list[int]()
    for event, slot in listed:
        begin, length = _place(slot.starts_at, slot.ends_at, day, zone)
        setup_from = slot.starts_at - timedelta(minutes=event.setup_minutes)
        setup_begin, setup_length = _place(setup_from, slot.starts_at, day, zone)
        taken = next((n for n, end in enumerate(ends) if end <= setup_begin), len(ends))
        end = begin + length
        ends[taken : taken + 1] = [end]
        lane.blocks.append(
            Block(
                event=event,
                slot=slot,
                begin=begin,
                length=length,
                row=row + taken,
                hours=words.hours(slot.starts_at, slot.ends_at, zone),
                problems=tuple(o for o in found if event.id in o.events and grave(o.severity)),
                setup_begin=setup_begin,
                setup_length=setup_length if event.setup_minutes else 0,
            )
        )
    lane.span = max(1, len(ends))
    return lane


def _place(start: datetime, end: datetime, day: date, zone: str) -> tuple[int, int]:
    """First quarter of an hour and how many, cut to what the board shows of the day."""
    first = _quarter(words.local(start, zone), day)
    last = _quarter(words.local(end, zone), day, up=True)
    begin = min(max(first, 0), QUARTERS - 1)
    return begin, max(1, min(last, QUARTERS) - begin)


def _quarter(at: datetime, day: date, *, up: bool = False) -> int:
    hours = (at.date() - day).days * 24 + at.hour - FIRST_HOUR
    quarters, rest = divmod(at.minute, 15)
    return hours * 4 + quarters + (1 if up and rest else 0)


def undated(events: Iterable[Event]) -> list[Event]:
    """Events that still want a date or a place."""
    return [
        event
        for event in events
        if event.state is not EventState.CANCELLED and (not event.slots or event.venue_id is None)
    ]
