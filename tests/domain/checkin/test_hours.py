"""The hours of a door, as released."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from eventsapp.domain.checkin import hours

NOON = datetime(2026, 10, 1, 10, 0, tzinfo=UTC)


def at(hour):
    return NOON + timedelta(hours=hour)


def slot(key, start, end):
    return SimpleNamespace(id=key, starts_at=at(start), ends_at=at(end))


def row(slot_id=None, **given):
    """What an admission is for, with the draft's own hours, which differ."""
    draft = {"event_id": 1, "starts_at": at(50), "ends_at": at(51), "doors": 15}
    return SimpleNamespace(**draft | {"slot_id": slot_id} | given)


def released(*slots):
    return SimpleNamespace(
        doors_minutes_before=30,
        slots=slots,
        days_of=lambda given: [one.starts_at.date() for one in given],
    )


RELEASED = {
    1: released(slot(7, 4, 6), slot(8, 1, 3)),
    2: released(),
    4: released(slot(1, 1, 3), slot(2, 25, 27)),
    5: released(slot(1, 1, 26), slot(2, 25, 27)),
}


@pytest.mark.parametrize(
    ("admission", "expected"),
    [
        (row(), (at(0.5), at(6))),
        (row(7), (at(3.5), at(6))),
        (row(8), (at(0.5), at(3))),
        # A slot that the release does not know opens with the event.
        (row(9), (at(0.5), at(6))),
        # Before a release, and for an event without hours in it: the draft's.
        (row(event_id=3), (at(49.75), at(51))),
        (row(event_id=2), (at(49.75), at(51))),
        (row(event_id=3, starts_at=None), (None, None)),
    ],
)
def test_doors_open_before_the_first_hour_and_close_after_the_last(admission, expected):
    assert hours.window(admission, RELEASED, NOON) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(-99), (at(0.5), at(3))),
        (at(3) + timedelta(minutes=10), (at(0.5), at(3))),
        (at(3) + timedelta(minutes=11), (at(24.5), at(27))),
        (at(26), (at(24.5), at(27))),
        (at(99), (at(24.5), at(27))),
    ],
)
def test_of_several_days_the_one_that_is_or_comes_next_counts(moment, expected):
    assert hours.window(row(event_id=4), RELEASED, moment) == expected


def test_a_night_that_is_open_joins_its_days():
    assert hours.window(row(event_id=5), RELEASED, at(24)) == (at(0.5), at(27))


def test_a_release_is_read_once_and_a_few_are_remembered(monkeypatch):
    read = []

    def find(slug):
        read.append(slug)
        return SimpleNamespace(events=[SimpleNamespace(id=5)])

    monkeypatch.setattr(hours.releases, "find", find)
    monkeypatch.setattr(hours, "_timetables", hours.OrderedDict())

    assert hours.timetable("weeks", None) == {} and not read
    assert list(hours.timetable("weeks", "digest-0")) == [5]
    assert list(hours.timetable("weeks", "digest-0")) == [5]
    assert read == ["weeks"]
    for number in range(1, 8):
        hours.timetable("weeks", f"digest-{number}")
    hours.timetable("weeks", "digest-0")
    assert len(read) == 8
    hours.timetable("weeks", "digest-8")
    assert len(hours._timetables) == 8
    hours.timetable("weeks", "digest-8")
    assert len(read) == 9
    hours.timetable("weeks", "digest-0")
    assert len(read) == 10


def test_a_series_without_a_release_has_no_hours(monkeypatch):
    monkeypatch.setattr(hours.releases, "find", lambda _slug: None)
    monkeypatch.setattr(hours, "_timetables", hours.OrderedDict())

    assert hours.timetable("weeks", "digest") == {}
