"""Facts from phones that were apart: any order of arrival, one reading."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from eventsapp.domain.checkin.merge import Fact, fold

EVENING = datetime(2027, 9, 24, 17, 30, tzinfo=UTC)


def fact(name, seconds=0, device=1, kind="entry", accepted=True, **more):
    return Fact(
        uuid=name,
        source=f"device:{device}",
        seq=seconds,
        kind=kind,
        at=EVENING + timedelta(seconds=seconds),
        accepted=accepted,
        **more,
    )


def test_the_first_entry_counts_and_a_refused_second_try_changes_nothing():
    reading = fold([fact("a"), fact("b", 60, device=2, accepted=False, reason="already_in")])

    assert reading.classes == {"a": "first", "b": "again"}
    assert (reading.inside, reading.entries, reading.first_uuid) == (True, 1, "a")


def test_two_gates_offline_let_the_same_ticket_in_and_both_facts_stay():
    reading = fold([fact("late", 300, device=2, offline=True), fact("early", 10, offline=True)])

    assert reading.classes == {"early": "first", "late": "double_offline"}
    assert (reading.entries, reading.first_uuid) == (2, "early")


def test_an_earlier_offline_entry_turns_the_online_one_into_the_double():
    reading = fold([fact("online", 300, device=2), fact("uploaded", 10, offline=True)])

    assert reading.classes == {"uploaded": "first", "online": "double_offline"}


def test_the_same_camera_within_three_seconds_is_a_bounce():
    reading = fold([fact("a"), fact("b", 3), fact("c", 2, accepted=False, reason="already_in")])

    assert reading.classes == {"a": "first", "b": "bounce", "c": "bounce"}
    assert reading.entries == 1


def test_going_out_and_coming_back_is_no_double():
    reading = fold([fact("a"), fact("out", 600, kind="exit"), fact("b", 900)])

    assert reading.classes == {"a": "first", "out": "exit", "b": "again"}
    assert (reading.inside, reading.entries, reading.last_entry_uuid) == (True, 2, "b")


def test_an_exit_without_entry_and_two_exits_count_nothing():
    reading = fold([fact("x", kind="exit"), fact("y", 60, kind="exit")])

    assert reading.classes == {"x": "exit", "y": "exit"}
    assert (reading.inside, reading.entries) == (False, 0)


def test_accepted_after_the_ticket_had_become_void_is_an_incident():
    reading = fold([fact("a", 60, offline=True)], void_since=EVENING)

    assert reading.classes == {"a": "revoked_accepted"}
    assert reading.inside


def test_void_only_after_the_entry_leaves_the_entry():
    assert fold([fact("a")], void_since=EVENING + timedelta(hours=1)).classes == {"a": "first"}


def test_an_annulled_entry_never_happened():
    reading = fold([fact("a", annulled=True), fact("b", 60)])

    assert reading.classes == {"a": None, "b": "first"}


def test_an_unknown_code_is_kept():
    reading = fold([fact("a", accepted=False, reason="unknown")])

    assert reading.classes == {"a": "unknown_uploaded"}


facts = st.lists(
    st.builds(
        fact,
        name=st.just("x"),
        seconds=st.integers(0, 20),
        device=st.integers(1, 3),
        kind=st.sampled_from(["entry", "entry", "exit"]),
        accepted=st.booleans(),
        offline=st.booleans(),
        reason=st.sampled_from([None, "already_in", "void"]),
    ),
    max_size=12,
)


@given(facts, st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_matters(facts, random):
    numbered = [replace(fact, uuid=str(number)) for number, fact in enumerate(facts)]
    shuffled = list(numbered)
    random.shuffle(shuffled)

    assert fold(shuffled) == fold(numbered)


@given(facts)
def test_at_most_one_first_and_no_fact_is_lost(facts):
    numbered = [replace(fact, uuid=str(number)) for number, fact in enumerate(facts)]
    reading = fold(numbered)

    assert list(reading.classes.values()).count("first") <= 1
    assert set(reading.classes) == {fact.uuid for fact in numbered}
