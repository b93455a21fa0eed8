"""Many people behind one address: what is limited are guesses and nuisance, not the crowd."""

from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.catalogue import discounts
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.models import DiscountEffect
from eventsapp.web.public import tickets
from tests import make


def shop():
    series = make.series(slug="essai")
    event = make.event(series, free=False)
    tariff = make.product(event, places=200)
    make.product(event, code="AUTRE", places=200)
    new = NewDiscount("ECOLE", DiscountEffect.PERCENT, 10, [tariff.id])
    discounts.create(series.id, new, actor="test")
    releases.publish(series.id, actor="test")
    return tariff


def test_a_school_types_its_right_code_and_a_guesser_waits(client, monkeypatch):
    monkeypatch.setattr(tickets, "CODE_GUESSES", 3)
    tariff = shop()
    other = {f"qty-{tariff.id + 1}": "1"}
    for _pupil in range(5):
        assert client.get("/fr/essai/tickets?code=ecole").status_code == 200
        answer = client.post("/fr/essai/hold", data={f"qty-{tariff.id}": "1", "code": "ecole"})
        assert answer.status_code == 303
        assert client.post("/fr/essai/checkout/codes", data={"code": "ECOLE"}).status_code == 200
        client.delete_cookie("hold")
        # Right, but for something else: known, and no guess either.
        assert client.post("/fr/essai/hold", data=other).status_code == 303
        assert client.post("/fr/essai/checkout/codes", data={"code": "ECOLE"}).status_code == 422
        client.delete_cookie("hold")

    asked = [client.get(f"/fr/essai/tickets?code=ESSAI{n}").status_code for n in range(4)]

    assert asked == [422, 422, 422, 429]
    assert client.get("/fr/essai/tickets?code=ecole").status_code == 429


def test_a_hall_finds_its_tickets_behind_one_address(client):
    shop()
    for number in range(100):
        form = {"email": f"p{number}@example.org"}
        assert client.post("/fr/essai/orders", data=form).status_code == 200
    asked = [
        client.post("/fr/essai/orders", data={"email": "ada@example.org"}).status_code
        for _ in range(6)
    ]
    assert asked == [200] * 5 + [429]
