"""Giving each application its jurors."""

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
