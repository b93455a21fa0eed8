"""Many processes, few places: sold exactly once, refunded exactly once, ordered exactly once.

On PostgreSQL, where a read-test-write sells places several times over; SQLite's single writer
would hide it, and is asked the same question once for its own sake.
"""

import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from eventsapp.domain.billing.money import payments
from eventsapp.domain.billing.money.models import LedgerEntry, Refund
from eventsapp.domain.programme.models import Event, Series
from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.catalogue import discounts, guest_links, guests
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.errors import SoldOut
from eventsapp.domain.ticketing.catalogue.limits import Line
from eventsapp.domain.ticketing.catalogue.models import Discount, DiscountEffect, Quota
from eventsapp.domain.ticketing.sales import (
    checkout,
    free_orders,
    holds,
    invariants,
    persons,
    queries,
)
from eventsapp.domain.ticketing.sales.models import Order, Ticket
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.gateways.stripe_account import sandbox
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.races.crowd import rush

PROCESSES = 8
postgres_only = pytest.mark.parametrize("app", ["postgres"], indirect=True)


def buy(series_id, *product_ids, code=None):
    """A purchase of one of each, paid to the organizer."""

    def work():
        series = db.session.get(Series, series_id)
        lines = [Line(product_id, 1) for product_id in product_ids]
        names = make.nobody(*(1 for _ in lines))
        buyer = Buyer("a@example.org")
        return checkout.sell(series, lines, buyer, names, payment="offline", code=code).code

    return work


@pytest.fixture
def real_clock(app):
    clock.freeze(None)


def test_the_last_places_are_sold_once(app, real_clock):
    product = make.product(make.event(capacity=60), places=50)
    work = buy(product.series_id, product.id)
    results = rush(app, [work] * PROCESSES, times=12)
    assert Counter(kind for kind, _ in results) == {"done": 50, "refused": 46}
    assert {code for kind, code in results if kind == "refused"} == {"sold_out"}
    assert db.session.scalar(select(func.count(Ticket.id))) == 50
    assert queries.unbalanced_quotas() == []


@postgres_only
def test_one_by_one_and_by_groups_a_visit_is_sold_once(app, real_clock):
    event = make.event(capacity=400)
    with transaction() as session:
        session.get_one(Event, event.id).slots[0].capacity = 30
    slot_id, series_id = event.slots[0].id, event.series_id
    alone = make.product(event, places=None, per_slot=True).id
    group = make.product(event, places=None, per_slot=True, tickets_per_unit=5).id

    def keep(product_id):
        line = Line(product_id, 1, slot_id=slot_id)
        return lambda: holds.make(db.session.get_one(Series, series_id), [line])

    results = rush(app, [keep(alone), keep(group)] * (PROCESSES // 2), times=12)

    assert {code for kind, code in results if kind == "refused"} == {"sold_out"}
    [stock] = db.session.scalars(select(Quota).where(Quota.slot_id == slot_id)).all()
    assert (stock.size, stock.taken) == (30, 30)
    assert queries.unbalanced_quotas() == []


@postgres_only
def test_a_refusal_in_a_rush_gives_the_number_of_its_moment(app, real_clock):
    product = make.product(make.event(capacity=200), places=40)
    series = product.event.series

    def work():
        try:
            holds.make(series, [make.line(product)])
        except SoldOut as refusal:
            return refusal.facts["wanted"], refusal.facts["left"]
        return "kept"

    results = rush(app, [work] * PROCESSES, times=12)

    assert Counter(value for _kind, value in results) == {"kept": 40, (1, 0): 56}


@postgres_only
def test_the_last_uses_of_a_code_are_given_once(app, real_clock):
    product = make.product(places=500)
    code = discounts.create(
        product.series_id,
        NewDiscount("DERNIERS", DiscountEffect.PERCENT, 20, [product.id], most_uses=30),
        actor="test",
    )

    results = rush(app, [buy(product.series_id, product.id, code="DERNIERS")] * PROCESSES, times=6)

    assert Counter(kind for kind, _ in results) == {"done": 30, "refused": 18}
    assert {code for kind, code in results if kind == "refused"} == {"discount_used_up"}
    assert db.session.get(Discount, code.id, populate_existing=True).used == 30
    assert (invariants.miscounted(), queries.unbalanced_quotas()) == ([], [])


@postgres_only
def test_the_places_of_a_guest_are_given_once(app, real_clock):
    event = make.event()
    product = make.product(event, places=500)
    guest = make.guest(event, product, along=4)
    link, guest_id, series_id = guest_links.link_of(guest), guest.id, product.series_id

    def lower():
        return guests.change_places(series_id, guest_id, 3, actor="test")

    works = [buy(series_id, product.id, code=link)] * (PROCESSES - 1)
    results = rush(app, [*works, lower], times=4)

    codes = {code for kind, code in results if kind == "refused"}
    assert codes <= {"guest_full", "guest_places_taken"}
    row = db.session.get(Discount, guest.discount_id, populate_existing=True)
    assert row.used == row.most_uses and row.used in (3, 5)
    assert (invariants.miscounted(), queries.unbalanced_quotas()) == ([], [])


@postgres_only
def test_baskets_that_cross_do_not_deadlock_and_stay_whole(app, real_clock):
    series = make.series()
    one = make.product(make.event(series), places=20)
    two = make.product(make.event(series), places=15)
    works = [buy(series.id, one.id, two.id), buy(series.id, two.id, one.id)] * (PROCESSES // 2)
    results = rush(app, works, times=5)
    assert Counter(kind for kind, _ in results) == {"done": 15, "refused": 25}
    taken = db.session.scalars(select(Quota.taken).where(Quota.whole_event.is_(False))).all()
    assert sorted(taken) == [15, 15]
    assert queries.unbalanced_quotas() == []


@postgres_only
def test_the_same_hold_sent_by_all_is_one_order(app, real_clock):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product)])

    def work():
        return checkout.place_order(
            secret, Buyer("a@b.example"), make.nobody(1), shown_total_cents=1900, terms_digest=None
        ).code

    results = rush(app, [work] * PROCESSES)
    assert len({code for kind, code in results if kind == "done"}) == 1
    assert {kind for kind, _ in results} == {"done"}
    assert db.session.scalar(select(func.count(Order.id))) == 1


@postgres_only
def test_a_rush_of_one_network_keeps_its_share_and_no_more(app, real_clock):
    hall = make.product(make.event(capacity=300), places=None)
    series = hall.event.series

    def at(address):
        return lambda: holds.make(series, [make.line(hall, 5)], network=address)

    works = [at("203.0.113.7")] * 6 + [at("198.51.100.1"), at("198.51.100.2")]
    results = rush(app, works, times=3)

    # 5 % of 300 for each of the three networks, whatever the processes do at the same moment.
    assert Counter(kind for kind, _ in results) == {"done": 9, "refused": 15}
    assert {code for kind, code in results if kind == "refused"} == {"network_full"}
    assert db.session.scalars(select(Quota.taken)).all() == [45]
    assert queries.unbalanced_quotas() == []


@postgres_only
def test_orders_of_one_person_at_once_stay_within_his_limit(app, real_clock):
    product = make.product()
    persons.set_limit(product.event_id, 2, actor="test")
    secrets = [holds.make(product.event.series, [make.line(product)]) for _ in range(PROCESSES)]

    def order(secret):
        buyer, names = Buyer("ada@example.org"), make.nobody(1)
        given = {"shown_total_cents": 1900, "terms_digest": None}
        return lambda: checkout.place_order(secret, buyer, names, **given).code

    results = rush(app, [order(secret) for secret in secrets])

    assert Counter(kind for kind, _ in results) == {"done": 2, "refused": PROCESSES - 2}


@postgres_only
def test_free_orders_of_one_address_at_once_stay_within_its_limit(app, real_clock):
    product = make.product(make.event(), price_cents=0)
    secrets = [holds.make(product.event.series, [make.line(product)]) for _ in range(PROCESSES)]

    def order(secret):
        def work():
            return checkout.place_order(
                secret,
                Buyer("a@example.org"),
                make.nobody(1),
                shown_total_cents=0,
                terms_digest=None,
            ).code

        return work

    results = rush(app, [order(secret) for secret in secrets])
    assert Counter(kind for kind, _ in results) == {
        "done": free_orders.ADDRESS_MOST,
        "refused": PROCESSES - free_orders.ADDRESS_MOST,
    }


@postgres_only
def test_webhook_return_page_and_sweeper_confirm_once(app, real_clock):
    order = make.web_order(make.product(), 2)
    checkout.start_payment(order.id, return_url="http://localhost/back")
    payment = db.session.get(Order, order.id, populate_existing=True).bill.payments[-1]
    sandbox().pay(payment.session_id)
    payment_id = payment.id
    results = rush(app, [lambda: payments.look_and_confirm(payment_id).value] * PROCESSES)
    assert results == [("done", "confirmed")] * PROCESSES
    assert db.session.scalar(select(func.count(Ticket.id))) == 2
    assert db.session.scalars(select(LedgerEntry.amount_cents)).all() == [3800]
    assert db.session.scalars(select(OutboxMessage.kind)).all() == ["mail.order_paid"]


@postgres_only
def test_refunds_asked_for_by_all_stay_within_the_payment(app, real_clock):
    written = make.paid_order(make.product(), 1)

    def work():
        return refunding.refund_amount(written.order_id, 1000, reason="x", actor="test")

    results = rush(app, [work] * PROCESSES)
    assert Counter(kind for kind, _ in results) == {"done": 1, "refused": PROCESSES - 1}
    assert db.session.scalars(select(Refund.amount_cents)).all() == [1000]


@postgres_only
def test_an_ended_hold_is_released_or_ordered_never_both(app, real_clock):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product, 3)])
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE hold SET expires_at = now() + interval '1 second'")
    end = time.monotonic() + 1.0

    def sweep():
        while time.monotonic() < end + 0.5:
            if holds.release_expired():
                return "released"
        return "nothing"

    def order():
        time.sleep(max(0, end - time.monotonic()))
        checkout.place_order(
            secret, Buyer("a@b.example"), make.nobody(3), shown_total_cents=5700, terms_digest=None
        )
        return "ordered"

    results = rush(app, [sweep, sweep, order, order])
    ends = [value for kind, value in results if kind == "done" and value != "nothing"]
    assert ends in (["released"], ["ordered", "ordered"])
    assert queries.unbalanced_quotas() == []
