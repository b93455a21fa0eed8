"""The calendar file of an order: every event it admits to, at the hours that were bought."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Slot
from eventsapp.domain.ticketing.catalogue import passes
from eventsapp.domain.ticketing.catalogue.products import NewProduct
from eventsapp.domain.ticketing.sales import checkout
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make


@pytest.fixture
def series(app):
    return make.series(slug="essai")


def calendar_of(client, series, line):
    releases.publish(series.id, actor="test")
    checkout.sell(
        series, [line], Buyer(email="ada@mail.example"), make.nobody(1), payment="offline"
    )
    order = db.session.query(Order).one()
    answer = client.get(f"/fr/essai/orders/{order.code}/{order.secret}/calendar.ics")
    assert answer.status_code == 200
    return Calendar.from_ical(answer.data).walk("VEVENT")


def test_a_pass_is_in_the_calendar_with_all_its_events(client, series):
    events = [make.event(series, title_fr=title) for title in ("Matin", "Soir", "Autre")]
    new = NewProduct(code="PASS", label_fr="Pass", label_en="Pass", price_cents=3000, places=None)
    pass_ = passes.add_pass(
        series.id,
        new,
        [(event.id, 1900) for event in events[:2]],
        actor="test",
        organisation_id=series.organisation_id,
    )

    entries = calendar_of(client, series, make.line(pass_))

    assert sorted(str(entry["summary"]) for entry in entries) == ["Matin", "Soir"]


def test_a_ticket_for_one_slot_is_in_the_calendar_at_its_hour_alone(client, series):
    event = make.event(series)
    with transaction() as session:
        start = event.slots[0].ends_at + timedelta(days=1)
        later = Slot(event_id=event.id, starts_at=start, ends_at=start + timedelta(hours=1))
        session.add(later)
    product = make.product(event, per_slot=True, places=20)

    entries = calendar_of(client, series, make.line(product, slot_id=later.id))

    assert [entry["dtstart"].dt.astimezone(start.tzinfo) for entry in entries] == [start]
