"""Free orders for somebody else's address: a few letters, not one for each request."""

import pytest
from sqlalchemy import func, select

from eventsapp.delivery import worker
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales import free_orders, queries
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.gateways import mail
from eventsapp.kernel.db import db
from tests import make


@pytest.fixture
def tariff(app):
    series = make.series(slug="essai")
    tariff = make.product(make.event(series), places=400, price_cents=0)
    releases.publish(series.id, actor="test")
    mail.memory().sent.clear()
    return tariff


def register(app, tariff, email, address):
    visitor = app.test_client()
    visitor.environ_base.update(HTTP_ORIGIN="http://localhost", REMOTE_ADDR=address)
    assert visitor.post("/fr/essai/hold", data={f"qty-{tariff.id}": "1"}).status_code == 303
    form = {"email": email, "terms": "y", "shown_total": "0"}
    return visitor.post("/fr/essai/checkout", data=form)


def test_a_stranger_gets_five_letters_of_twenty_five_orders(app, tariff, now):
    answers = [register(app, tariff, "Victime@mail.example", f"198.51.100.{n}") for n in range(25)]

    assert [one.status_code for one in answers] == [303] * 5 + [429] * 20
    assert "Une seule commande peut réunir plusieurs événements" in answers[-1].text
    worker.drain()
    assert [one.to for one in mail.memory().sent] == ["victime@mail.example"] * 5
    # Somebody else, and the same one tomorrow, are served.
    assert register(app, tariff, "eva@mail.example", "198.51.100.1").status_code == 303
    now(hours=25)
    assert register(app, tariff, "victime@mail.example", "198.51.100.1").status_code == 303
    assert queries.unbalanced_quotas() == []


def test_one_network_makes_no_more_than_its_number_an_hour(app, tariff, now, monkeypatch):
    monkeypatch.setattr(free_orders, "NETWORK_MOST", 3)
    answers = [register(app, tariff, f"a{n}@mail.example", "203.0.113.7") for n in range(5)]

    assert [one.status_code for one in answers] == [303] * 3 + [429] * 2
    assert register(app, tariff, "eva@mail.example", "198.51.100.1").status_code == 303
    now(minutes=61)
    assert register(app, tariff, "b@mail.example", "203.0.113.7").status_code == 303
    assert db.session.scalar(select(func.count(Order.id))) == 5
