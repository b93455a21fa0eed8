"""What a buyer has typed: kept with more time, shown when the time is over, ordered once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales import holds
from eventsapp.domain.ticketing.sales.models import Hold, Order
from eventsapp.kernel.db import db
from tests import make

TYPED = {
    "email": "ada@mail.example",
    "company": "Société <Byron>",
    "shown_total": "3800",
    "first-0-0": "Ada",
    "last-0-1": "Lovelace & fils",
    "terms": "y",
}


@pytest.fixture
def buyer(client):
    """A visitor whose basket has two places at 19 EUR."""
    series = make.series(slug="essai")
    paid = make.product(make.event(series, free=False), places=20)
    releases.publish(series.id, actor="test")
    assert client.post("/fr/essai/hold", data={f"qty-{paid.id}": "2"}).status_code == 303
    return client


def test_more_time_keeps_what_was_typed(buyer):
    until = db.session.scalars(select(Hold.expires_at)).one()

    answer = buyer.post("/fr/essai/checkout/extensions", data=TYPED)

    assert answer.status_code == 200
    for kept in ('value="ada@mail.example"', 'value="Ada"', 'value="Lovelace &amp; fils"'):
        assert answer.text.count(kept) == 1
    assert "aria-invalid" not in answer.text
    assert db.session.scalars(select(Order)).all() == []
    assert db.session.scalars(select(Hold.expires_at)).one() == until + holds.EXTENSION


def test_more_time_than_there_is_is_said_and_keeps_what_was_typed(buyer):
    for _time in range(holds.MAX_EXTENSIONS):
        buyer.post("/fr/essai/checkout/extensions", data=TYPED)

    answer = buyer.post("/fr/essai/checkout/extensions", data=TYPED)

    assert (answer.status_code, 'value="Ada"' in answer.text) == (409, True)
    assert 'formaction="/fr/essai/checkout/extensions"' not in answer.text


def test_enter_in_a_field_orders_and_does_not_ask_for_more_time(buyer):
    page = buyer.get("/fr/essai/checkout").text

    first = page.index('form="commande"')
    assert first < page.index("/checkout/extensions") < page.index("btn-buy")
    assert "formaction" not in page[page.rindex("<", 0, first) : page.index(">", first)]


def test_names_typed_too_late_are_shown_to_be_copied(buyer, now):
    now(now() + timedelta(minutes=16))

    answer = buyer.post("/fr/essai/checkout", data=TYPED)

    assert answer.status_code == 410
    for typed in ("ada@mail.example", "Société &lt;Byron&gt;", "Ada", "Lovelace &amp; fils"):
        assert answer.text.count(f"<li>{typed}</li>") == 1
    assert "3800" not in answer.text


def test_a_second_click_leads_to_the_payment_of_the_first(buyer):
    secret = buyer.get_cookie("hold").value
    first = buyer.post("/fr/essai/checkout", data=TYPED)
    buyer.set_cookie("hold", secret)

    second = buyer.post("/fr/essai/checkout", data=TYPED)

    assert (second.status_code, second.location) == (303, first.location)
    assert len(db.session.scalars(select(Order)).all()) == 1
