"""How often one ticket may enter, and since when an entry counts. Pure.

The four ways are those of ``programme.models.EntryPolicy``. A programme day begins at five in the
morning: whoever comes at one at night comes on the day of the evening.
"""

from dataclasses import dataclass
from datetime import datetime

ONCE, DAILY, RETURN, FREE = "once", "daily", "return", "free"


@dataclass(frozen=True)
class Entry:
    """The rule of one event, or of one visit of it.

    ``mornings``: when its days begin. ``emptied``: those of them before which everybody had left,
    because it was closed over night.
    """

    policy: str = RETURN
    mornings: tuple[datetime, ...] = ()
    emptied: tuple[datetime, ...] = ()

    def since(self, at: datetime) -> datetime | None:
        """Entries before this are of another day, and forgotten; None where none is."""
        if self.policy == DAILY:
            return _last(self.mornings, at)
        return _last(self.emptied, at) if self.policy == RETURN else None

    def inside_since(self, at: datetime) -> datetime | None:
        """Whoever entered before this has left, with or without a scan."""
        return _last(self.emptied, at)


def _last(instants: tuple[datetime, ...], at: datetime) -> datetime | None:
    return max((one for one in instants if one <= at), default=None)
