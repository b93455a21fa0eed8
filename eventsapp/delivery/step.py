"""What a long work knows, and how it says how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eventsapp.kernel import jobs
from eventsapp.kernel.jobs import Claimed


@dataclass(frozen=True)
class Step:
    """Called after each part, with what is done and, as soon as it is known, how much there is."""

    held: Claimed

    @property
    def payload(self) -> dict[str, Any]:
        return self.held.payload

    @property
    def cursor(self) -> dict[str, Any]:
        return self.held.cursor or {}

    def __call__(self, done: int, total: int | None = None, **cursor: Any) -> None:
        """Raises Stopped or LeaseLost: the work ends where it is."""
        jobs.advance(self.held, done=done, total=total, cursor=cursor or None)


Work = Callable[[Step], dict[str, Any]]
