"""Each problem whole: what it says of whom, and which change makes another problem of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.planning.conflicts import (
    Engagement,
    Problem,
    Severity,
    Space,
    Stay,
    capacities,
    find,
    in_order,
    outside,
    overlaps,
    persons,
    problem,
)
from eventsapp.domain.planning.travel import Place, distance_m, minutes

NINE = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)
HALL = Space("hall", "Grande salle", 600)
AIX = Place("aix", "Aix-en-Provence", 43.5262, 5.4398)
PHARO = Place("pharo", "Marseille", 43.2945, 5.3585)


def at(hours):
    return NINE + timedelta(hours=hours)


def stay(event_id, start, end, **given):
    return Stay(event_id, f"É{event_id}", "hall", at(start), at(end), **given)


def engaged(event_id, place, start, end, **given):
    return Engagement(1, "Yann", event_id, f"É{event_id}", place, at(start), at(end), **given)


def test_two_in_one_place():
    shut, opened = stay(1, 0, 3, teardown_minutes=30), stay(2, 2, 4, setup_minutes=90)

    [found] = overlaps([opened, shut], {"hall": HALL})

    assert (found.code, found.severity, found.events) == ("VENUE_OVERLAP", Severity.WAIVE, (1, 2))
    assert found.facts == {
        "place": "Grande salle",
        "first": "É1",
        "second": "É2",
        "starts_at": at(0.5),
        "ends_at": at(3.5),
        "in_public": True,
    }


@pytest.mark.parametrize(
    ("start", "end", "seen"), [(3, 4, False), (2.5, 4, True), (-2, 0, False), (-2, 0.5, True)]
)
def test_the_public_meets_only_between_the_hours_of_both(start, end, seen):
    long = stay(1, 0, 3, setup_minutes=60, teardown_minutes=60)

    [found] = overlaps([long, stay(2, start, end)], {"hall": HALL})

    assert found.facts["in_public"] is seen


def test_who_sets_up_while_others_end_does_not_meet_their_public():
    [found] = overlaps([stay(1, 3, 5, setup_minutes=180), stay(2, 2, 3)], {"hall": HALL})

    assert (found.facts["first"], found.facts["in_public"]) == ("É1", False)


def test_every_place_is_looked_at_and_each_is_another():
    stays = [replace(one, space=key) for key in "xy" for one in (stay(1, 0, 2), stay(2, 1, 3))]

    assert len({one.fingerprint for one in overlaps(stays, {})}) == 2


def test_a_place_that_nobody_described_takes_one_at_a_time_and_has_no_name():
    [found] = overlaps([stay(1, 0, 2), stay(2, 1, 3)], {})

    assert found.facts["place"] == ""


def test_one_thing_does_not_clash_with_itself_but_its_parts_do():
    assert overlaps([stay(1, 0, 2), stay(1, 1, 3)], {"hall": HALL}) == []
    assert overlaps([stay(1, 0, 2, part="a"), stay(1, 1, 3, part="b")], {"hall": HALL})


def test_too_many_at_one_moment_and_the_worst_is_said():
    shared = {"hall": replace(HALL, shared=True)}
    stays = [
        stay(1, 0, 4, expected=400),
        stay(2, 1, 2, expected=201),
        stay(3, 3, 4, expected=300),
        stay(4, 3, 4),
    ]

    [found] = overlaps(stays, shared)

    assert (found.code, found.events) == ("CROWD", (1, 3, 4))
    assert found.facts == {
        "place": "Grande salle",
        "titles": ["É1", "É3", "É4"],
        "at": at(3),
        "expected": 700,
        "capacity": 600,
    }


def test_of_two_equal_moments_the_first_is_said():
    shared = {"hall": replace(HALL, shared=True)}
    stays = [stay(n, n, n + 1, expected=601) for n in (1, 2)]
    more = [stay(n + 10, n, n + 1, expected=0) for n in (1, 2)]

    [found] = overlaps([*stays, *more], shared)

    assert found.facts["at"] == at(1)


def test_a_shared_place_without_a_number_takes_everybody():
    shared = {"hall": Space("hall", "Parc", None, shared=True)}

    assert overlaps([stay(1, 0, 2, expected=9000), stay(2, 0, 2, expected=9000)], shared) == []


def test_one_that_leaves_when_another_comes_is_not_counted_with_it():
    shared = {"hall": replace(HALL, shared=True)}
    stays = [stay(1, 0, 2, expected=400), stay(2, 2, 4, expected=400)]

    assert overlaps(stays, shared) == []
    # A single one that is too large is told as such, not as a crowd.
    assert overlaps([stay(1, 0, 2, expected=900)], shared) == []


def said_of_room(expected, *, sold=0, whole=None):
    listed = [stay(1, 0, 2, expected=expected, whole=whole)]
    return capacities(listed, {"hall": HALL}, {1: sold})


def test_more_than_the_place_takes():
    [found] = said_of_room(601)

    assert (found.code, found.severity, found.events) == ("CAPACITY", Severity.BLOCK, (1,))
    assert found.facts == {
        "title": "É1",
        "place": "Grande salle",
        "capacity": 600,
        "expected": 601,
    }
    assert said_of_room(600) == []


def test_a_place_much_too_large():
    [found] = said_of_room(239)

    assert (found.code, found.severity, found.events) == ("THIN", Severity.WARN, (1,))
    assert found.facts == {
        "title": "É1",
        "place": "Grande salle",
        "capacity": 600,
        "expected": 239,
    }
    assert said_of_room(240) == []
    assert said_of_room(None) == []


def test_more_tickets_than_persons_may_come():
    [found] = said_of_room(600, sold=601)

    assert (found.code, found.severity) == ("SOLD_OVER_CAPACITY", Severity.BLOCK)
    assert found.events == (1,)
    assert found.facts == {"title": "É1", "place": "Grande salle", "capacity": 600, "sold": 601}
    assert said_of_room(600, sold=600) == []
    # Who come by turns are more than the place takes at once.
    assert said_of_room(600, sold=900, whole=900) == []
    assert [one.code for one in said_of_room(600, sold=901, whole=900)] == ["SOLD_OVER_CAPACITY"]
    assert [one.code for one in said_of_room(None, sold=1, whole=0)] == ["SOLD_OVER_CAPACITY"]
    assert capacities([stay(1, 0, 2, whole=0)], {"hall": HALL}, {}) == []


def test_what_cannot_be_told_is_passed_over_and_the_next_is_looked_at():
    elsewhere = replace(stay(1, 0, 2, expected=9000), space="nowhere")
    endless = replace(stay(2, 0, 2, expected=9000), space="field")
    talk = stay(3, 0, 2, expected=9000, part="session-7")
    spaces = {"hall": HALL, "field": Space("field", "Pré")}

    found = capacities([elsewhere, endless, talk, stay(4, 0, 2, expected=601)], spaces, {})

    assert [one.events for one in found] == [(4,)]


def test_a_person_twice_at_once():
    [found] = persons([engaged(2, PHARO, 1, 3), engaged(1, PHARO, 0, 2)])

    assert (found.code, found.events) == ("PERSON_DOUBLE", (1, 2))
    assert found.facts == {
        "person": "Yann",
        "first": "É1",
        "second": "É2",
        "starts_at": at(1),
        "ends_at": at(2),
    }


def test_a_person_without_the_time_to_travel():
    [found] = persons([engaged(1, AIX, 0, 1), engaged(2, PHARO, 1.5, 3)])

    assert (found.code, found.events) == ("PERSON_TRAVEL", (1, 2))
    assert found.facts == {
        "person": "Yann",
        "first": "É1",
        "second": "É2",
        "ends_at": at(1),
        "starts_at": at(1.5),
        "gap": 30,
        "need": 60,
        "from_city": "Aix-en-Provence",
        "to_city": "Marseille",
    }
    assert persons([engaged(1, AIX, 0, 1), engaged(2, PHARO, 2, 3)]) == []
    hosts = [engaged(1, AIX, 0, 1), engaged(2, PHARO, 2, 3, role="host")]
    assert [one.facts["need"] for one in persons(hosts)] == [65]


def test_the_way_is_counted_from_the_last_that_ended_and_in_each_place_with_a_city():
    unknown = Place("?", "")
    assert persons([engaged(1, unknown, 0, 1), engaged(2, PHARO, 1, 2)]) == []
    assert persons([engaged(1, AIX, 0, 1), engaged(2, unknown, 1, 2)]) == []
    # The first ends after the second: the way begins where the first was.
    listed = [engaged(1, AIX, 0, 2), engaged(2, PHARO, 0.5, 1), engaged(3, AIX, 2.1, 3)]
    assert [one.code for one in persons(listed)] == ["PERSON_DOUBLE"]
    # One that ends as the other begins leaves no time at all.
    [found] = persons([engaged(1, AIX, 0, 1), engaged(2, PHARO, 1, 2)])
    assert (found.code, found.facts["gap"]) == ("PERSON_TRAVEL", 0)
    # What ended before stays the last, while another runs on.
    listed = [engaged(1, AIX, 0, 1), engaged(2, AIX, 1, 3), engaged(3, PHARO, 1.2, 4)]
    assert [(one.code, one.events) for one in persons(listed)] == [
        ("PERSON_DOUBLE", (2, 3)),
        ("PERSON_TRAVEL", (1, 3)),
    ]
    # One who only attends may be late.
    assert persons([engaged(1, AIX, 0, 2, role="guest"), engaged(2, PHARO, 1, 3)]) == []


def test_a_session_outside_its_event():
    sessions = [stay(1, 0, 2), stay(1, 3, 5), stay(2, 0, 9)]
    slots = {1: [(at(0), at(2)), (at(3), at(4))]}

    [found] = outside(sessions, slots)

    assert (found.code, found.events) == ("SESSION_OUTSIDE", (1,))
    assert found.facts == {"title": "É1", "starts_at": at(3), "ends_at": at(5)}
    assert [one.code for one in outside([stay(1, -1, 2)], slots)] == ["SESSION_OUTSIDE"]


TWO = (stay(1, 0, 3, part="a"), stay(2, 2, 4))


@pytest.mark.parametrize(
    "other",
    [
        replace(TWO[1], starts_at=at(1)),
        replace(TWO[1], ends_at=at(5)),
        replace(TWO[1], event_id=3),
        replace(TWO[1], part="b"),
        replace(TWO[1], setup_minutes=5),
        replace(TWO[1], teardown_minutes=5),
        None,
    ],
)
def test_what_was_accepted_is_asked_again_when_anything_of_it_moved(other):
    hall = {"hall": HALL}
    [before] = overlaps(TWO, hall)
    if other is None:
        moved = [replace(one, space="room") for one in TWO]
        [after] = overlaps(moved, {"room": replace(HALL, key="room")})
    else:
        [after] = overlaps([TWO[0], other], hall)

    assert before.fingerprint != after.fingerprint
    [renamed] = overlaps([replace(one, title="Autre") for one in reversed(TWO)], hall)
    assert renamed.fingerprint == before.fingerprint


def test_a_slot_added_before_keeps_what_was_accepted():
    first = [replace(TWO[0], part="slot-1"), replace(TWO[1], part="slot-2")]
    again = [replace(TWO[0], part="slot-2"), replace(TWO[1], part="slot-3")]

    prints = {overlaps(listed, {"hall": HALL})[0].fingerprint for listed in (first, again)}

    assert len(prints) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (said_of_room(601), said_of_room(602)),
        (said_of_room(10), said_of_room(11)),
        (said_of_room(600, sold=601), said_of_room(600, sold=602)),
        (
            capacities([stay(1, 0, 2, expected=700)], {"hall": HALL}, {}),
            capacities([stay(1, 0, 2, expected=700)], {"hall": replace(HALL, capacity=601)}, {}),
        ),
        (
            capacities([stay(1, 0, 2, expected=700)], {"hall": HALL}, {}),
            capacities([stay(2, 0, 2, expected=700)], {"hall": HALL}, {}),
        ),
        (
            persons([engaged(1, PHARO, 0, 2), engaged(2, PHARO, 1, 3)]),
            persons([engaged(1, PHARO, 0, 2), engaged(2, PHARO, 1, 4)]),
        ),
        (
            persons([engaged(1, PHARO, 0, 2), engaged(2, PHARO, 1, 3)]),
            persons([replace(engaged(n + 1, PHARO, n, n + 2), person_id=2) for n in (0, 1)]),
        ),
        (
            persons([engaged(1, AIX, 0, 1), engaged(2, PHARO, 1.5, 3)]),
            persons([engaged(1, AIX, 0, 1), engaged(2, PHARO, 1.6, 3)]),
        ),
        (
            persons([engaged(1, AIX, 0, 1), engaged(2, PHARO, 1.5, 3)]),
            persons([engaged(1, AIX, 0.5, 1), engaged(2, PHARO, 1.5, 3)]),
        ),
        (
            outside([stay(1, 0, 5)], {1: [(at(0), at(2))]}),
            outside([stay(1, 0, 5)], {1: [(at(0), at(3))]}),
        ),
        (
            outside([stay(1, 0, 5)], {1: [(at(0), at(2))]}),
            outside([stay(1, 0, 6)], {1: [(at(0), at(2))]}),
        ),
    ],
)
def test_other_numbers_make_another_problem(one, other):
    assert one[0].code == other[0].code
    assert one[0].fingerprint != other[0].fingerprint


def test_the_gravest_come_first_then_by_kind_hour_and_event():
    def told(code, events=(1,), **facts):
        return problem(code, events, (code, events, *facts.items()), **facts)

    thin = told("THIN", starts_at=at(0))
    venue = told("VENUE_OVERLAP")
    early = told("PERSON_DOUBLE", starts_at=at(1))
    late = told("PERSON_DOUBLE", starts_at=at(2))
    same_hour = told("PERSON_DOUBLE", (2,), starts_at=at(2))
    crowd = [told("CROWD", at=at(2)), told("CROWD", at=at(3)), told("CROWD", (5,))]
    block = told("SOLD_OVER_CAPACITY")
    mixed = [thin, venue, same_hour, late, crowd[1], early, block, crowd[0], crowd[2]]

    ordered = [block, crowd[2], crowd[0], crowd[1], early, late, same_hour, venue, thin]

    assert in_order(mixed) == ordered


def test_a_problem_is_told_once_with_each_event_once():
    twice = problem("CROWD", [2, 1, 2], ("hall", 2, 1))

    assert twice == Problem(
        "CROWD", (1, 2), {}, problem("CROWD", [1, 2], (1, "hall", 2)).fingerprint
    )
    assert len(twice.fingerprint) == 32
    listed = [stay(1, 0, 3), stay(2, 2, 4, expected=601)]
    found = find([*listed, listed[1]], {"hall": HALL}, [], sold={1: 601})
    assert [one.code for one in found] == ["CAPACITY", "SOLD_OVER_CAPACITY", "VENUE_OVERLAP"]


def near(metres):
    """A place so many metres north of the Pharo."""
    return Place("near", "Marseille", PHARO.lat + metres / 111_194.93, PHARO.lon)


@pytest.mark.parametrize(
    ("metres", "expected"), [(750, 13), (1538, 27), (1539, 17), (5000, 32), (50_000, 227)]
)
def test_on_foot_when_it_is_near_and_by_town_transport_beyond(metres, expected):
    """1.3 times the flight: to 2,000 m at 75 m a minute, then 10 minutes and 300 m a minute."""
    assert minutes(PHARO, near(metres)) == expected
    assert minutes(near(metres), PHARO) == expected


def test_between_cities_that_nobody_declared_one_drives():
    """1.3 times the flight at 1,000 m a minute; an hour when nobody knows where they are."""
    far = Place("far", "Nice", PHARO.lat, PHARO.lon + 1)

    assert distance_m(PHARO, far) == pytest.approx(80_932, abs=5)
    assert minutes(PHARO, far) == 106
    assert minutes(PHARO, Place("far", "Nice")) == 60
    assert minutes(PHARO, Place("other", "Marseille")) == 20
    assert minutes(PHARO, Place("pharo", "Nice")) == 0


@pytest.mark.parametrize("missing", ["lat", "lon"])
def test_a_place_without_one_of_its_coordinates_has_no_distance(missing):
    half = replace(near(500), **{missing: None})

    assert distance_m(PHARO, half) is None
    assert distance_m(half, PHARO) is None


def test_the_flight_between_two_points_of_other_latitudes():
    """Paris to Marseille, 660.5 km on a sphere of 6,371 km."""
    paris = Place("paris", "Paris", 48.8566, 2.3522)

    assert distance_m(paris, PHARO) == pytest.approx(660_500, abs=300)
    assert distance_m(PHARO, paris) == pytest.approx(distance_m(paris, PHARO))
