"""The demo's gates: the names outside programs rely on, in rehearsal."""

from eventsapp.demo import door, load
from eventsapp.demo.story import Story
from eventsapp.domain.checkin import gates
from eventsapp.domain.checkin.models import Gate
from tests.domain.checkin import world


def test_the_opening_night_has_its_four_gates_in_rehearsal(app):
    load.load(Story.at())

    rows = world.fresh(Gate)
    assert [row.name for row in rows] == list(door.NAMES)
    assert all(gates.in_rehearsal(row) for row in rows)
    assert {tuple(event.reference for event in row.events) for row in rows} == {("ftw15-01",)}
    event = rows[0].events[0]
    passage = world.scanned(rows[0], world.ticket(event))
    assert (passage.accepted, passage.rehearsal) == (True, True)
    assert world.scanned(rows[1], world.ticket(event)).accepted
