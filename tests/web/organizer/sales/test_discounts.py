"""Codes at the desk: made, read, ended; what is wrong is said beside its field."""

import pytest
from sqlalchemy import func, select

from eventsapp.domain.ticketing.catalogue import discounts
from eventsapp.domain.ticketing.catalogue.models import Discount
from eventsapp.domain.ticketing.sales import holds
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make


@pytest.fixture
def desk(app, client):
    """(post, get, product): an owner at the codes of a series with one tariff."""
    product = make.product(label_fr="Entrée", price_cents=1900)
    series = product.event.series
    token = make.signed_in(client, make.account("owner", in_series=series))

    def post(path="", **form):
        address = f"/organizer/{series.slug}/codes{path}"
        return client.post(address, data={"csrf_token": token, **form})

    return post, lambda: client.get(f"/organizer/{series.slug}/codes").text, product


def filled(product, **given):
    return {
        "code": "club-20",
        "effect": "percent",
        "percent": "20",
        "products": [product.id],
        "most_uses": "30",
    } | given


def codes() -> list[Discount]:
    return list(db.session.scalars(select(Discount).execution_options(populate_existing=True)))


def test_a_code_is_made_shown_with_its_uses_and_ended(desk):
    post, page, product = desk
    assert post(**filled(product)).status_code == 302
    (made,) = codes()
    assert (made.code, made.effect.value, made.value, made.most_uses) == (
        "CLUB-20",
        "percent",
        20,
        30,
    )
    holds.make(product.event.series, [make.line(product, 2)], code="CLUB-20")
    text = page().replace("\u00a0", " ")
    assert "2 sur 30" in text and "−20 %" in text and "en cours" in text

    assert post(f"/{made.id}/end").status_code == 302
    assert ">clos<" in page()
    with pytest.raises(discounts.DiscountUnknown):
        discounts.find(product.series_id, "CLUB-20")


def test_an_amount_is_typed_in_euros_and_hours_are_those_of_the_series(desk):
    post, _page, product = desk
    given = filled(product, effect="fixed", amount="5,00", percent="", most_uses="")
    assert post(**given, valid_until="2026-12-01T18:00").status_code == 302
    (made,) = codes()
    until = clock.local(made.valid_until, "Europe/Paris")
    assert (made.value, made.most_uses, f"{until:%H:%M}") == (500, None, "18:00")


@pytest.mark.parametrize(
    ("wrong", "beside"),
    [
        ({"code": ""}, "code"),
        ({"code": "é"}, "code"),
        ({"effect": "magic"}, "effect"),
        ({"percent": ""}, "percent"),
        ({"percent": "101"}, "percent"),
        ({"percent": "-1"}, "percent"),
        ({"effect": "fixed", "amount": "x"}, "amount"),
        ({"products": []}, "products"),
        ({"products": ["999999"]}, "products"),
        ({"most_uses": "0"}, "most_uses"),
        ({"valid_from": "2026-12-02T10:00", "valid_until": "2026-12-01T10:00"}, "valid_until"),
        ({"valid_from": "2027-03-28T02:30"}, "valid_from"),  # the clocks skip it
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_makes_nothing(desk, wrong, beside):
    post, _page, product = desk
    answer = post(**filled(product, **wrong))
    assert answer.status_code == 422 and f'id="{beside}-e"' in answer.text
    assert db.session.scalar(select(func.count(Discount.id))) == 0


def test_a_code_that_exists_is_said_beside_the_code(desk):
    post, _page, product = desk
    post(**filled(product))
    again = post(**filled(product, code="CLUB-20"))
    assert again.status_code == 422 and "La série a déjà un code" in again.text


def test_a_code_of_another_series_is_not_found(desk):
    post, _page, _product = desk
    other = make.product(make.event(make.series()))
    new = discounts.NewDiscount("X-1", discounts.DiscountEffect.PERCENT, 10, [other.id])
    foreign = discounts.create(other.series_id, new, actor="test")
    assert post(f"/{foreign.id}/end").status_code == 404
    assert codes()[0].valid_until is None


def test_the_list_costs_the_same_for_one_code_and_for_three(desk, statements):
    post, page, product = desk
    counts = []
    for number in (1, 2, 3):
        post(**filled(product, code=f"CODE-{number}"))
        del statements[:]
        page()
        counts.append(len([text for text in statements if text.startswith("SELECT")]))
    assert counts[0] == counts[1] == counts[2]
