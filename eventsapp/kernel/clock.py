"""The only source of time. Instants are aware and UTC; local days are computed, never stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from eventsapp.kernel.errors import Refusal

_frozen: datetime | None = None


class NonexistentTime(Refusal):
    """The clocks jump over this wall-clock time. Facts: ``at`` (naive), ``zone``."""

    code = "nonexistent_time"


class AmbiguousTime(Refusal):
    """The wall clock shows this time twice. Facts: ``at`` (naive), ``zone``."""

    code = "ambiguous_time"


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _frozen if _frozen is not None else datetime.now(UTC)


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Hold the clock at ``instant`` (tests and the demo's loader only)."""
    before = _frozen
    freeze(instant)
    try:
        yield
    finally:
        freeze(before)


def freeze(instant: datetime | None) -> None:
    global _frozen
    if instant is not None and instant.tzinfo is None:
        raise ValueError("an aware instant is needed")
    _frozen = instant.astimezone(UTC) if instant is not None else None


@lru_cache(maxsize=64)
def zone_info(zone: str) -> ZoneInfo:
    return ZoneInfo(zone)


def local(instant: datetime, zone: str) -> datetime:
    """The same instant on the wall clock of an IANA ``zone``."""
    return instant.astimezone(zone_info(zone))


def local_day(instant: datetime, zone: str) -> date:
    return local(instant, zone).date()


def from_local(naive: datetime, zone: str, *, fold: int | None = None) -> datetime:
    """The UTC instant of a wall-clock time.

    Args:
        naive: what the wall clock shows, without zone.
        fold: 0 for the first, 1 for the second of two equal times in autumn.

    Raises:
        NonexistentTime: the hour that is skipped in spring.
        AmbiguousTime: the hour that comes twice in autumn, unless ``fold`` chooses.
    """
    tz = zone_info(zone)
    first = naive.replace(tzinfo=tz, fold=0).astimezone(UTC)
    second = naive.replace(tzinfo=tz, fold=1).astimezone(UTC)
    if first.astimezone(tz).replace(tzinfo=None) != naive:
        raise NonexistentTime(at=naive, zone=zone)
    if first == second:
        return first
    if fold is None:
        raise AmbiguousTime(at=naive, zone=zone)
    return second if fold else first


def start_of_day(day: date, zone: str) -> datetime:
    """The UTC instant at which a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone_info(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    return start_of_day(day + timedelta(days=1), zone)


def plain(value: Any, zone: str) -> Any:
    """A value for a file: instants in the wall time of ``zone`` with their offset, the rest as it
    is; a member of a list of words is its word."""
    if isinstance(value, datetime):
        return local(value, zone)
    return value.value if isinstance(value, Enum) else value
