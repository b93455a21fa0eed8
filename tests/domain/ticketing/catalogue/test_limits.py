"""What a basket may hold: sale periods, numbers, options, prices."""

from datetime import timedelta

import pytest

from eventsapp.domain.programme.models import Slot
from eventsapp.domain.ticketing.catalogue import limits, products, sale
from eventsapp.domain.ticketing.catalogue.errors import (
    AddOnAlone,
    BadPrice,
    EmptyBasket,
    NotForSale,
    SalesClosed,
    SoldOut,
    TooFew,
    TooMany,
    TwoSellers,
    UnknownProduct,
)
from eventsapp.domain.ticketing.catalogue.limits import Line
from eventsapp.domain.ticketing.catalogue.models import ProductKind
from eventsapp.domain.ticketing.catalogue.offers import Draw
from eventsapp.domain.ticketing.catalogue.products import NewProduct
from eventsapp.domain.ticketing.sales import checkout, free_orders, holds, orders
from eventsapp.kernel import clock
from eventsapp.kernel.transaction import transaction
from tests import make

DAY = timedelta(days=1)


def test_repeated_lines_do_not_pass_the_limit_of_an_order(app):
    product = make.product(per_order_max=3)
    with pytest.raises(TooMany):
        holds.make(product.event.series, [make.line(product, 2), make.line(product, 2)])


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"hidden": True}, NotForSale),
        ({"sale_from": "later"}, SalesClosed),
        ({"sale_until": "now"}, SalesClosed),
        ({"kind": ProductKind.ADD_ON, "requires": ["STD"]}, AddOnAlone),
    ],
)
def test_products_that_are_not_sold_now_are_refused(app, given, refusal):
    moments = {"later": clock.now() + timedelta(hours=1), "now": clock.now()}
    event = make.event()
    make.product(event, code="STD")
    product = make.product(
        event, **{name: moments.get(str(value), value) for name, value in given.items()}
    )
    with pytest.raises(refusal):
        holds.make(product.event.series, [make.line(product)])


def test_odd_baskets_are_refused(app):
    product, foreign = make.product(), make.product()
    series = product.event.series
    with pytest.raises(EmptyBasket):
        holds.make(series, [make.line(product, 0)])
    with pytest.raises(UnknownProduct):
        holds.make(series, [Line(999_999, 1)])
    with pytest.raises(UnknownProduct):
        holds.make(series, [make.line(product, -1)])
    with pytest.raises(UnknownProduct):
        holds.make(series, [make.line(foreign)])


def test_a_free_price_stays_within_its_bounds(app):
    product = make.product(price_cents=0, price_max_cents=5000)
    series = product.event.series
    for cents in (-1, 5001, 30):
        with pytest.raises(BadPrice):
            holds.make(series, [make.line(product, price_cents=cents)])
    secret = holds.make(series, [make.line(product, price_cents=1000)])
    assert holds.living(secret).lines[0].unit_cents == 1000


def test_demands_add_up_over_lines():
    draw = Draw(7, None, 2, 10)
    offer = limits.Offer(
        1, "A", "A", "A", 1, 1, 1, "admission", 0, None, None, "EUR", 0, None, None,
        1, 9, False, False, False, False, 1, (), (draw,), False, (),
    )  # fmt: skip
    assert limits.demands([Line(1, 2), Line(1, 1)], {1: offer}) == {7: 6}


def test_a_basket_has_one_seller(app):
    """One seller an order: its bill, its conditions, its till."""
    series = make.series()
    event = make.event(series)
    own = make.product(event)
    partner = products.add_product(
        event.id,
        NewProduct("PART", "Partenaire", "Partner", 1900, places=5),
        actor="test",
        seller_id=make.organisation().id,
    )
    with pytest.raises(TwoSellers):
        holds.make(series, [make.line(own), make.line(partner)])


@pytest.mark.parametrize(("quantity", "refusal"), [(1, TooFew), (4, TooMany)])
def test_a_tariff_is_sold_between_its_two_numbers(app, quantity, refusal):
    product = make.product(per_order_min=2, per_order_max=3)
    with pytest.raises(refusal):
        holds.make(product.event.series, [make.line(product, quantity)])


def test_sales_begin_and_end_at_the_very_instant(app, now):
    begin = now() + timedelta(hours=1)
    product = make.product(sale_from=begin, sale_until=begin + timedelta(hours=1))
    series = product.event.series
    for instant, sold in (
        (begin - timedelta(seconds=1), False),
        (begin, True),
        (begin + timedelta(minutes=59, seconds=59), True),
        (begin + timedelta(hours=1), False),
    ):
        now(instant)
        if sold:
            assert holds.make(series, [make.line(product)])
        else:
            with pytest.raises(SalesClosed):
                holds.make(series, [make.line(product)])


def test_one_option_for_each_entry_and_not_more(app):
    event = make.event()
    entry = make.product(event, code="STD")
    dinner = make.product(event, kind=ProductKind.ADD_ON, requires=["STD"])
    elsewhere = make.product(make.event(event.series), code="STD")
    for lines in (
        [make.line(entry), make.line(dinner, 2)],
        [make.line(elsewhere), make.line(dinner)],
    ):
        with pytest.raises(AddOnAlone):
            holds.make(event.series, lines)
    assert holds.make(event.series, [make.line(entry, 2), make.line(dinner, 2)])


def test_who_asks_for_too_many_groups_is_told_how_many_whole_ones_are_left(app):
    group = make.product(make.event(capacity=12), tickets_per_unit=5)
    with pytest.raises(limits.SoldOut) as refused:
        holds.make(group.event.series, [make.line(group, 3)])
    facts = refused.value.facts
    assert (facts["wanted"], facts["left"]) == (3, 2) and type(facts["left"]) is int


def test_lines_of_one_product_are_counted_together_in_the_refusal(app):
    product = make.product(places=10, per_order_max=20)
    with pytest.raises(SoldOut) as refusal:
        holds.make(product.event.series, [make.line(product, 5), make.line(product, 6)])
    assert refusal.value.facts == {"product": product.label_fr, "wanted": 11, "left": 10}


def test_a_refusal_counts_the_places_of_the_visit_that_was_asked_for(app):
    event = make.event(capacity=3)
    visit = make.product(event, per_slot=True, places=None)
    with pytest.raises(SoldOut) as refusal:
        holds.make(event.series, [make.line(visit, 5, slot_id=event.slots[0].id)])
    assert refusal.value.facts == {"product": visit.label_fr, "wanted": 5, "left": 3}


def test_a_visit_may_be_had_while_one_is_to_come(app):
    event = make.event(released=False)
    first = event.slots[0]
    later = {"starts_at": first.starts_at + DAY, "ends_at": first.ends_at + DAY, "uid": "later"}
    with transaction():
        event.slots.append(Slot(**later))
        make.on_sale(event)
    visit = make.product(event, per_slot=True, places=None)
    offer = holds.offers_for([make.line(visit)])[visit.id]
    between, after = first.ends_at + timedelta(hours=1), first.ends_at + 2 * DAY

    assert [sale.may_be_had(offer, at) for at in (clock.now(), between, after)] == [
        True,
        True,
        False,
    ]
    assert [sale.stands(offer, between, slot.id) for slot in event.slots] == [False, True]


def test_a_basket_with_a_free_order_of_a_program_has_no_network(app, monkeypatch):
    monkeypatch.setattr(free_orders, "NETWORK_MOST", 1)
    product = make.product(price_cents=0)
    for number in range(3):
        checkout.sell(
            product.event.series,
            [make.line(product)],
            orders.Buyer(email=f"a{number}@example.org"),
            make.nobody(1),
            payment="free",
        )
    with transaction() as session:
        free_orders.check(session, "eva@example.org", None)
