"""What a refusal says when nothing at all is left."""

from eventsapp.domain.ticketing.catalogue import discounts, products
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.models import DiscountEffect
from tests.money.street import plain
from tests.web.public.test_crowds import shop


def test_what_is_full_is_called_full_and_what_is_nearly_full_says_how_many(client):
    tariff = shop()
    quota = tariff.quotas[-1].quota_id
    for left, words in ((1, "il ne reste que 1 place"), (0, "il ne reste plus de place")):
        products.resize(quota, left, actor="test")
        answer = client.post("/fr/essai/hold", data={f"qty-{tariff.id}": "2"})
        assert (answer.status_code, words in plain(answer.text)) == (409, True)


def test_a_code_that_is_used_up_is_called_so(client):
    tariff = shop()
    new = NewDiscount("UNIQUE", DiscountEffect.PERCENT, 10, [tariff.id], most_uses=1)
    discounts.create(tariff.series_id, new, actor="test")
    form = {f"qty-{tariff.id}": "1", "code": "unique"}
    assert client.post("/fr/essai/hold", data=form).status_code == 303
    client.delete_cookie("hold")
    answer = client.post("/en/essai/hold", data=form)
    assert answer.status_code == 409 and "used as often as it could be" in plain(answer.text)
