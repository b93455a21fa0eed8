"""Two series in one house: a basket in one of them is in nobody's way in the other."""

from sqlalchemy import select

from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel.db import db
from tests import make


def shop(slug):
    series = make.series(slug=slug)
    tariff = make.product(make.event(series, free=False), places=20)
    releases.publish(series.id, actor="test")
    return tariff.id, tariff.price_cents


def ordered(client, slug, cents):
    form = {"email": "ada@example.org", "terms": "y", "shown_total": str(cents)}
    return client.post(f"/fr/{slug}/checkout", data=form).status_code


def test_who_has_a_basket_in_one_buys_in_the_other(client):
    here, cents = shop("ici")
    there, _cents = shop("ailleurs")
    assert client.post("/fr/ici/hold", data={f"qty-{here}": "1"}).status_code == 303

    assert client.post("/fr/ailleurs/hold", data={f"qty-{there}": "1"}).status_code == 303

    assert client.get("/fr/ailleurs/checkout").status_code == 200
    assert ordered(client, "ailleurs", cents) == 303
    assert db.session.scalar(select(Order.id)) is not None


def test_the_form_of_the_other_says_that_nothing_is_there_and_forgets_nothing(client):
    here, cents = shop("ici")
    shop("ailleurs")
    client.post("/fr/ici/hold", data={f"qty-{here}": "1"})

    answer = client.get("/fr/ailleurs/checkout")

    assert (answer.status_code, ordered(client, "ailleurs", cents)) == (410, 410)
    assert "Nous ne retrouvons pas ces places" in answer.text
    assert client.get("/fr/ici/checkout").status_code == 200
    assert ordered(client, "ici", cents) == 303
