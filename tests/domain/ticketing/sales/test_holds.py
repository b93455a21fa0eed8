"""Holds: places kept for a basket, all lines or none, at the price of that moment."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.domain.ticketing.catalogue import stock
from eventsapp.domain.ticketing.catalogue.errors import SlotMissing, SoldOut
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import checkout, holds, queries
from eventsapp.domain.ticketing.sales.errors import HoldGone, NoMoreTime
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make
from tests.domain.ticketing.world import taken


def test_a_hold_grants_all_lines_or_none(app):
    event = make.event()
    plenty = make.product(event, places=100, label_fr="Conférence")
    scarce = make.product(event, places=1, label_fr="Dîner")
    with pytest.raises(SoldOut) as refusal:
        holds.make(event.series, [make.line(plenty, 2), make.line(scarce, 2)])
    assert refusal.value.facts == {"product": "Dîner", "wanted": 2, "left": 1}
    assert taken(plenty) == [0, 0]


def test_the_events_capacity_bounds_all_its_products_together(app):
    event = make.event(capacity=3)
    one, two = make.product(event, places=3), make.product(event, places=3)
    holds.make(event.series, [make.line(one, 2)])
    with pytest.raises(SoldOut):
        holds.make(event.series, [make.line(two, 2)])
    holds.make(event.series, [make.line(two, 1)])
    assert queries.unbalanced_quotas() == []


def test_a_price_of_the_client_is_not_heard_for_a_fixed_price(app):
    product = make.product(price_cents=1900)
    secret = holds.make(product.event.series, [make.line(product, price_cents=1)])
    assert holds.living(secret).lines[0].unit_cents == 1900


def test_a_product_by_slot_takes_places_of_its_slot_alone(app):
    event = make.event(capacity=100)
    event_id = event.id
    slot_id = event.slots[0].id
    product = make.product(event, per_slot=True)
    with pytest.raises(SlotMissing):
        holds.make(event.series, [make.line(product)])
    holds.make(event.series, [make.line(product, 2, slot_id=slot_id)])
    slots = db.session.scalars(
        select(Quota).where(Quota.event_id == event_id, Quota.slot_id == slot_id)
    )
    assert [quota.taken for quota in slots] == [2]


def test_a_hold_ends_and_gives_its_places_back_once(app, now):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product, 3)])
    assert taken(product) == [3, 3]
    now(minutes=15)
    assert holds.living(secret) is None
    assert taken(product) == [3, 3]  # time alone frees nothing
    assert holds.release_expired() == 1
    assert holds.release_expired() == 0
    assert taken(product) == [0, 0]
    with pytest.raises(HoldGone):
        checkout.place_order(
            secret, Buyer("a@b.example"), make.nobody(3), shown_total_cents=5700, terms_digest=None
        )


def test_a_hold_is_extended_three_times_at_most(app):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product)])
    for _ in range(3):
        holds.extend(secret)
    with pytest.raises(NoMoreTime):
        holds.extend(secret)
    assert holds.living(secret).expires_at == clock.now() + timedelta(minutes=45)


@pytest.mark.parametrize(
    "deed",
    [
        lambda secret, product: holds.extend(secret),
        lambda secret, product: holds.add(secret, [make.line(product)]),
        lambda secret, product: holds.remove_line(secret, 1),
        lambda secret, product: holds.apply_code(secret, "MOINS"),
    ],
)
def test_nothing_is_done_to_a_basket_that_has_ended(app, now, deed):
    product = make.product()
    ended = holds.make(product.event.series, [make.line(product)])
    now(minutes=15)

    for secret in (ended, "nobody's"):
        with pytest.raises(HoldGone):
            deed(secret, product)


def test_a_basket_is_known_after_its_end_and_another_secret_is_not(app, now):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product)])
    now(minutes=15)
    holds.release_expired()

    assert holds.known(secret)
    assert not holds.known("nobody's")


def test_a_basket_that_grows_lasts_ten_minutes_more_and_an_hour_at_most(app, now):
    begin = now()
    product = make.product()
    other = make.product(product.event)
    secret = holds.make(product.event.series, [make.line(product)])

    def left_after(minutes):
        now(begin + timedelta(minutes=minutes))
        holds.add(secret, [make.line(other)])
        return (holds.living(secret).expires_at - begin) / timedelta(minutes=1)

    assert [left_after(minutes) for minutes in (1, 14, 23, 32, 41, 50, 59)] == [
        15, 24, 33, 42, 51, 60, 60
    ]  # fmt: skip
    now(begin + timedelta(minutes=60))
    assert holds.living(secret) is None


def test_a_basket_without_a_line_has_ended(app):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product)])
    [line] = holds.living(secret).lines

    holds.remove_line(secret, line.id)

    assert holds.living(secret) is None
    assert holds.release_expired() == 0


def test_a_line_that_went_before_or_is_anothers_is_not_taken_out(app):
    event = make.event()
    one, two = make.product(event), make.product(event)
    secret = holds.make(event.series, [make.line(one), make.line(two)])
    other = holds.make(event.series, [make.line(one)])
    gone = holds.living(secret).lines[0].id
    holds.remove_line(secret, gone)

    for line_id in (gone, holds.living(other).lines[0].id):
        holds.remove_line(secret, line_id)

    assert [len(holds.living(one).lines) for one in (secret, other)] == [1, 1]
    assert (taken(one), taken(two)) == ([2, 1], [2, 1])


def test_another_event_joins_the_same_hold_and_a_line_can_go(app):
    series = make.series()
    first, second = (
        make.product(make.event(series)),
        make.product(make.event(series), price_cents=0),
    )
    secret = holds.make(series, [make.line(first, 3)])
    holds.add(secret, [make.line(second, 1)])
    assert [line.quantity for line in holds.living(secret).lines] == [3, 1]
    holds.remove_line(secret, holds.living(secret).lines[0].id)
    assert (taken(first), taken(second)) == ([0, 0], [1, 1])
    assert queries.unbalanced_quotas() == []


def test_the_last_places_can_be_added_to_a_hold_that_has_some(app):
    product = make.product(places=4, per_order_max=4)
    secret = holds.make(product.event.series, [make.line(product, 2)])
    holds.add(secret, [make.line(product, 2)])
    assert taken(product) == [4, 4]


def test_a_basket_that_grows_keeps_the_old_price_for_what_it_had(app):
    event = make.event()
    product, other = make.product(event, price_cents=1900), make.product(event, price_cents=500)
    secret = holds.make(event.series, [make.line(product)])
    make.changed(product, price_cents=2500)
    holds.add(secret, [make.line(other)])

    assert [line.unit_cents for line in holds.living(secret).lines] == [1900, 500]


def test_a_refusal_does_not_offer_what_was_left_when_the_basket_was_read(app, monkeypatch):
    product = make.product(places=6)
    holds.make(product.event.series, [make.line(product, 6)])
    true = stock.offers_by_ids

    def late(ids):
        """As if the six were taken between the reading and the taking."""
        return {
            key: replace(offer, draws=tuple(replace(one, left=6) for one in offer.draws))
            for key, offer in true(ids).items()
        }

    monkeypatch.setattr(stock, "offers_by_ids", late)
    with pytest.raises(SoldOut) as refusal:
        holds.make(product.event.series, [make.line(product)])
    assert (refusal.value.facts["wanted"], refusal.value.facts["left"]) == (1, 0)


def test_a_refusal_counts_what_the_rest_of_the_basket_takes(app):
    event = make.event(capacity=6)
    one = make.product(event, places=None, label_fr="Un")
    other = make.product(event, places=None, label_fr="Autre")
    with pytest.raises(SoldOut) as refusal:
        holds.make(event.series, [make.line(one, 1), make.line(other, 6)])
    assert refusal.value.facts == {"product": "Autre", "wanted": 6, "left": 5}
