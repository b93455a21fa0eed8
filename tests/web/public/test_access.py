"""What each access asks of somebody who wants to come is said, and another site is counted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Event, EventAccess, EventState, ExternalClick
from eventsapp.domain.ticketing.catalogue import discounts
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.models import DiscountEffect
from eventsapp.kernel import clock, memory
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.web.organizer.programme.test_programme import Desk

SITE = "https://ailleurs.example/inscription?de=nous"
GO = "/fr/weeks/events/soiree/elsewhere"


@pytest.fixture
def desk(client):
    return Desk(client)


def publish(event, **values):
    with transaction() as session:
        row = session.get_one(Event, event.id)
        for name, value in values.items():
            setattr(row, name, value)
    releases.publish(event.series_id, actor="test")
    memory.forget_everything()


@pytest.fixture
def event(desk):
    made = make.event(desk.series, slug="soiree", released=False)
    make.product(made, code="STD", price_cents=0)
    return made


def shown(client, path="/fr/weeks/events/soiree"):
    return client.get(path).get_data(as_text=True)


@pytest.mark.parametrize(
    ("access", "words", "english"),
    [
        (EventAccess.OPEN, "prenez un billet sur cette page", "take a ticket on this page"),
        (EventAccess.CODE, "il faut un code", "a code is needed"),
        (EventAccess.INVITATION, "il faut une invitation", "an invitation is needed"),
        (EventAccess.APPROVAL, "répond à chacun par courriel", "answers everybody by mail"),
        (EventAccess.EXTERNAL, "inscrivez-vous sur le site", "register on the site"),
    ],
)
def test_the_page_says_what_one_must_do_to_come(desk, event, access, words, english):
    publish(event, access=access, external_url=SITE)

    assert words in shown(desk.client)
    assert english in shown(desk.client, "/en/weeks/events/soiree")
    for path in ("events/soiree", "tickets", ""):
        assert desk.client.get(f"/fr/weeks/{path}").status_code == 200
    page = desk.get(f"events/{event.id}/access")
    assert page[0].status_code == 200 and "Pas encore public" not in page[1]


def test_a_code_typed_on_the_page_opens_its_places(desk, event):
    publish(event, access=EventAccess.CODE)
    product_id = event_product(event)
    new = NewDiscount("OUVRE", DiscountEffect.UNLOCK, 0, [product_id])
    discounts.create(desk.series.id, new, actor="test")
    text = shown(desk.client)
    assert 'name="code"' in text and f"qty-{product_id}" not in text

    found = shown(desk.client, "/fr/weeks/tickets?event=soiree&code=ouvre")
    refused = desk.client.get("/fr/weeks/tickets?event=soiree&code=rien")

    assert f'name="qty-{product_id}"' in found
    assert refused.status_code == 404 or f"qty-{product_id}" not in refused.text
    assert f"qty-{product_id}" not in shown(desk.client, "/fr/weeks/tickets")


def event_product(event):
    return db.session.scalars(
        select(make.Product.id).where(make.Product.event_id == event.id)
    ).one()


def test_who_goes_elsewhere_is_counted_and_led_to_the_published_address(desk, event):
    publish(event, access=EventAccess.EXTERNAL, external_url=SITE)
    assert GO in shown(desk.client)
    with transaction() as session:
        session.get_one(Event, event.id).external_url = "https://autre.example/"

    answers = [desk.client.get(f"{GO}?url=https://mal.example/") for _n in range(2)]
    desk.client.head(GO)
    desk.client.get(GO, headers={"Sec-Purpose": "prefetch"})
    clock.freeze(clock.now() + timedelta(days=1))
    desk.client.get(GO)

    assert {(one.status_code, one.location) for one in answers} == {(302, SITE)}
    rows = db.session.execute(select(ExternalClick.clicks).order_by(ExternalClick.day)).all()
    assert [row.clicks for row in rows] == [2, 1]
    desk.token = make.signed_in(desk.client, desk.account)
    _answer, text = desk.get(f"events/{event.id}/access")
    assert "<dd><b>3</b></dd>" in text


def test_one_network_counts_once_in_ten_minutes(desk, event):
    publish(event, access=EventAccess.EXTERNAL, external_url=SITE)
    here, there = ({"REMOTE_ADDR": one} for one in ("192.0.2.7", "198.51.100.7"))

    for place in (here, here, there, here):
        assert desk.client.get(GO, environ_base=place).status_code == 302

    assert db.session.scalars(select(ExternalClick.clicks)).one() == 2


@pytest.mark.parametrize(
    "values",
    [
        {"access": EventAccess.OPEN},
        {"access": EventAccess.EXTERNAL, "external_url": "javascript:alert(1)"},
        {"access": EventAccess.EXTERNAL, "external_url": None},
        {"access": EventAccess.EXTERNAL, "state": EventState.CANCELLED},
    ],
)
def test_there_is_no_way_elsewhere_where_nothing_is(desk, event, values):
    publish(event, **{"external_url": SITE} | values)

    assert desk.client.get(GO).status_code == 404
    assert desk.client.get("/fr/weeks/events/aucun/elsewhere").status_code == 404
    assert desk.client.get("/fr/aucune/events/soiree/elsewhere").status_code == 404
    assert db.session.scalars(select(ExternalClick.clicks)).all() == []


def test_attendance_elsewhere_is_declared_by_hand(desk, event):
    publish(event, access=EventAccess.EXTERNAL, external_url=SITE)
    path = f"events/{event.id}/attendance"

    refused, text = desk.post(path, count="beaucoup")
    assert refused.status_code == 422 and 'value="beaucoup"' in text
    assert desk.post(path, count="1 250")[0].status_code in (302, 422)
    assert desk.post(path, count="1250")[0].status_code == 302

    assert db.session.get_one(Event, event.id, populate_existing=True).declared_attendance == 1250
    assert desk.post(path, count="")[0].status_code == 302
    assert db.session.get_one(Event, event.id, populate_existing=True).declared_attendance is None
    foreign = make.event(make.series(slug="autre"))
    assert desk.post(f"events/{foreign.id}/attendance", count="5")[0].status_code == 404


def test_the_desk_says_what_the_public_still_reads(desk, event):
    publish(event, access=EventAccess.OPEN)
    with transaction() as session:
        session.get_one(Event, event.id).access = EventAccess.CODE

    _answer, text = desk.get(f"events/{event.id}/access")

    assert "Pas encore public" in text and "chacun prend ses places" in text
