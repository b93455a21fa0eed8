"""What one process remembers for a moment, so that a rush asks the database once.

A remembered value may be as old as its place allows, in every other process too: keep here what
may be that late, and nothing that decides about places or money.
"""

import time
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")

_places: list["Brief"] = []


class Brief(Generic[Value]):
    """Values by key for ``seconds``; at most ``most`` of them, then it begins anew."""

    def __init__(self, seconds: float, *, most: int = 1000) -> None:
        self.seconds = seconds
        self.most = most
        self._known: dict[Hashable, tuple[float, Value]] = {}
        self._lock = Lock()
        _places.append(self)

    def get(self, key: Hashable) -> Value | None:
        """The value while it is fresh; None when it is unknown or too old."""
        found = self._known.get(key)
        if found is None or time.monotonic() - found[0] >= self.seconds:
            return None
        return found[1]

    def keep(self, key: Hashable, value: Value) -> Value:
        with self._lock:
            if len(self._known) >= self.most:
                self._known.clear()
            self._known[key] = (time.monotonic(), value)
        return value

    def forget(self) -> None:
        with self._lock:
            self._known.clear()


def forget_everything() -> None:
    """As a process that has just started: between tests, and when a database was replaced."""
    for place in _places:
        place.forget()
