"""Who is named when no distribution exists, and how readings move along chains."""

import random

import pytest

from eventsapp.domain.selection.jury import assignment
from eventsapp.domain.selection.jury.assignment import Dealing, NoAssignment, Shortage


def shortage(*given, **how):
    with pytest.raises(NoAssignment) as refusal:
        assignment.assign(*given, **how)
    return refusal.value


def test_only_those_whose_readings_could_not_move_are_named():
    """c and d have readers enough; a and b hang on x and y alone, who may read two each."""
    conflicts = [(a, j) for a in "ab" for j in "zw"] + [(a, j) for a in "cd" for j in "xy"]

    error = shortage("abcd", "xyzw", each=2, conflicts=conflicts, most=1)

    assert str(error) == "8 reviews needed, 4 possible"
    both = shortage("abcd", "xyzw", each=2, conflicts=conflicts, loads={"x": 1, "y": 1}, most=2)
    assert both.shortage == Shortage(("a", "b"), ("x", "y"), 8, 6)


def test_the_bound_counts_what_is_read_already_but_takes_nothing_away():
    # x read five before: that is above the bound, and no reason to refuse.
    assert assignment.assign("a", "xy", each=1, loads={"x": 5}, most=1) == [("a", "y")]
    error = shortage("ab", "xy", each=2, loads={"x": 5}, most=2)
    assert error.shortage == Shortage(("a", "b"), ("x", "y"), 4, 2)
    assert len(assignment.assign("ab", "xy", each=2, most=2)) == 4


def test_the_first_application_without_enough_readers_is_named():
    conflicts = [("b", "x"), ("b", "y"), ("b", "z")]

    error = shortage("ab", "xyz", each={"a": 3, "b": 1}, conflicts=conflicts)

    assert error.shortage == Shortage(("b",), (), 1, 0)
    standing = [("a", "x")]
    assert shortage("a", "xy", each=2, standing=standing).shortage == Shortage(("a",), ("y",), 2, 1)


def test_a_reading_moves_along_a_chain_to_who_has_least():
    """x holds three that y may read, y one that z may read: x passes to y, y to z."""
    free = {"a": ["x", "y"], "b": ["x", "y"], "c": ["x", "y"], "d": ["y", "z"]}
    dealing = Dealing(dict.fromkeys(free, 0), free, {}, random.Random(1))
    for application, juror in (("a", "x"), ("b", "x"), ("c", "x"), ("d", "y")):
        dealing.give(application, juror)

    dealing.level()

    assert sorted(dealing.load.values()) == [1, 1, 2]
    assert (dealing.load["z"], list(dealing.of["d"])) == (1, ["z"])
    for juror, held in dealing.held.items():
        assert set(held) == {a for a, of in dealing.of.items() if juror in of}
        assert dealing.load[juror] == len(held)


def test_who_is_reached_from_a_juror():
    free = {"a": ["x", "y"], "b": ["y", "z"], "c": ["w"], "d": ["z"]}
    dealing = Dealing(dict.fromkeys(free, 0), free, {}, random.Random(1))
    for application, juror in (("a", "x"), ("b", "y"), ("c", "w"), ("d", "z")):
        dealing.give(application, juror)

    assert dealing.reached(["x"]) == ({"x", "y", "z"}, {"a", "b", "d"})
    assert dealing.reached(["w"]) == ({"w"}, {"c"})
    assert dealing.reached([]) == (set(), set())


def test_another_seed_deals_otherwise_and_the_pairs_come_in_order():
    made = {seed: assignment.assign(range(20), range(6), each=2, seed=seed) for seed in range(6)}

    assert len({tuple(pairs) for pairs in made.values()}) > 1
    assert all(pairs == sorted(pairs) for pairs in made.values())
