"""The reading of scans at its edges: what counts as one passage, and from when a ticket is void."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.checkin.entry import Entry
from eventsapp.domain.checkin.merge import BOUNCE, Fact, fold

NOON = datetime(2026, 10, 1, 10, 0, tzinfo=UTC)


def scan(key, after, **given):
    told = {"source": "phone", "kind": "entry", "accepted": True} | given
    return Fact(uuid=key, seq=int(key[1:]), at=NOON + after, **told)


def read(*facts, **given):
    return fold(facts, **given)


S = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("later", "source", "expected"),
    [
        (BOUNCE, "phone", "bounce"),
        (BOUNCE + S, "phone", "double_offline"),
        (S, "other", "double_offline"),
        (BOUNCE + S, "other", "double_offline"),
    ],
)
def test_one_phone_that_reads_twice_at_once_read_once(later, source, expected):
    found = read(scan("a1", 0 * S), scan("b2", later, source=source))

    assert found.classes == {"a1": "first", "b2": expected}
    assert found.entries == (1 if expected == "bounce" else 2)
    assert (found.inside, found.first_uuid) == (True, "a1")
    assert found.last_entry_uuid == ("a1" if expected == "bounce" else "b2")


def test_who_comes_back_at_once_has_left_before():
    out = scan("b2", 2 * S, kind="exit")

    found = read(scan("a1", 0 * S), out, scan("c3", 3 * S))

    assert found.classes == {"a1": "first", "b2": "exit", "c3": "again"}
    assert (found.inside, found.entries, found.last_entry_uuid) == (True, 2, "c3")
    assert not read(scan("a1", 0 * S), out).inside


def test_a_ticket_is_void_from_its_very_second():
    facts = (scan("a1", 0 * S), scan("b2", 60 * S))

    assert read(*facts, void_since=NOON).classes["a1"] == "revoked_accepted"
    later = read(*facts, void_since=NOON + S).classes
    assert later == {"a1": "first", "b2": "revoked_accepted"}
    # Somebody is in all the same: the next one is a second person.
    assert read(*facts, void_since=NOON).inside


@pytest.mark.parametrize(
    ("reason", "after", "source", "expected"),
    [
        ("unknown", S, "phone", "unknown_uploaded"),
        ("wrong_event", S, "phone", None),
        ("already_in", S, "phone", "bounce"),
        ("already_in", BOUNCE + S, "phone", "again"),
        ("already_in", S, "other", "again"),
    ],
)
def test_what_was_refused_counts_nobody(reason, after, source, expected):
    refused = scan("b2", after, accepted=False, reason=reason, source=source)

    found = read(scan("a1", 0 * S), refused)

    assert found.classes == {"a1": "first", "b2": expected}
    assert (found.entries, found.last_entry_uuid) == (1, "a1")


def test_nobody_is_in_before_somebody_came():
    refused = scan("a1", 0 * S, accepted=False, reason="already_in")
    taken_back = scan("b2", S, annulled=True)

    for facts in ((), (refused,), (taken_back,), (scan("c3", S, kind="exit"),)):
        found = read(*facts)
        assert (found.inside, found.entries) == (False, 0)
        assert (found.first_uuid, found.last_entry_uuid) == (None, None)
    assert read(refused).classes == {"a1": "again"}
    assert read(taken_back).classes == {"b2": None}


def test_at_one_second_the_order_is_that_of_phone_number_and_key():
    twins = [
        scan("b2", 0 * S, source="b"),
        scan("a1", 0 * S, source="c"),
        scan("c3", 0 * S, source="a"),
    ]

    assert read(*twins).first_uuid == read(*reversed(twins)).first_uuid == "c3"
    same = [scan("z2", 0 * S), scan("y10", 0 * S), scan("x10", 0 * S)]
    assert read(*same).first_uuid == "z2"
    assert read(*same[1:]).first_uuid == "x10"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("once", ["first", "double_offline", "exit", "double_offline"]),
        ("return", ["first", "double_offline", "exit", "again"]),
        ("free", ["first", "again", "exit", "again"]),
    ],
)
def test_how_often_one_may_enter_is_the_rule_of_the_event(policy, expected):
    facts = [scan(f"a{n}", n * 60 * S, kind="exit" if n == 2 else "entry") for n in range(4)]

    found = read(*facts, entry=Entry(policy))

    assert [found.classes[fact.uuid] for fact in facts] == expected
