"""The sandbox moves no money: outside a demo series it sells nothing, by any way."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from eventsapp import settings
from eventsapp.domain.accounts import api_keys
from eventsapp.domain.billing.money.models import Payment
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus, Ticket
from eventsapp.kernel import memory
from eventsapp.kernel.db import db
from tests import make

FORM = {"email": "ada@mail.example", "terms": "y", "shown_total": "1900"}


@pytest.fixture(params=["development", "demo"])
def env(request, app):
    settings.use(replace(settings.current(), env=request.param))
    yield
    settings.use(replace(settings.current(), env="test"))


@pytest.fixture(params=[True, False], ids=["demo", "real"])
def sold(request, app, env, client):
    series = make.series(slug="essai", is_demo=request.param)
    tariff = make.product(make.event(series, slug="soiree", free=False), code="STD")
    releases.publish(series.id, actor="test")
    memory.forget_everything()
    return request.param, series, tariff


def count(kind):
    return db.session.scalar(select(func.count(kind.id)))


def test_the_shop_sells_a_demo_alone(client, sold):
    demo, _series, tariff = sold
    closed = "pas encore ouvert" in client.get("/fr/essai/tickets").text
    client.post("/fr/essai/hold", data={f"qty-{tariff.id}": "1"})
    answer = client.post("/fr/essai/checkout", data=FORM)

    assert closed == (not demo)
    assert (answer.status_code, count(Order)) == ((303, 1) if demo else (409, 0))


def test_a_program_sells_a_demo_alone(client, sold):
    demo, series, _tariff = sold
    key = api_keys.create(
        "test",
        series_id=series.id,
        organisation_id=series.organisation_id,
        scopes=list(api_keys.SCOPES),
    )
    line = {"event": "soiree", "product": "STD", "attendees": [{"first_name": "Ada"}]}
    body = {"email": "ada@mail.example", "payment": "stripe", "lines": [line]}
    headers = {"Authorization": f"Bearer {key}", "Origin": ""}

    answer = client.post("/api/v1/series/essai/orders", json=body, headers=headers)

    assert (answer.status_code, count(Order)) == ((201, 1) if demo else (409, 0))


def test_an_accepted_request_is_paid_in_a_demo_alone(client, sold):
    demo, _series, tariff = sold
    settings.use(replace(settings.current(), env="test"))
    order = make.web_order(tariff)
    settings.use(replace(settings.current(), env="development"))

    answer = client.post(f"/fr/essai/orders/{order.code}/{order.secret}/payments")

    assert (answer.status_code, count(Payment)) == ((303, 1) if demo else (409, 0))
    assert db.session.get(Order, order.id).status is OrderStatus.AWAITING_PAYMENT
    assert count(Ticket) == 0
