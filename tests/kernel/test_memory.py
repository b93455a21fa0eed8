"""Remembering for a moment: fresh values come back, old ones do not, and it never grows."""

import time

from eventsapp.kernel import memory
from eventsapp.kernel.memory import Brief


def test_a_value_is_there_while_it_is_fresh(monkeypatch):
    place: Brief[str] = Brief(10)
    place.keep("key", "value")
    later = time.monotonic()

    monkeypatch.setattr(time, "monotonic", lambda: later + 9)
    assert place.get("key") == "value"
    monkeypatch.setattr(time, "monotonic", lambda: later + 10)
    assert place.get("key") is None


def test_it_begins_anew_instead_of_growing():
    place: Brief[int] = Brief(10, most=3)
    for number in range(4):
        place.keep(number, number)

    assert [place.get(number) for number in range(4)] == [None, None, None, 3]


def test_everything_can_be_forgotten():
    first, second = Brief(10), Brief(10)
    first.keep("a", 1)
    second.keep("b", 2)

    memory.forget_everything()

    assert (first.get("a"), second.get("b")) == (None, None)
