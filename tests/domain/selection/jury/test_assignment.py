"""Giving each application its jurors."""

import itertools
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventsapp.domain.selection.jury import assignment
from eventsapp.domain.selection.ranking import graph
from tests.domain.selection import reference


def test_the_reference_is_assigned_evenly_and_without_conflict():
    applications = [a["id"] for a in reference.load("applications")]
    jurors = [j["id"] for j in reference.load("jurors")["jurors"]]
    conflicts = {(c["application"], c["juror"]) for c in reference.load("jurors")["conflicts"]}

    pairs = assignment.assign(applications, jurors, each=4, conflicts=conflicts)

    loads = [sum(1 for _, j in pairs if j == juror) for juror in jurors]
    assert loads == [30] * 12
    assert not conflicts & set(pairs)
    assert len(graph.components(pairs)) == 1


def test_an_application_with_too_few_free_jurors_is_named():
    conflicts = [("b", "x"), ("b", "y")]

    with pytest.raises(assignment.NoAssignment) as refusal:
        assignment.assign(["a", "b"], ["x", "y", "z"], each=2, conflicts=conflicts)

    shortage = refusal.value.shortage
    assert (shortage.applications, shortage.free_jurors) == (("b",), ("z",))
    assert (shortage.needed, shortage.possible) == (2, 1)


def test_too_little_time_of_the_jury_is_named_from_the_cut():
    with pytest.raises(assignment.NoAssignment) as refusal:
        assignment.assign(["a", "b", "c"], ["x", "y"], each=2, most=2)

    shortage = refusal.value.shortage
    assert (shortage.needed, shortage.possible) == (6, 4)
    assert set(shortage.free_jurors) == {"x", "y"}


def test_the_seed_makes_the_assignment_again():
    names = list(range(20))

    once = assignment.assign(names, "wxyz", each=2, seed=4)

    assert once == assignment.assign(names, "wxyz", each=2, seed=4)


def test_earlier_loads_count():
    pairs = assignment.assign(["a", "b"], ["x", "y"], each=1, loads={"x": 10})

    assert [juror for _, juror in pairs] == ["y", "y"]


@settings(max_examples=60)
@given(
    st.integers(1, 15),
    st.integers(1, 6),
    st.integers(1, 3),
    st.sets(st.tuples(st.integers(0, 14), st.integers(0, 5)), max_size=15),
)
def test_every_assignment_is_exact_or_refused(count, jury, each, conflicts):
    jurors = list(range(jury))

    try:
        pairs = assignment.assign(list(range(count)), jurors, each=each, conflicts=conflicts)
    except assignment.NoAssignment as refusal:
        assert refusal.shortage.possible < refusal.shortage.needed
        return

    assert len(pairs) == len(set(pairs)) == count * each
    assert not conflicts & set(pairs)


def _parts(pairs):
    return len(graph.components(pairs))


def test_a_thousand_small_distributions_are_all_linked():
    for seed in range(1000):
        pairs = assignment.assign(range(12), range(8), each=2, seed=seed)

        loads = [sum(1 for _, j in pairs if j == juror) for juror in range(8)]
        assert loads == [3] * 8
        assert _parts(pairs) == 1


def _unevenness(pairs, earlier):
    loads = [had + sum(1 for _, j in pairs if j == juror) for juror, had in enumerate(earlier)]
    return sum(load * load for load in loads)


def _every_distribution(count, earlier, each, conflicts):
    """(sum of the squared loads, parts) of every distribution that there is."""
    choices = [
        list(
            itertools.combinations(
                [j for j in range(len(earlier)) if (a, j) not in conflicts], each
            )
        )
        for a in range(count)
    ]
    for made in itertools.product(*choices):
        pairs = [(a, j) for a, jurors in enumerate(made) for j in jurors]
        yield _unevenness(pairs, earlier), _parts(pairs)


@pytest.mark.parametrize("most_before", [0, 4])
def test_loads_are_the_most_even_and_linked_whenever_such_a_distribution_exists(most_before):
    chance = random.Random(3)
    linked = 0
    for seed in range(150):
        count, jury = chance.randint(2, 4), chance.randint(2, 4)
        conflicts = {(a, j) for a in range(count) for j in range(jury) if chance.random() < 0.25}
        earlier = [chance.randint(0, most_before) for _ in range(jury)]
        try:
            pairs = assignment.assign(
                range(count),
                range(jury),
                each=2,
                conflicts=conflicts,
                loads=dict(enumerate(earlier)),
                seed=seed,
            )
        except assignment.NoAssignment:
            continue
        even, parts = min(_every_distribution(count, earlier, 2, conflicts))
        linked += parts == 1
        assert (_unevenness(pairs, earlier), _parts(pairs)) == (even, parts)
    assert linked > 20


def test_a_reading_goes_to_who_has_two_less_by_a_chain():
    barred = {0: "BF", 1: "B", 2: "E", 3: "BE", 4: "ACF"}

    pairs = assignment.assign(
        range(5),
        "ABCDEF",
        each=1,
        conflicts=[(a, j) for a, some in barred.items() for j in some],
        loads={"A": 3, "B": 2, "C": 4, "D": 2, "E": 4, "F": 1},
    )

    readers = ["ABCDEF".index(j) for _, j in pairs]
    assert _unevenness(list(enumerate(readers)), [3, 2, 4, 2, 4, 1]) == 75


def test_a_distribution_in_two_parts_is_dealt_anew():
    """The first deal of this jury stays in two parts, whatever is exchanged."""
    barred = {0: "ABCE", 1: "ABC", 2: "DF", 3: "DF", 4: "CF"}

    pairs = assignment.assign(
        range(5),
        "ABCDEF",
        each=2,
        conflicts=[(a, j) for a, some in barred.items() for j in some],
        loads={"A": 2, "B": 1, "C": 4, "D": 2, "E": 4, "F": 0},
        seed=1,
    )

    assert _parts(pairs) == 1


def test_what_stands_already_links_and_is_not_dealt_again():
    standing = [(0, 0), (1, 1), (2, 2), (3, 3)]

    pairs = assignment.assign(
        range(4), range(4), each=1, standing=standing, loads=dict.fromkeys(range(4), 1)
    )

    assert not set(standing) & set(pairs)
    assert _parts([*standing, *pairs]) == 1


def test_each_application_gets_what_it_lacks():
    pairs = assignment.assign("abc", range(5), each={"a": 3, "b": 1, "c": 0})

    assert [sum(1 for a, _ in pairs if a == one) for one in "abc"] == [3, 1, 0]


def test_a_thousand_applications_take_seconds():
    start = time.process_time()

    pairs = assignment.assign(range(1000), range(40), each=3)

    assert time.process_time() - start < 5
    assert (len(pairs), _parts(pairs)) == (3000, 1)
