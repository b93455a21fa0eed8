"""Until when unpaid places are kept: a page more moves it, to a bound."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.ticketing.sales import deadlines

PRESS = datetime(2026, 9, 24, 10, 0, tzinfo=UTC)


def after(*minutes):
    return [None if one is None else PRESS + timedelta(minutes=one) for one in minutes]


@pytest.mark.parametrize(
    ("deadline", "first_press", "last"),
    [
        (None, None, None),
        (36, None, 36),  # nobody has pressed "pay" yet
        (None, 0, 120),
        (36, 0, 120),
        (3 * 24 * 60, 0, 3 * 24 * 60),  # a transfer has days
    ],
)
def test_the_page_of_an_order_says_the_last_hour_that_there_can_be(deadline, first_press, last):
    deadline, first_press, last = after(deadline, first_press, last)

    assert deadlines.latest(deadline, first_press) == last


@pytest.mark.parametrize(
    ("deadline", "closes", "moved"),
    [
        (None, 30, 35),
        (36, 30, 36),
        (36, 60, 65),
        (65, 115, 120),
        (65, 116, None),  # its news would come after two hours
        (115, 200, None),
        (500, 495, 500),
        (500, 496, None),
        (None, 116, None),
    ],
)
def test_a_page_moves_the_deadline_until_its_news_is_there_two_hours_at_most(
    deadline, closes, moved
):
    deadline, closes, moved = after(deadline, closes, moved)

    assert deadlines.moved(deadline, PRESS, closes) == moved
