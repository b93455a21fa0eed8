"""Pressing "pay" again and again keeps places for two hours after the first press, not for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.domain.billing.money import payments
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import deadlines, holds, orders, queries
from eventsapp.domain.ticketing.sales.models import Hold, Order, OrderStatus
from eventsapp.kernel import words
from eventsapp.kernel.db import db
from tests import make

FORM = {"email": "ada@mail.example", "terms": "y", "shown_total": "1900"}


@pytest.fixture
def tariff(client):
    series = make.series(slug="essai")
    tariff = make.product(make.event(series, free=False), places=20)
    releases.publish(series.id, actor="test")
    return tariff


def only():
    return db.session.scalars(select(Order).execution_options(populate_existing=True)).one()


def test_pressing_pay_every_half_hour_ends_after_two_hours(client, tariff, now):
    client.post("/fr/essai/hold", data={f"qty-{tariff.id}": "1"})
    client.post("/fr/essai/checkout", data=FORM)
    order, first = only(), now()
    page = f"/fr/essai/orders/{order.code}/{order.secret}"
    opened = []
    for _press in range(20):
        now(minutes=30)
        payments.sweep()
        orders.expire_due()
        answer = client.post(f"{page}/payments")
        opened.append(answer.status_code)
        if answer.status_code == 303:
            shown = client.get(page).text
            assert words.moment(only().deadline, "Europe/Paris") in shown
            assert words.moment(first + deadlines.LONGEST_PAYMENT, "Europe/Paris") in shown

    assert 303 in opened
    assert opened == sorted(opened)  # once refused, always refused
    assert only().status is OrderStatus.EXPIRED
    assert only().ended_at <= first + deadlines.LONGEST_PAYMENT + timedelta(minutes=30)
    assert db.session.scalars(select(Quota.taken)).all() == [0, 0]
    assert queries.unbalanced_quotas() == []


def test_a_page_that_would_close_too_late_is_not_prepared(client, tariff, now):
    client.post("/fr/essai/hold", data={f"qty-{tariff.id}": "1"})
    client.post("/fr/essai/checkout", data=FORM)
    page = f"/fr/essai/orders/{only().code}/{only().secret}/payments"
    for minutes in (33, 33):
        now(minutes=minutes)
        payments.sweep()
        assert client.post(page).status_code == 303
    now(minutes=33)
    payments.sweep()
    before, count = only().deadline, len(only().bill.payments)

    assert client.post(page).status_code == 409

    db.session.expire_all()
    assert (only().deadline, len(only().bill.payments)) == (before, count)


def test_a_long_deadline_is_not_shortened_by_a_press(app, now):
    late, first = now() + timedelta(days=10), now()
    assert deadlines.moved(late, first, first + timedelta(minutes=31)) == late
    assert deadlines.moved(None, first, first + timedelta(hours=2)) is None
    exactly = first + deadlines.LONGEST_PAYMENT
    assert deadlines.moved(first, first, exactly - deadlines.NEWS_TIME) == exactly


def test_adding_to_a_basket_keeps_it_for_an_hour_at_most(client, tariff, now):
    start = now()
    for _time in range(9):
        client.post("/fr/essai/hold", data={f"qty-{tariff.id}": "1"})
        now(minutes=8)
    first = db.session.scalars(select(Hold.expires_at).order_by(Hold.id).limit(1)).one()
    assert first == start + holds.LONGEST


def test_an_accepted_request_says_the_day_until_when_and_not_an_hour_alone(client):
    """Ten days to pay: "until 12:00" would be read as today."""
    product = make.product(approval=True, price_cents=1900)
    releases.publish(product.event.series_id, actor="test")
    order = make.web_order(product)
    orders.approve(order.id, actor="test")
    order = db.session.get(Order, order.id, populate_existing=True)

    page = client.get(f"/fr/{product.event.series.slug}/orders/{order.code}/{order.secret}").text

    until = words.moment(order.deadline, product.event.series.timezone)
    assert f"Elles sont gardées jusqu’au {until}." in page
