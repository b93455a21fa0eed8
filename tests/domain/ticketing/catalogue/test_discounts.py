"""Codes: prices kept with the basket, uses counted like places, hidden products opened."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.catalogue import discounts
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.errors import (
    DiscountCodeTaken,
    DiscountMalformed,
    DiscountUnknown,
    DiscountUsedUp,
    DiscountUseless,
    NotForSale,
)
from eventsapp.domain.ticketing.catalogue.models import Discount, DiscountEffect, Quota
from eventsapp.domain.ticketing.sales import checkout, holds, invariants, orders
from eventsapp.domain.ticketing.sales.models import Order, Ticket
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from tests import make

ADA = Buyer(email="ada@example.org")


@pytest.fixture
def entry(app):
    return make.product(price_cents=1900, label_fr="Entrée", places=100)


def code_for(*products, code="ADHERENT", effect="percent", value=20, **given) -> Discount:
    new = NewDiscount(code, DiscountEffect(effect), value, [one.id for one in products], **given)
    return discounts.create(products[0].series_id, new, actor="test")


def held(product, quantity=1, **given) -> str:
    return holds.make(product.event.series, [make.line(product, quantity)], **given)


def used(code: Discount) -> int:
    return db.session.get(Discount, code.id, populate_existing=True).used


def lines_of(secret) -> list[tuple[int, int]]:
    return [(line.list_cents, line.unit_cents) for line in holds.living(secret).lines]


def order(secret, quantity, total) -> Order:
    return checkout.place_order(
        secret, ADA, make.nobody(quantity), shown_total_cents=total, terms_digest=None
    )


def test_a_code_lowers_the_price_of_what_it_is_for_and_of_nothing_else(entry):
    dinner = make.product(entry.event, price_cents=4000)
    code_for(entry)
    secret = holds.make(
        entry.event.series, [make.line(entry, 2), make.line(dinner)], code=" adherent "
    )

    assert lines_of(secret) == [(1900, 1520), (4000, 4000)]
    written = checkout.place_order(
        secret, ADA, make.nobody(2, 1), shown_total_cents=7040, terms_digest=None
    )
    assert [line.gross_cents for line in written.bill.lines] == [3040, 4000]


def test_uses_count_tickets_and_come_back_with_the_places(entry, now):
    code = code_for(entry, most_uses=5)
    held(entry, 2, code="ADHERENT")
    secret = held(entry, 3, code="ADHERENT")
    assert used(code) == 5

    with pytest.raises(DiscountUsedUp) as refusal:
        held(entry, code="ADHERENT")
    assert refusal.value.facts == {"discount": "ADHERENT", "wanted": 1, "left": 0}

    order(secret, 3, 3 * 1520)
    now(minutes=20)
    holds.release_expired()
    assert used(code) == 3
    assert invariants.miscounted() == []


def test_a_refused_code_takes_no_place(entry):
    code_for(entry, most_uses=1)
    with pytest.raises(DiscountUsedUp):
        held(entry, 2, code="ADHERENT")
    assert [row.taken for row in db.session.scalars(select(Quota))] == [0, 0]


def test_a_refunded_ticket_gives_its_use_back_and_what_was_paid(entry):
    code = code_for(entry, most_uses=5)
    written = checkout.sell(
        entry.event.series, [make.line(entry, 2)], ADA, make.nobody(2),
        payment="offline", code="ADHERENT",
    )  # fmt: skip
    ticket = db.session.scalars(select(Ticket.public_id).order_by(Ticket.id)).first()

    cents = refunding.refund_tickets(written.order_id, [ticket], reason="malade", actor="test")

    assert (cents, used(code)) == (1520, 1)
    orders.cancel(written.order_id, actor="test", reason="fin")
    assert (used(code), invariants.miscounted()) == (0, [])


def test_a_code_that_ends_while_the_basket_is_held_keeps_its_price(entry):
    code = code_for(entry)
    secret = held(entry, code="ADHERENT")
    discounts.end(entry.series_id, code.id, actor="test")

    assert order(secret, 1, 1520).total_cents == 1520
    with pytest.raises(DiscountUnknown):
        held(entry, code="ADHERENT")


def test_a_code_is_good_between_its_two_moments(entry, now):
    begin = clock.now() + timedelta(days=1)
    code_for(entry, valid_from=begin, valid_until=begin + timedelta(days=1))
    with pytest.raises(DiscountUnknown):
        held(entry, code="ADHERENT")
    now(begin)
    assert held(entry, code="ADHERENT")
    now(begin + timedelta(days=1))
    with pytest.raises(DiscountUnknown):
        held(entry, code="ADHERENT")


def test_a_hidden_product_is_sold_with_its_code_only(entry):
    guest = make.product(entry.event, price_cents=4000, hidden=True, code="INV")
    code_for(guest, code="INVIT", effect="unlock_free", value=0)
    for given in ({}, {"code": "ADHERENT"}):
        with pytest.raises((NotForSale, DiscountUnknown)):
            held(guest, **given)

    secret = held(guest, code="INVIT")
    holds.add(secret, [make.line(entry)])

    assert lines_of(secret) == [(4000, 0), (1900, 1900)]


def test_a_percentage_opens_nothing(entry):
    guest = make.product(entry.event, hidden=True, code="INV")
    code_for(guest)
    with pytest.raises(NotForSale):
        held(guest, code="ADHERENT")


def test_a_code_typed_later_lowers_the_basket_and_another_one_replaces_it(entry):
    first = code_for(entry, most_uses=10)
    second = code_for(entry, code="CLUB", effect="fixed", value=500, most_uses=10)
    secret = held(entry, 2)

    holds.apply_code(secret, "adherent")
    assert (lines_of(secret), used(first), used(second)) == ([(1900, 1520)], 2, 0)
    holds.apply_code(secret, "adherent")
    assert (lines_of(secret), used(first)) == ([(1900, 1520)], 2)
    holds.apply_code(secret, "CLUB")
    assert (lines_of(secret), used(first), used(second)) == ([(1900, 1400)], 0, 2)
    assert invariants.miscounted() == []


def test_what_is_added_gets_the_code_that_the_basket_has(entry):
    other = make.product(entry.event, price_cents=1000)
    code = code_for(entry, other)
    secret = held(entry, code="ADHERENT")
    holds.add(secret, [make.line(other, 2)])

    assert (lines_of(secret), used(code)) == ([(1900, 1520), (1000, 800)], 3)
    holds.remove_line(secret, holds.living(secret).lines[0].id)
    assert (used(code), invariants.miscounted()) == (2, [])


def test_a_code_opens_a_hidden_product_for_a_basket_that_is_there(entry):
    guest = make.product(entry.event, price_cents=4000, hidden=True)
    code_for(guest, code="INVIT", effect="unlock_free", value=0)
    code_for(entry)
    secret = held(entry)
    for code in (None, "ADHERENT"):
        with pytest.raises(NotForSale):
            holds.add(secret, [make.line(guest)], code=code)

    holds.add(secret, [make.line(guest)], code="invit")

    assert lines_of(secret) == [(1900, 1900), (4000, 0)]


def test_what_a_code_had_opened_stays_in_the_basket_and_no_more_comes(entry):
    guest = make.product(entry.event, price_cents=4000, hidden=True)
    code = code_for(guest, code="INVIT", effect="unlock_free", value=0)
    secret = held(guest, code="INVIT")
    discounts.end(entry.series_id, code.id, actor="test")

    holds.add(secret, [make.line(entry)])
    with pytest.raises(NotForSale):
        holds.add(secret, [make.line(guest)])

    assert lines_of(secret) == [(4000, 0), (1900, 1900)]


def test_a_second_code_leaves_alone_what_the_first_was_for(entry):
    dinner = make.product(entry.event, price_cents=4000)
    first = code_for(entry, most_uses=10)
    second = code_for(dinner, code="DINER", effect="fixed", value=500, most_uses=10)
    secret = holds.make(entry.event.series, [make.line(entry), make.line(dinner)])

    holds.apply_code(secret, "ADHERENT")
    holds.apply_code(secret, "DINER")

    assert lines_of(secret) == [(1900, 1520), (4000, 3500)]
    assert (used(first), used(second), invariants.miscounted()) == (1, 1, [])


def test_a_code_lowers_the_price_that_was_promised_and_not_the_one_of_now(entry):
    code_for(entry)
    secret = held(entry)
    make.changed(entry, price_cents=2500)

    holds.apply_code(secret, "ADHERENT")

    assert lines_of(secret) == [(1900, 1520)]


def test_a_code_that_is_for_nothing_here_says_so(entry):
    other = make.product(make.event(entry.event.series), price_cents=1000)
    code_for(other)
    with pytest.raises(DiscountUseless) as refusal:
        held(entry, code="ADHERENT")
    assert refusal.value.facts == {"discount": "ADHERENT"}
    with pytest.raises(DiscountUseless):
        holds.apply_code(held(entry), "ADHERENT")


def test_a_code_of_another_series_is_unknown(entry):
    code_for(make.product(make.event(make.series())))
    with pytest.raises(DiscountUnknown):
        held(entry, code="ADHERENT")


def test_a_code_for_nothing_to_pay_makes_a_free_order(entry):
    code_for(entry, value=100)
    made = order(held(entry, code="ADHERENT"), 1, 0)
    assert (made.status.value, made.total_cents, len(made.tickets)) == ("paid", 0, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "A"}, "code"),
        ({"code": "A" * 41}, "code"),
        ({"code": "É-TÉ"}, "code"),
        ({"code": "<script>"}, "code"),
        ({"value": 0}, "value"),
        ({"value": 101}, "value"),
        ({"effect": "unlock", "value": 5}, "value"),
        ({"most_uses": 0}, "most_uses"),
        ({"valid_from": clock.now(), "valid_until": clock.now() - timedelta(1)}, "valid_until"),
    ],
)
def test_a_code_that_makes_no_sense_is_not_made(entry, wrong, field):
    with pytest.raises(DiscountMalformed) as refusal:
        code_for(entry, **wrong)
    assert refusal.value.facts == {"field": field}


def test_a_code_is_for_products_of_its_own_series(entry):
    foreign = make.product(make.event(make.series()))
    new = NewDiscount("X-1", DiscountEffect.PERCENT, 10, [entry.id, foreign.id])
    with pytest.raises(DiscountMalformed):
        discounts.create(entry.series_id, new, actor="test")


def test_a_code_is_there_once_however_it_is_typed(entry):
    code_for(entry)
    with pytest.raises(DiscountCodeTaken):
        code_for(entry, code=" adh erent")


def test_another_series_cannot_end_a_code(entry):
    code = code_for(entry)
    with pytest.raises(NotFound):
        discounts.end(make.series().id, code.id, actor="test")
    assert held(entry, code="ADHERENT")
