"""What a printed calendar entry says of its changes: stamps for all, SEQUENCE for what is felt."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Domain, Event, EventState, Series, Slot, Venue
from eventsapp.domain.ticketing.sales import checkout
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel import memory
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make

DAY = timedelta(days=1)


@pytest.fixture
def shown(client):
    """An event of two days in a venue, released, with a ticket for it."""
    series = make.series(slug="weeks")
    subject = make.domain(series)
    event = make.event(series, venue_id=make.venue(series).id, domain_id=subject.id)
    start = event.slots[0].starts_at + DAY
    make.save(Slot(event_id=event.id, starts_at=start, ends_at=start + timedelta(hours=2)))
    product = make.product(event)
    buyer = Buyer(email="ada@mail.example")
    checkout.sell(series, [make.line(product)], buyer, make.nobody(1), payment="offline")
    releases.publish(series.id, actor="test")
    return event.id


def entries(client):
    """(sequence, dtstamp, last-modified) of each entry, in the feed and in the order's file."""
    memory.forget_everything()  # the page of an order may be a second late
    order = db.session.query(Order).one()
    found = []
    for path in ("schedule.ics", f"orders/{order.code}/{order.secret}/calendar.ics"):
        body = Calendar.from_ical(client.get(f"/fr/weeks/{path}").data)
        listed = sorted(body.walk("VEVENT"), key=lambda one: str(one["dtstart"].dt))
        found.append([(int(e["sequence"]), e["dtstamp"].dt, e["last-modified"].dt) for e in listed])
    assert found[0] == found[1]
    return found[0]


def title(event):
    event.title_fr = "Autre titre"


def words(event):
    event.summary_en = "Other words"


def subject(event):
    db.session.get_one(Domain, event.domain_id).name_fr = "Autre domaine"


def point(event):
    db.session.get_one(Venue, event.venue_id).lat += 0.01


def address(event):
    db.session.get_one(Venue, event.venue_id).street = "2 rue Corrigée"


def place(event):
    event.venue_id = db.session.query(Venue).filter(Venue.id != event.venue_id).one().id


def cancelled(event):
    event.state = EventState.CANCELLED


def hidden(event):
    event.address_hidden = True


def zone(event):
    db.session.get_one(Series, event.series_id).timezone = "Europe/Helsinki"


@pytest.mark.parametrize(
    ("deed", "steps"),
    [
        (title, 0),
        (words, 0),
        (subject, 0),
        (point, 0),
        (address, 1),
        (place, 1),
        (hidden, 1),
        (cancelled, 1),
        (zone, 1),
    ],
)
def test_whatever_an_entry_shows_raises_its_stamps(client, shown, now, deed, steps):
    event = db.session.get_one(Event, shown)
    make.venue(event.series)
    before = entries(client)
    at = now(hours=3)

    with transaction() as session:
        deed(session.get_one(Event, shown))
    releases.publish(event.series_id, actor="test")

    assert entries(client) == [(sequence + steps, at, at) for sequence, _s, _m in before]


def test_a_slot_that_moves_leaves_the_stamps_of_its_sister(client, shown, now):
    before = entries(client)
    at = now(hours=3)

    with transaction() as session:
        slot = session.get_one(Event, shown).slots[0]
        slot.starts_at += timedelta(minutes=15)
    releases.publish(db.session.get_one(Event, shown).series_id, actor="test")

    assert entries(client) == [(before[0][0] + 1, at, at), before[1]]


def test_what_no_entry_shows_leaves_the_stamps(client, shown, now):
    before = entries(client)
    now(hours=3)

    with transaction() as session:
        session.get_one(Event, shown).capacity = 12
    releases.publish(db.session.get_one(Event, shown).series_id, actor="test")

    assert entries(client) == before
