"""How baskets and orders end: by time, in portions, once, and what is noted and announced of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from eventsapp.domain.billing.money import bills, payments
from eventsapp.domain.billing.money.models import Bill
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import answers, checkout, fulfilment, holds, money, orders
from eventsapp.domain.ticketing.sales.facts import OrderEnded
from eventsapp.domain.ticketing.sales.models import Hold, HoldLine, Order, OrderStatus
from eventsapp.kernel import clock, facts
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import transaction
from tests import make


@pytest.fixture
def hall(app):
    return make.product(make.event(capacity=20), places=None)


def keep(product, quantity=1):
    holds.make(product.event.series, [make.line(product, quantity)])
    return db.session.scalars(select(Hold.id).order_by(Hold.id.desc())).first()


def fresh(kind, key):
    return db.session.get_one(kind, key, populate_existing=True)


def taken():
    return db.session.scalars(select(Quota.taken)).one()


def test_ended_baskets_are_emptied_in_portions_and_counted(hall, now):
    for _basket in range(3):
        keep(hall)
    now(hours=1)

    assert (holds.release_expired(2), taken()) == (2, 1)
    assert (holds.release_expired(2), taken()) == (1, 0)
    assert holds.release_expired(2) == 0


@pytest.mark.parametrize(
    "meanwhile", [{"ordered": True}, {"expires_at": clock.now() + timedelta(days=900)}]
)
def test_a_basket_that_became_an_order_or_got_more_time_meanwhile_keeps_its_places(
    hall, now, monkeypatch, meanwhile
):
    hold_id = keep(hall, 3)
    now(hours=1)
    true = holds.release

    def overtaken(session, key, **given):
        session.execute(update(Hold).where(Hold.id == key).values(**meanwhile))
        return true(session, key, **given)

    monkeypatch.setattr(holds, "release", overtaken)

    assert (holds.release_expired(), taken()) == (0, 3)
    assert fresh(Hold, hold_id).released_at is None


def test_a_basket_seated_again_takes_what_it_counts_now(hall, now):
    hold_id = keep(hall, 3)
    now(hours=1)
    holds.release_expired()
    with transaction() as session:
        read = session.get_one(Hold, hold_id)
        assert read.lines[0].given_back == 0
        # Another process gives one place of it back.
        session.execute(
            update(HoldLine)
            .where(HoldLine.hold_id == hold_id)
            .values(given_back=1)
            .execution_options(synchronize_session=False)
        )
        holds.take_again(session, hold_id)

    assert (taken(), fresh(Hold, hold_id).released_at) == (2, None)


def test_a_basket_that_never_was_is_named(app):
    with transaction() as session, pytest.raises(NotFound) as refusal:
        holds.take_again(session, 4711)
    assert refusal.value.facts == {"what": "hold", "reference": 4711}


@pytest.fixture
def told(monkeypatch):
    heard, letters = [], []
    monkeypatch.setattr(facts, "record", heard.append)
    monkeypatch.setattr(
        answers, "mail_ended", lambda key, **words: letters.append((key, words["expired"]))
    )
    return heard, letters


def test_an_order_whose_time_is_over_notes_when_and_is_announced(hall, now, told):
    order = make.web_order(hall)
    del told[0][:]
    now(hours=3)

    assert orders.expire(order.id)

    ended = fresh(Order, order.id)
    assert (ended.status, ended.ended_at) == (OrderStatus.EXPIRED, clock.now())
    # Whoever stood at the page needs no letter.
    assert told == ([OrderEnded(order.id)], [])


def test_whoever_waited_for_days_is_told_for_what(hall, now, told):
    sold = checkout.sell(
        hall.event.series,
        [make.line(hall)],
        orders.Buyer(email="ada@example.org"),
        make.nobody(1),
        payment="transfer",
    )
    del told[0][:]
    now(days=30)

    assert orders.expire(sold.order_id)

    assert told == ([OrderEnded(sold.order_id)], [(sold.order_id, "awaiting_transfer")])


def test_an_order_whose_money_is_here_does_not_end(hall, now, monkeypatch):
    order, other = make.web_order(hall), make.web_order(hall)
    monkeypatch.setattr(money, "keeps", lambda key: key == order.id)
    now(hours=3)

    assert (orders.expire(order.id), orders.expire(other.id)) == (False, True)


def test_what_a_person_has_looked_at_asks_no_more(hall):
    order, other = make.web_order(hall), make.web_order(hall)
    for one in (order, other):
        bills.flag(one.bill_id, "external_refund")

    orders.looked_at(order.id, actor="test")

    flags = [fresh(Bill, one.bill_id).attention for one in (order, other)]
    assert flags == [None, "external_refund"]


@pytest.mark.parametrize("asks", [True, False])
def test_who_was_waiting_is_told_why_it_ended_and_the_end_is_announced(app, monkeypatch, asks):
    letters, heard = [], []
    for name in ("mail_refused", "mail_ended"):
        monkeypatch.setattr(
            answers, name, lambda *given, which=name, **more: letters.append((which, given, more))
        )
    product = make.product(approval=asks)
    order = make.web_order(product)
    monkeypatch.setattr(facts, "record", heard.append)

    orders.cancel(order.id, actor="test", reason="salle fermée")

    name, more = ("mail_refused", {}) if asks else ("mail_ended", {"withdrawn": False})
    assert letters == [(name, (order.id, "salle fermée"), more)]
    assert heard[-1] == OrderEnded(order.id)


def test_an_order_that_is_covered_notes_when(hall, now):
    order = make.web_order(hall)
    now(minutes=7)
    payment = payments.book_offline(order.bill_id, amount_cents=1900, currency="EUR")
    fulfilment.fulfil(payment)

    assert fresh(Order, order.id).paid_at == clock.now()
