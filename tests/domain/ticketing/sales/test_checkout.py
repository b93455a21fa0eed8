"""From a hold to an order and its payment page: every place once, every cent right."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from eventsapp.domain.billing.money import payments
from eventsapp.domain.billing.money.models import Payment
from eventsapp.domain.ticketing.catalogue.errors import AddOnAlone, TooFew
from eventsapp.domain.ticketing.catalogue.models import ProductKind
from eventsapp.domain.ticketing.sales import checkout, holds, orders
from eventsapp.domain.ticketing.sales.errors import NamesMissing, NotFree, NotPayable, PriceChanged
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.gateways.stripe_account import sandbox
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import lock, transaction
from tests import make
from tests.domain.ticketing.world import fresh, pay_page, session_of, taken


def test_an_order_takes_the_places_over_without_counting_twice(app):
    product = make.product()
    order = make.web_order(product, 3)
    assert (order.status, order.total_cents) == (OrderStatus.AWAITING_PAYMENT, 5700)
    assert taken(product) == [3, 3]
    assert order.tickets == []


def test_the_same_hold_sent_twice_is_one_order(app):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product)])
    ordered = [
        checkout.place_order(
            secret, Buyer("a@b.example"), make.nobody(1), shown_total_cents=1900, terms_digest=None
        ).id
        for _ in range(2)
    ]
    assert ordered[0] == ordered[1]


def test_a_total_other_than_the_shown_one_asks_again(app):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product)])
    with pytest.raises(PriceChanged) as refusal:
        checkout.place_order(
            secret, Buyer("a@b.example"), make.nobody(1), shown_total_cents=100, terms_digest=None
        )
    assert refusal.value.facts == {"shown_cents": 100, "total_cents": 1900}
    assert holds.living(secret) is not None


def test_too_many_names_are_refused(app):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product)])
    with pytest.raises(NamesMissing):
        checkout.place_order(
            secret, Buyer("a@b.example"), make.nobody(2), shown_total_cents=1900, terms_digest=None
        )


def test_a_free_order_has_its_tickets_at_once_and_one_mail(app):
    product = make.product(price_cents=0)
    order = make.web_order(product, 2)
    assert order.status is OrderStatus.PAID
    assert len(fresh(order).tickets) == 2
    assert list(db.session.scalars(select(OutboxMessage.kind))) == ["mail.order_paid"]


def test_two_tabs_open_one_payment_page(app):
    order = make.web_order(make.product())
    urls = {checkout.start_payment(order.id, return_url="http://localhost/back") for _ in range(2)}
    assert len(urls) == 1


def test_an_order_paid_just_before_its_page_ends_is_confirmed_not_paid_again(app, now):
    order = make.web_order(make.product())
    payment_id = pay_page(order)
    sandbox().pay(session_of(payment_id))
    now(minutes=30, seconds=30)
    with pytest.raises(NotPayable):
        checkout.start_payment(order.id, return_url="http://localhost/back")
    assert fresh(order).status is OrderStatus.PAID


def test_free_is_refused_for_what_costs(app):
    product = make.product()
    with pytest.raises(NotFree):
        checkout.sell(
            product.event.series,
            [make.line(product)],
            Buyer("a@b.example"),
            make.nobody(1),
            payment="free",
        )


def test_an_api_order_of_one_ticket_stays_within_its_statements(app, statements):
    product = make.product()
    make.paid_order(product)  # that nothing is asked in this series is remembered for a moment
    series, line = product.event.series, make.line(product)
    assert series.organisation_id
    del statements[:]
    checkout.sell(series, [line], Buyer("a@b.example"), make.nobody(1), payment="offline")
    written = [text for text in statements if not text.startswith(("BEGIN", "PRAGMA"))]
    assert len(written) <= 13, "\n".join(written)


def test_a_basket_keeps_the_price_it_saw(app):
    product = make.product(price_cents=1900)
    secret = holds.make(product.event.series, [make.line(product, 2)])
    make.changed(product, price_cents=2500)

    order = checkout.place_order(
        secret, Buyer(email="ada@example.org"), make.nobody(2),
        shown_total_cents=3800, terms_digest=None,
    )  # fmt: skip

    assert order.total_cents == 3800
    assert [line.gross_cents for line in order.bill.lines] == [3800]


def test_no_page_is_opened_for_an_order_that_expires_at_that_moment(app, now):
    """The sweeper holds the order; the buyer has read that it can be paid."""
    product = make.product()
    order = make.web_order(product)
    order_id, read = order.id, threading.Event()

    def buyer():
        with app.app_context():
            try:
                return checkout.start_payment(order_id, return_url="http://localhost/back")
            except NotPayable as refusal:
                return refusal.facts
            finally:
                db.session.remove()

    really = payments.close_ending

    def has_read(bill_id):
        really(bill_id)
        read.set()

    now(minutes=40)
    with ThreadPoolExecutor(1) as threads, pytest.MonkeyPatch.context() as patch:
        patch.setattr(payments, "close_ending", has_read)
        with transaction():
            lock(Order, order_id)
            answer = threads.submit(buyer)
            assert read.wait(10)
            assert orders.expire(order_id)
        assert answer.result(30) == {"status": "expired"}

    assert db.session.scalars(select(Payment)).all() == []
    assert taken(product) == [0, 0]


def test_an_option_is_not_ordered_after_its_ticket_was_taken_out(app):
    event = make.event()
    entry = make.product(event, code="STD")
    dinner = make.product(
        event, kind=ProductKind.ADD_ON, requires=["STD"], price_cents=4000, label_fr="Dîner"
    )
    secret = holds.make(event.series, [make.line(entry), make.line(dinner)])
    holds.remove_line(secret, holds.living(secret).lines[0].id)
    with pytest.raises(AddOnAlone) as refusal:
        checkout.place_order(
            secret, Buyer("a@b.example"), make.nobody(1), shown_total_cents=4000, terms_digest=None
        )
    assert refusal.value.facts == {"product": "Dîner"}
    assert holds.living(secret) is not None


def test_fewer_than_the_least_are_not_ordered_after_a_line_was_taken_out(app):
    product = make.product(per_order_min=2)
    secret = holds.make(product.event.series, [make.line(product), make.line(product)])
    holds.remove_line(secret, holds.living(secret).lines[0].id)
    with pytest.raises(TooFew):
        checkout.place_order(
            secret, Buyer("a@b.example"), make.nobody(1), shown_total_cents=1900, terms_digest=None
        )
