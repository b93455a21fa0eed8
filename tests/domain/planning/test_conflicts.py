"""Conflicts of places and persons, as cases and as properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.domain.planning import conflicts
from eventsapp.domain.planning.conflicts import Engagement, Space, Stay, find, overlaps, persons
from eventsapp.domain.planning.travel import Place, distance_m, minutes

NINE = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)
HALL = {"hall": Space("hall", "Grande salle", 600)}
AIX = Place("aix", "Aix-en-Provence", 43.5262, 5.4398)
LUMINY = Place("luminy", "Marseille", 43.232, 5.437)
PHARO = Place("pharo", "Marseille", 43.2945, 5.3585)
BOURSE = Place("bourse", "Marseille", 43.2959, 5.3742)


def stay(event_id, start, end, **given):
    return Stay(
        event_id,
        f"É{event_id}",
        given.pop("space", "hall"),
        NINE + timedelta(hours=start),
        NINE + timedelta(hours=end),
        **given,
    )


def engaged(event_id, place, start, end, person=1, role="speaker"):
    begins, ends = NINE + timedelta(minutes=start), NINE + timedelta(minutes=end)
    return Engagement(person, "Yann", event_id, f"É{event_id}", place, begins, ends, role)


def codes(found):
    return [one.code for one in found]


def test_two_events_in_one_exclusive_place_clash():
    found = overlaps([stay(1, 0, 3), stay(2, 2, 4)], HALL)

    assert codes(found) == ["VENUE_OVERLAP"]
    assert found[0].events == (1, 2)
    assert found[0].facts["starts_at"] == NINE + timedelta(hours=2)
    assert found[0].facts["in_public"] is True


def test_an_event_may_begin_when_another_ends():
    assert overlaps([stay(1, 0, 3), stay(2, 3, 4)], HALL) == []


def test_setting_up_occupies_the_place():
    found = overlaps([stay(1, 0, 3), stay(2, 3, 4, setup_minutes=30)], HALL)

    assert codes(found) == ["VENUE_OVERLAP"]
    assert found[0].facts["in_public"] is False


def test_a_long_event_clashes_with_each_that_it_covers():
    found = overlaps([stay(1, 0, 9), stay(2, 1, 2), stay(3, 5, 6)], HALL)

    assert sorted(one.events for one in found) == [(1, 2), (1, 3)]


def test_a_shared_place_takes_several_until_it_is_full():
    shared = {"hall": Space("hall", "Parc", 600, shared=True)}
    two = [stay(1, 0, 3, expected=300), stay(2, 1, 4, expected=300)]

    assert overlaps(two, shared) == []
    found = overlaps([*two, stay(3, 2, 5, expected=1)], shared)
    assert codes(found) == ["CROWD"]
    assert found[0].facts["expected"] == 601


@pytest.mark.parametrize(
    ("expected", "whole", "sold", "code"),
    [
        (601, 601, 0, ["CAPACITY"]),
        (600, 1500, 1200, []),
        (600, 600, 601, ["SOLD_OVER_CAPACITY"]),
        (239, 239, 0, ["THIN"]),
        (240, 240, 0, []),
        (None, None, 601, ["SOLD_OVER_CAPACITY"]),
    ],
)
def test_capacity_counts_people_at_one_time(expected, whole, sold, code):
    found = find([stay(1, 0, 3, expected=expected, whole=whole)], HALL, [], sold={1: sold})

    assert codes(found) == code


def test_a_person_is_not_in_two_places_at_once():
    found = persons([engaged(1, AIX, 0, 60), engaged(2, AIX, 30, 90)])

    assert codes(found) == ["PERSON_DOUBLE"]


def test_from_aix_to_marseille_takes_the_declared_minutes_in_both_directions():
    there = persons([engaged(1, LUMINY, 0, 60), engaged(2, AIX, 75, 120)])
    back = persons([engaged(1, AIX, 0, 60), engaged(2, LUMINY, 75, 120)])

    assert codes(there) == codes(back) == ["PERSON_TRAVEL"]
    assert there[0].facts["need"] == 60  # 50 on the road, 10 to arrive
    assert there[0].facts["gap"] == 15
    assert persons([engaged(1, LUMINY, 0, 60), engaged(2, AIX, 120, 180)]) == []


def test_a_person_may_go_from_room_to_room_of_one_place():
    assert persons([engaged(1, AIX, 0, 60), engaged(1, AIX, 60, 90)]) == []


def test_the_way_is_looked_at_from_the_engagement_that_ended_last():
    found = persons(
        [engaged(1, AIX, 0, 200), engaged(2, AIX, 10, 20), engaged(3, LUMINY, 210, 240)]
    )

    assert codes(found) == ["PERSON_DOUBLE", "PERSON_TRAVEL"]
    assert found[1].events == (1, 3)


def test_who_does_not_attend_does_not_clash():
    assert persons([engaged(1, AIX, 0, 60, role="author"), engaged(2, AIX, 0, 60)]) == []


def test_a_fingerprint_changes_with_time_place_or_person():
    base = overlaps([stay(1, 0, 3), stay(2, 2, 4)], HALL)[0].fingerprint
    later = overlaps([stay(1, 0, 3), stay(2, 2, 5)], HALL)[0].fingerprint
    elsewhere = overlaps([stay(1, 0, 3, space="b"), stay(2, 2, 4, space="b")], {})[0].fingerprint

    assert len({base, later, elsewhere}) == 3


def test_near_places_are_walked_and_far_ones_take_longer():
    assert minutes(PHARO, PHARO) == 0
    assert 15 <= minutes(PHARO, BOURSE) <= 30
    assert minutes(PHARO, LUMINY) > minutes(PHARO, BOURSE)
    assert minutes(Place("a", "Marseille"), Place("b", "Marseille")) == 20
    assert minutes(Place("a", "Nice"), Place("b", "Toulon")) == 60
    assert distance_m(AIX, Place("x", "Aix-en-Provence")) is None


spans = st.tuples(st.integers(0, 200), st.integers(1, 60))


@given(st.lists(spans, max_size=12))
def test_overlaps_are_those_of_every_pair(listed):
    stays = [stay(n, start / 10, (start + length) / 10) for n, (start, length) in enumerate(listed)]
    expected = {
        (one.event_id, other.event_id)
        for n, one in enumerate(stays)
        for other in stays[n + 1 :]
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at
    }

    assert {one.events for one in overlaps(stays, HALL)} == expected


@given(st.lists(spans, max_size=10), st.randoms())
def test_the_order_of_the_programme_changes_nothing(listed, chance):
    stays = [stay(n, start / 10, (start + length) / 10) for n, (start, length) in enumerate(listed)]
    mixed = list(stays)
    chance.shuffle(mixed)

    assert find(stays, HALL, []) == find(mixed, HALL, [])


@given(st.lists(spans, min_size=1, max_size=10))
def test_a_person_double_booked_is_always_told(listed):
    engagements = [
        engaged(n, AIX, start, start + length) for n, (start, length) in enumerate(listed)
    ]
    clash = any(
        one.starts_at < other.ends_at and other.starts_at < one.ends_at
        for n, one in enumerate(engagements)
        for other in engagements[n + 1 :]
    )

    assert ("PERSON_DOUBLE" in codes(persons(engagements))) == clash


@given(st.sampled_from([AIX, LUMINY, PHARO, BOURSE]), st.sampled_from([AIX, LUMINY, PHARO]))
def test_the_way_back_is_as_long_as_the_way_there(one, other):
    assert minutes(one, other) == minutes(other, one) >= 0


def test_every_code_has_a_severity():
    assert set(conflicts.SEVERITY) == {
        "VENUE_OVERLAP",
        "CROWD",
        "CAPACITY",
        "SOLD_OVER_CAPACITY",
        "PERSON_DOUBLE",
        "PERSON_TRAVEL",
        "SESSION_OUTSIDE",
        "THIN",
    }


def test_nobody_travels_to_a_place_that_is_not_found_yet():
    nowhere = Place("nowhere", "")

    assert persons([engaged(1, AIX, 0, 60), engaged(2, nowhere, 60, 120)]) == []
    assert persons([engaged(1, nowhere, 0, 60), engaged(2, AIX, 60, 120)]) == []


def test_a_session_lies_within_a_slot_of_its_event():
    slots = {1: [(NINE, NINE + timedelta(hours=3)), (NINE + timedelta(hours=24),) * 2], 2: []}

    inside = [stay(1, 0, 3, part="session-1"), stay(2, 50, 51, part="session-2")]
    assert conflicts.outside(inside, slots) == []
    for start, end in ((-1, 1), (2, 4), (30, 31)):
        found = conflicts.outside([stay(1, start, end, part="session-1")], slots)
        assert codes(found) == ["SESSION_OUTSIDE"]
        assert found[0].severity is conflicts.Severity.WAIVE
