"""Limits: so many attempts in so long, across the border of two windows, and for nobody else."""

import pytest
from sqlalchemy import func, select

from eventsapp.kernel import limits
from eventsapp.kernel.db import db


def hits(key, times, *, limit, per=60):
    for _ in range(times):
        limits.hit(key, limit=limit, per=per)


def windows() -> int:
    return db.session.scalar(select(func.count()).select_from(limits.RateCount))


def test_limits_hold_over_the_window_and_open_again(app, now):
    hits("door:1", 3, limit=3)
    with pytest.raises(limits.TooManyAttempts) as refusal:
        limits.hit("door:1", limit=3, per=60)
    assert refusal.value.facts == {"wait_minutes": 2}
    limits.hit("door:2", limit=3, per=60)
    now(minutes=2)
    limits.hit("door:1", limit=3, per=60)


def test_a_limit_holds_across_the_border_of_two_windows(app, now):
    now(seconds=59)
    hits("door:1", 3, limit=3)
    now(seconds=2)

    with pytest.raises(limits.TooManyAttempts):
        limits.hit("door:1", limit=3, per=60)


def test_a_window_weighs_by_the_part_of_it_that_lies_within_the_time(app, now):
    hits("door:1", 4, limit=4)
    hits("door:2", 1, limit=4)
    now(seconds=90)

    hits("door:1", 2, limit=4)
    with pytest.raises(limits.TooManyAttempts):
        limits.hit("door:1", limit=4, per=60)
    hits("door:2", 3, limit=4)


def test_a_window_counts_for_no_more_than_its_limit(app, now):
    hits("door:1", 2, limit=2)
    for _ in range(20):
        with pytest.raises(limits.TooManyAttempts):
            limits.hit("door:1", limit=2, per=60)
    now(seconds=90)

    limits.hit("door:1", limit=2, per=60)


@pytest.mark.parametrize(
    ("limit", "passed", "minutes"),
    [
        (2, 0, 3),
        (2, 60, 2),
        (2, 119, 2),  # sixty-one seconds: one minute would be a second too early
        (2, 90, 2),
        (4, 119, 1),
    ],
)
def test_who_comes_back_after_the_time_that_was_told_is_let_in(app, now, limit, passed, minutes):
    now(seconds=passed)
    hits("door:1", limit, limit=limit, per=120)
    with pytest.raises(limits.TooManyAttempts) as refusal:
        limits.hit("door:1", limit=limit, per=120)
    assert refusal.value.facts == {"wait_minutes": minutes}

    now(minutes=minutes)

    limits.hit("door:1", limit=limit, per=120)


def test_an_attempt_that_was_none_is_taken_back(app, now):
    now(seconds=30)
    hits("door:1", 3, limit=3)
    hits("door:2", 3, limit=3)

    limits.forgive("door:1", per=60)

    limits.hit("door:1", limit=3, per=60)
    for key in ("door:1", "door:2"):
        with pytest.raises(limits.TooManyAttempts):
            limits.hit(key, limit=3, per=60)


def test_attempts_of_another_time_are_not_taken_back(app, now):
    hits("door:1", 2, limit=2)
    now(minutes=1)
    limits.forgive("door:1", per=60)

    with pytest.raises(limits.TooManyAttempts):
        limits.hit("door:1", limit=2, per=60)


def test_nobody_gets_more_attempts_by_being_forgiven_more_often_than_he_tried(app):
    limits.hit("door:1", limit=1, per=60)
    limits.forgive("door:1", per=60)
    limits.forgive("door:1", per=60)

    limits.hit("door:1", limit=1, per=60)
    with pytest.raises(limits.TooManyAttempts):
        limits.hit("door:1", limit=1, per=60)


def test_a_window_is_forgotten_when_it_weighs_nothing_any_more_and_not_before(app, now):
    limits.hit("door:1", limit=60, per=60)
    now(seconds=119)
    limits.forget_old()
    assert windows() == 1

    now(seconds=1)
    limits.forget_old()

    assert windows() == 0
