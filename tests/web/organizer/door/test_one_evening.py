"""The crew of one event sees its evening: who is expected and who is in, and no other event."""

import pytest

from eventsapp.domain.checkin import devices
from eventsapp.domain.programme.models import Event
from eventsapp.kernel.db import db
from tests import make
from tests.domain.checkin import world
from tests.web.organizer.people.test_one_event import invited
from tests.web.organizer.programme.test_programme import Desk

EVENING = ("attendance", "list", "badges.pdf")


@pytest.fixture
def house(client):
    desk = Desk(client)
    mine, theirs = make.event(desk.series), make.event(desk.series)
    for event in (mine, theirs):
        make.paid_order(make.product(event, price_cents=0), email="ada@mail.example")
        world.gate(event, name=f"Porte {event.id}")
    return desk, mine.id, theirs.id


@pytest.mark.parametrize("role", ["door", "organizer"])
def test_the_evening_of_the_own_event_opens_and_no_other(house, role):
    desk, mine, theirs = house
    invited(house, role, mine)

    def asked(event_id):
        start = f"/organizer/{desk.series.slug}/door/events/{event_id}"
        return [desk.client.get(f"{start}/{room}").status_code for room in EVENING]

    assert asked(mine) == [200] * 3
    assert set(asked(theirs)) <= {403, 404}
    assert desk.get("door/")[0].status_code in (403, 404)
    assert desk.get("door/scans.csv")[0].status_code in (403, 404)
    address = f"/organizer/{desk.series.slug}/door/"
    pages = [desk.get(f"door/events/{mine}/{room}")[1] for room in EVENING[:2]]
    assert [f'href="{address}"' in page for page in pages] == [False, False]


def test_the_page_of_the_gates_leads_there(house):
    desk, mine, theirs = house
    invited(house, "door", mine)
    text = desk.client.get("/door/").text
    address = f"/organizer/{desk.series.slug}/door/events"
    assert (f"{address}/{mine}/attendance" in text, f"{address}/{theirs}" in text) == (True, False)


@pytest.mark.parametrize("role", ["organizer", "contributor"])
def test_the_desk_of_one_event_names_no_room_that_is_closed(house, role):
    desk, mine, _theirs = house
    invited(house, role, mine)
    text = desk.get("programme")[1]
    rooms = ("catalogue", "orders", "calls/", "door/", "team")
    address = f"/organizer/{desk.series.slug}"
    assert [room for room in rooms if f'href="{address}/{room}"' in text] == []


def test_phones_are_counted_while_they_serve(house):
    desk, mine, _theirs = house
    gate = world.gate(db.session.get_one(Event, mine), name="Porte Sud")
    for name in ("Nora", "Alan", "Perdu"):
        code = devices.offer_pairing(gate.id, actor=f"account:{desk.account.id}")
        device, _secret = devices.pair(code, name)
    assert "Téléphones<small>3</small>" in desk.get("door/")[1]

    desk.post(f"door/devices/{device.id}/revocations")

    text = desk.get("door/")[1]
    assert "Téléphones<small>2</small>" in text and "Perdu" in text
