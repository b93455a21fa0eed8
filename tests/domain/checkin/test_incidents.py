"""What the chief must know of the passages that phones without network let happen."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.checkin import devices, incidents
from eventsapp.domain.checkin.incidents import Incident, Passage
from eventsapp.domain.checkin.sync import Uploaded, upload
from eventsapp.domain.checkin.undoing import undo
from eventsapp.domain.ticketing.sales import codes
from eventsapp.domain.ticketing.sales.models import TicketStatus
from tests import make
from tests.domain.checkin import world

DOORS = datetime(2026, 9, 24, 17, 0, tzinfo=UTC)


@pytest.fixture
def evening(now):
    event = make.event()
    now(DOORS + timedelta(hours=2))
    return event


@pytest.fixture
def north(evening):
    return world.gate(evening)


@pytest.fixture
def south(evening):
    return world.gate(evening, "Porte Sud")


def kept(gate, text, minutes, **more):
    return Uploaded(world.code(gate, text, scanned_at=DOORS + timedelta(minutes=minutes), **more))


def at(minutes):
    return DOORS + timedelta(minutes=minutes)


def test_two_people_on_one_ticket_are_one_incident_with_gates_hours_and_phones(
    evening, north, south
):
    ticket, quiet = world.ticket(evening), world.ticket(evening)
    nora, _secret = devices.pair(devices.offer_pairing(south.id, actor="account:1"), "Nora")
    text = world.token(ticket)
    upload([kept(south, text, 30, device_id=nora.id), kept(north, text, 10)])
    upload([kept(north, world.token(quiet), 12)])

    assert incidents.of_event(evening.id, rehearsal=False)[0] == [
        Incident(
            "Zélie Abelloni",
            codes.short(ticket),
            "double_offline",
            (Passage(at(10), "Porte Nord", ""), Passage(at(30), "Porte Sud", "Nora")),
        )
    ]
    assert incidents.of_event(evening.id, rehearsal=True) == ([], 0)


def test_a_void_ticket_and_an_unknown_code_that_were_let_in_are_incidents(evening, north):
    void = world.ticket(evening, status=TicketStatus.VOID, voided_at=DOORS)
    upload([kept(north, world.token(void), 5), kept(north, "PAS UN BILLET", 6)])

    found, _total = incidents.of_event(evening.id, rehearsal=False)

    assert [(one.name, one.reading) for one in found] == [
        ("Zélie Abelloni", "revoked_accepted"),
        ("", "unknown_uploaded"),
    ]


def test_what_was_taken_back_or_refused_or_is_elsewhere_is_no_incident(evening, north, south):
    ticket = world.ticket(evening)
    first, again = kept(north, world.token(ticket), 10), kept(south, world.token(ticket), 30)
    upload([first, again])
    undo(again.code.uuid, uuid="undo-1", source=again.code.source)
    upload([Uploaded(world.code(north, "FAUX"), "refused", "unknown")])
    other = make.event(evening.series)
    upload([kept(world.gate(other, "Ailleurs"), "AUTRE", 5)])

    assert incidents.of_event(evening.id, rehearsal=False)[0] == []
