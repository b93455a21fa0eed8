"""A visit that is added is for sale once the public reads of it, and then it is."""

import re
from datetime import timedelta

import pytest

from eventsapp.domain.accounts import api_keys
from eventsapp.domain.programme.models import Event, Slot
from eventsapp.domain.ticketing.catalogue import queries
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import holds, tariffs
from eventsapp.domain.ticketing.sales.queries import unbalanced_quotas
from eventsapp.kernel import memory
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.web.organizer.people.test_one_event import invited
from tests.web.organizer.programme.test_event_times import form_of, lines_of, wall
from tests.web.organizer.programme.test_programme import Desk


@pytest.fixture
def desk(client):
    return Desk(client)


def add_visit(desk, event_id):
    """One more visit after the last, by the event's own page; returns its slot."""
    last = db.session.query(Slot).filter_by(event_id=event_id).order_by(Slot.id.desc()).first()
    new = ("", wall(last.ends_at), wall(last.ends_at + timedelta(hours=1)))
    answer, text = desk.post(
        f"events/{event_id}", **form_of(desk, event_id, [*lines_of(desk, event_id), new])
    )
    assert answer.status_code == 302, text
    found = db.session.query(Slot).filter_by(event_id=event_id).order_by(Slot.id.desc()).first()
    assert found.id != last.id
    return found.id


def bought(desk, product_id, slot_id) -> int:
    memory.forget_everything()
    address = f"/fr/{desk.series.slug}/hold"
    answer = desk.client.post(address, data={f"qty-{product_id}-{slot_id}": "1"})
    desk.client.delete_cookie("hold")
    return answer.status_code


def by_program(desk, event_id, slot_id) -> int:
    key = api_keys.create(
        "essai",
        series_id=desk.series.id,
        organisation_id=desk.series.organisation_id,
        scopes=["orders:write"],
    )
    line = {"event": event_id, "product": "VISITE", "slot": slot_id, "attendees": [{}]}
    body = {"email": "ada@mail.example", "payment": "free", "lines": [line]}
    address = f"/api/v1/series/{desk.series.slug}/orders"
    answer = desk.client.post(address, json=body, headers={"Authorization": f"Bearer {key}"})
    return answer.status_code


def test_a_visit_of_the_draft_is_not_had_by_any_form(desk):
    event = make.event(desk.series, capacity=30)
    event_id, first = event.id, event.slots[0].id
    product_id = make.product(event, code="VISITE", places=None, per_slot=True, price_cents=0).id
    assert desk.post("programme/releases")[0].status_code == 302
    left = queries.availability_by_event(desk.series.id)[event_id].left

    new = add_visit(desk, event_id)

    assert bought(desk, product_id, first) == 303
    assert bought(desk, product_id, new) == 422
    assert by_program(desk, event_id, new) == 422
    assert queries.availability_by_event(desk.series.id)[event_id].left == left - 1
    assert desk.post("programme/releases")[0].status_code == 302
    assert bought(desk, product_id, new) == 303
    assert by_program(desk, event_id, new) == 201


def test_nor_of_a_tariff_that_is_made_after_it(desk):
    event = make.event(desk.series, capacity=30)
    event_id, first = event.id, event.slots[0].id
    assert desk.post("programme/releases")[0].status_code == 302
    new = add_visit(desk, event_id)
    event = db.session.get_one(Event, event_id, populate_existing=True)
    product_id = make.product(event, places=None, per_slot=True, price_cents=0).id

    assert (bought(desk, product_id, first), bought(desk, product_id, new)) == (303, 422)
    assert desk.post("programme/releases")[0].status_code == 302
    assert bought(desk, product_id, new) == 303


def test_a_contributors_visit_of_a_first_release_is_for_sale_with_it(desk):
    event = make.event(desk.series, capacity=30, released=False)
    event_id = event.id
    product_id = make.product(event, places=None, per_slot=True, price_cents=0).id
    owner = desk.account
    invited((desk, None, None), "contributor", event_id)
    new = add_visit(desk, event_id)
    assert bought(desk, product_id, new) in (404, 422)

    desk.token = make.signed_in(desk.client, owner)
    assert desk.post("programme/releases")[0].status_code == 302

    assert bought(desk, product_id, new) == 303


def test_a_group_takes_the_places_that_visitors_one_by_one_would(desk):
    event = make.event(desk.series, capacity=60)
    with transaction() as session:
        session.get_one(Event, event.id).slots[0].capacity = 15
    [slot] = event.slots
    alone = make.product(event, places=None, per_slot=True, price_cents=0)
    class_ = make.product(event, places=None, per_slot=True, price_cents=0, tickets_per_unit=12)
    assert desk.post("programme/releases")[0].status_code == 302

    assert bought(desk, class_.id, slot.id) == 303

    assert [bought(desk, alone.id, slot.id) for _n in range(4)] == [303, 303, 303, 409]
    assert bought(desk, class_.id, slot.id) == 409
    _answer, text = desk.get("catalogue")
    assert len(re.findall(r'<input[^>]*name="target"[^>]*value="15"', text)) == 1


def test_a_tariff_that_goes_leaves_the_places_of_the_visit_to_the_others(desk):
    event = make.event(desk.series, capacity=60)
    alone = make.product(event, places=None, per_slot=True, price_cents=0)
    group = make.product(event, places=None, per_slot=True, price_cents=0, tickets_per_unit=5)
    series, slot = desk.series, event.slots[0]
    holds.make(series, [make.line(alone, slot_id=slot.id)])

    tariffs.remove(group.id, actor="test")

    [stock] = db.session.query(Quota).filter(Quota.slot_id == slot.id)
    assert (stock.size, stock.taken) == (60, 1)
    assert unbalanced_quotas() == []
