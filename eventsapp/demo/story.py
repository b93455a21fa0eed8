"""The demo's calendar: the reference series moved by whole weeks, as it stood at a MOMENT."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from eventsapp.kernel import clock

ZONE = "Europe/Paris"
DEFAULT_MOMENT = datetime(2015, 9, 10, 12, 0)  # noqa: DTZ001 - a wall clock in Aix


@dataclass(frozen=True)
class Story:
    """How the year 2015 maps to this one.

    All wall-clock times move by ``weeks``; 19:30 stays 19:30 across the change of the clocks.
    ``moment`` is local and naive, as the command takes it.
    """

    moment: datetime
    weeks: int
    loaded_at: datetime

    @classmethod
    def at(cls, moment: datetime = DEFAULT_MOMENT, *, shift: bool = True) -> "Story":
        """The smallest whole number of weeks that puts ``moment`` at or after now."""
        now = clock.now()
        if not shift:
            return cls(moment, 0, now)
        gap = clock.local(now, ZONE).replace(tzinfo=None) - moment
        weeks = max(0, -(-gap // timedelta(weeks=1)))
        return cls(moment, weeks, now)

    def happened(self, stamp: str) -> bool:
        """Whether a stamp of the reference data lies at or before the moment."""
        return wall(stamp) <= self.moment

    def instant(self, stamp: str) -> datetime:
        """The moved instant (UTC) of a stamp such as ``2015-09-24T19:30:00+02:00``."""
        moved = wall(stamp) + timedelta(weeks=self.weeks)
        try:
            return clock.from_local(moved, ZONE, fold=0)
        except clock.NonexistentTime:
            # Something of a night in 2015 that lands in the hour skipped in spring.
            return clock.from_local(moved + timedelta(hours=1), ZONE)

    def past_instant(self, stamp: str) -> datetime:
        """As ``instant``, for what has happened: never later than now."""
        moved = self.instant(stamp)
        return moved if not self.weeks else min(moved, self.loaded_at)

    def day(self, stamp: str) -> date:
        return date.fromisoformat(stamp[:10]) + timedelta(weeks=self.weeks)

    def year(self, reference_year: int) -> int:
        """A founding year, moved by the difference of the years of the closing day."""
        closing = date(2015, 8, 31)
        return reference_year + (closing + timedelta(weeks=self.weeks)).year - closing.year


def wall(stamp: str) -> datetime:
    """The wall clock of a stamp; the reference data is all written in Europe/Paris."""
    aware = datetime.fromisoformat(stamp)
    if aware.tzinfo is None:
        return aware
    return aware.astimezone(clock.zone_info(ZONE)).replace(tzinfo=None)
