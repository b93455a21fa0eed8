"""Numbers of the evening, by one statement each."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.checkin import queries
from tests import make
from tests.domain.checkin import world

DOORS = datetime(2026, 9, 24, 17, 0, tzinfo=UTC)


@pytest.fixture
def evening(now):
    event = make.event()
    now(DOORS)
    return event


def test_counts_arrivals_and_gates(evening, now):
    north, south = world.gate(evening), world.gate(evening, "Porte Sud")
    tickets = [world.ticket(evening) for _ in range(4)]
    world.scanned(north, tickets[0])
    now(minutes=12)
    world.scanned(south, tickets[1])
    world.scanned(south, tickets[0])
    world.scanned(north, tickets[0], kind="exit")

    assert queries.count([evening.id], rehearsal=False) == queries.Count(1, 2, 4)
    assert queries.arrivals([evening.id], rehearsal=False) == [
        (DOORS, 1),
        (DOORS + timedelta(minutes=5), 0),
        (DOORS + timedelta(minutes=10), 1),
    ]
    assert [
        (g.name, g.accepted, g.refused) for g in queries.per_gate([evening.id], rehearsal=False)
    ] == [
        ("Porte Nord", 1, 0),
        ("Porte Sud", 1, 1),
    ]
    assert queries.count([evening.id], rehearsal=True).entered == 0


def test_nobody_yet(evening):
    assert queries.count([evening.id], rehearsal=False) == queries.Count(0, 0, 0)
    assert queries.arrivals([evening.id], rehearsal=False) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_attendees_is_one_statement(evening, statements, rows):
    for _ in range(rows):
        world.ticket(evening)
    statements.clear()

    listed = queries.attendees(evening.series_id, event_id=evening.id)

    assert len(listed) == rows
    assert len([text for text in statements if text.startswith("SELECT")]) == 1


def test_attendees_are_paged_by_key_and_say_when_they_came(evening, now):
    gate = world.gate(evening)
    tickets = [world.ticket(evening) for _ in range(3)]
    world.scanned(gate, tickets[1])

    first = queries.attendees(evening.series_id, limit=2)
    rest = queries.attendees(evening.series_id, after=first[-1].admission_id)

    assert [row.public_id for row in first + rest] == [ticket.public_id for ticket in tickets]
    assert [row.entered_at for row in first + rest] == [None, now(), None]


def test_the_last_scans_of_a_camera(evening):
    gate = world.gate(evening)
    ticket = world.ticket(evening)
    world.scanned(gate, ticket)
    world.scanned(gate, ticket)

    rows = queries.last_scans(f"test:{gate.id}")

    assert [(row.verdict, row.last_name) for row in rows] == [
        ("refused", "Abelloni"),
        ("accepted", "Abelloni"),
    ]
