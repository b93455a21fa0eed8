"""Schematic maps: numbers never overlap, stay on the paper, and stand where they should."""

import math

from hypothesis import given
from hypothesis import strategies as st

from eventsapp.domain.programme.released import ReleasedVenue
from eventsapp.web.public import maps

WIDTH, HEIGHT = 312, 360
inside = st.tuples(st.floats(20, WIDTH - 20), st.floats(20, HEIGHT - 20))


@given(st.lists(inside, max_size=12))
def test_numbers_are_pushed_apart_and_stay_on_the_paper(points):
    placed = maps.push_apart(points, width=WIDTH, height=HEIGHT)

    assert len(placed) == len(points)
    for n, (x, y) in enumerate(placed):
        assert maps.EDGE <= x <= WIDTH - maps.EDGE
        assert maps.EDGE <= y <= HEIGHT - maps.EDGE
        for other_x, other_y in placed[n + 1 :]:
            assert math.hypot(x - other_x, y - other_y) > maps.APART / 2


@given(st.lists(inside, max_size=8))
def test_the_same_places_are_always_drawn_the_same_way(points):
    once = maps.push_apart(points, width=WIDTH, height=HEIGHT)

    assert maps.push_apart(points, width=WIDTH, height=HEIGHT) == once


def test_a_lonely_place_stays_where_it_is():
    assert maps.push_apart([(100.0, 120.0)], width=WIDTH, height=HEIGHT) == [(100.0, 120.0)]


def test_north_is_up_and_east_is_right():
    window = maps.Window(5.2, 5.5, 43.2, 43.4)

    assert window.x(5.4) > window.x(5.3)
    assert window.y(43.4) < window.y(43.3)


def test_the_link_to_the_street_map_names_the_place_alone():
    venue = ReleasedVenue(1, "v", "V", "", "", "Aix", "FR", 43.5, 5.4, None)

    assert maps.osm_url(venue) == (
        "https://www.openstreetmap.org/?mlat=43.5&mlon=5.4#map=17/43.5/5.4"
    )
