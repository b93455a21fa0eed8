"""Every state of an order has a way out, at the desk and by time; none keeps a place for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.cli import worker as cli_worker
from eventsapp.delivery import worker
from eventsapp.domain.billing.money.models import LedgerEntry, Payment, PaymentMethod, PaymentStatus
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import checkout, orders, queries
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.gateways import mail
from eventsapp.kernel.db import db
from tests import make

ENDED = {OrderStatus.PAID, OrderStatus.EXPIRED, OrderStatus.CANCELLED}


@pytest.fixture
def desk(client):
    """The form of the desk and the order it is about."""
    series = make.series(slug="essai")
    lea = make.account("owner", in_series=series)
    token = make.signed_in(client, lea)
    event = make.event(series, free=False)
    # The release is of events that are over later than any deadline.
    product = make.product(event, places=5)
    asked = make.product(event, places=5, approval=True)
    releases.publish(series.id, actor="test")
    mail.memory().sent.clear()

    def post(order, path, **form):
        address = f"/organizer/essai/orders/{order.code}"
        shown = client.get(address).text
        assert f'action="{address}/{path}"' in shown
        return client.post(f"{address}/{path}", data=form | {"csrf_token": token})

    return post, product, asked


def waiting(status, product, asked):
    if status is OrderStatus.AWAITING_PAYMENT:
        order = make.web_order(product)
        checkout.start_payment(order.id, return_url="http://localhost/back")
        return order
    sold = asked if status is OrderStatus.AWAITING_APPROVAL else product
    written = checkout.sell(
        sold.event.series,
        [make.line(sold)],
        Buyer(email="ada@example.org"),
        make.nobody(1),
        payment="transfer",
    )
    return db.session.get(Order, written.order_id)


def work():
    for _turn in range(2):
        cli_worker.run_periodic([0.0] * len(cli_worker.PERIODIC))
        worker.drain()


def fresh(order):
    return db.session.get(Order, order.id, populate_existing=True)


def taken():
    return sum(db.session.scalars(select(Quota.taken).where(Quota.whole_event.is_(True))))


TRANSFER = {"on": "2026-09-09", "reference": "VIR 4711"}
DESK = {
    OrderStatus.AWAITING_PAYMENT: [("cancellations", {"reason": "x"}, OrderStatus.CANCELLED)],
    OrderStatus.AWAITING_TRANSFER: [
        ("transfers", TRANSFER, OrderStatus.PAID),
        ("cancellations", {"reason": "x"}, OrderStatus.CANCELLED),
    ],
    OrderStatus.AWAITING_APPROVAL: [
        ("decision", {"answer": "yes"}, OrderStatus.AWAITING_PAYMENT),
        ("decision", {"answer": "no"}, OrderStatus.CANCELLED),
    ],
}
WAYS = [(status, *way) for status, ways in DESK.items() for way in ways]


def test_the_walk_knows_every_state():
    assert set(DESK) | ENDED == set(OrderStatus)
    assert set(DESK) == set(orders.AWAITING)


@pytest.mark.parametrize(("status", "path", "form", "then"), WAYS)
def test_the_desk_has_a_way_out(desk, status, path, form, then):
    post, product, asked = desk
    order = waiting(status, product, asked)
    assert order.status is status

    assert post(order, path, **form).status_code == 302
    work()

    assert fresh(order).status is then
    assert len(mail.memory().sent) == 1
    assert taken() == (0 if then is OrderStatus.CANCELLED else 1)
    assert queries.unbalanced_quotas() == []


@pytest.mark.parametrize("status", DESK)
def test_time_has_a_way_out(desk, now, status):
    _post, product, asked = desk
    order = waiting(status, product, asked)
    assert order.deadline is not None

    now(order.deadline + timedelta(minutes=6))
    work()
    work()

    assert fresh(order).status is OrderStatus.EXPIRED
    assert taken() == 0
    told = [] if status is OrderStatus.AWAITING_PAYMENT else [order.email]
    assert [one.to for one in mail.memory().sent] == told


def test_a_transfer_is_booked_with_its_day_and_reference(desk):
    post, product, asked = desk
    order = waiting(OrderStatus.AWAITING_TRANSFER, product, asked)
    for wrong in ({}, TRANSFER | {"on": "2026-09-11"}, TRANSFER | {"reference": " "}):
        assert post(order, "transfers", **wrong).status_code == 422

    assert post(order, "transfers", **TRANSFER).status_code == 302

    payment = db.session.scalars(select(Payment)).one()
    assert (payment.method, payment.status) == (PaymentMethod.TRANSFER, PaymentStatus.CONFIRMED)
    assert payment.confirmed_at.date().isoformat() == "2026-09-09"
    entry = db.session.scalars(select(LedgerEntry)).one()
    assert (entry.source, entry.external_id) == ("bank", f"{order.bill_id}:VIR 4711")
    assert (entry.amount_cents, len(fresh(order).tickets)) == (1900, 1)


def test_the_page_of_an_order_cancelled_at_the_desk_is_closed(desk):
    post, product, asked = desk
    order = waiting(OrderStatus.AWAITING_PAYMENT, product, asked)

    post(order, "cancellations", reason="<b>Doublon</b>")
    assert taken() == 1  # somebody may still pay it
    work()

    assert db.session.scalars(select(Payment.status)).one() is PaymentStatus.EXPIRED
    assert taken() == 0
    [letter] = mail.memory().sent
    assert "Doublon" in letter.text and "<b>Doublon" not in letter.html
