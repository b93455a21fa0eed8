"""What money does when it comes: in time, late, twice, or for nothing."""

import pytest
from sqlalchemy import select

from eventsapp.domain.billing.money import bills, payments, refunds
from eventsapp.domain.billing.money.models import LedgerEntry, PaymentStatus, Refund
from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.catalogue import discounts
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.models import DiscountEffect
from eventsapp.domain.ticketing.sales import checkout, holds, invariants, orders, queries
from eventsapp.domain.ticketing.sales.models import Admission, OrderStatus, TicketStatus
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.gateways.stripe_account import sandbox
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from tests import make
from tests.domain.ticketing.world import fresh, pay_page, session_of, taken


def test_paying_issues_the_tickets_books_the_money_and_mails_once(app):
    product = make.product()
    order = make.web_order(product, 3)
    payment_id = pay_page(order)
    sandbox().pay(session_of(payment_id))
    assert [payments.look_and_confirm(payment_id) for _ in range(3)] == [
        PaymentStatus.CONFIRMED
    ] * 3
    order = fresh(order)
    assert order.status is OrderStatus.PAID
    assert [ticket.status for ticket in order.tickets] == [TicketStatus.VALID] * 3
    assert db.session.scalar(select(Admission.event_id).limit(1)) == product.event_id
    assert list(db.session.scalars(select(LedgerEntry.amount_cents))) == [5700]
    assert list(db.session.scalars(select(OutboxMessage.kind))) == ["mail.order_paid"]
    assert bills.booked_cents(order.bill_id) == 5700


def test_a_declined_card_leaves_order_and_page_open(app):
    order = make.web_order(make.product())
    payment_id = pay_page(order)
    sandbox().decline(session_of(payment_id))
    assert payments.look_and_confirm(payment_id) is PaymentStatus.PENDING
    sandbox().pay(session_of(payment_id))
    assert payments.look_and_confirm(payment_id) is PaymentStatus.CONFIRMED


def test_the_sweeper_finds_money_without_webhook_or_return(app, now):
    order = make.web_order(make.product())
    sandbox().pay(session_of(pay_page(order)))
    now(minutes=6)
    payments.sweep()
    assert fresh(order).status is OrderStatus.PAID


def test_late_money_gets_a_seat_if_one_is_left(app, now):
    product = make.product()
    order = make.web_order(product, 2)
    payment_id = pay_page(order)
    now(minutes=40)
    payments.sweep()
    orders.expire_due()
    sandbox().pay(session_of(payment_id), even_expired=True)
    payments.look_and_confirm(payment_id)
    assert fresh(order).status is OrderStatus.PAID
    assert len(fresh(order).tickets) == 2
    assert taken(product) == [2, 2]


def test_late_money_goes_back_when_the_house_is_full(app, now):
    product = make.product(places=2)
    order = make.web_order(product, 2)
    payment_id = pay_page(order)
    now(minutes=40)
    payments.sweep()
    orders.expire_due()
    make.paid_order(product, 2)
    sandbox().pay(session_of(payment_id), even_expired=True)
    payments.look_and_confirm(payment_id)
    payments.look_and_confirm(payment_id)
    assert fresh(order).status is OrderStatus.EXPIRED
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.amount_cents, refund.origin) == (3800, "late")
    refunds.send(refund.id)
    refunds.send(refund.id)
    assert bills.booked_cents(order.bill_id) == 0
    assert taken(product) == [2, 2]


def test_a_second_payment_of_a_paid_order_goes_back_and_only_it(app, now):
    order = make.web_order(make.product())
    first = pay_page(order)
    now(minutes=30, seconds=30)  # less than a minute left: a second page is opened
    second = pay_page(order)
    assert first != second
    assert payments.look_and_confirm(first) is PaymentStatus.EXPIRED  # closed before the second
    sandbox().pay(session_of(first), even_expired=True)
    sandbox().pay(session_of(second), even_expired=True)
    for payment_id in (first, second, first, second):
        payments.look_and_confirm(payment_id)
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.payment_id, refund.origin) == (second, "duplicate")
    assert fresh(order).status is OrderStatus.PAID
    assert bills.kept_cents(order.bill_id) == 1900


def test_money_for_a_cancelled_order_goes_back(app):
    product = make.product()
    order = make.web_order(product)
    payment_id = pay_page(order)
    orders.cancel(order.id, actor="test", reason="erreur")
    sandbox().pay(session_of(payment_id))
    payments.look_and_confirm(payment_id)
    assert [refund.origin for refund in db.session.scalars(select(Refund))] == ["cancelled"]
    assert fresh(order).status is OrderStatus.CANCELLED
    assert taken(product) == [0, 0]


def test_a_failing_fulfilment_keeps_the_booking_and_is_tried_again(app, monkeypatch):
    order = make.web_order(make.product())
    payment_id = pay_page(order)
    sandbox().pay(session_of(payment_id))

    def broken(*_args):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(orders, "mark_paid", broken)
        payments.look_and_confirm(payment_id)
    assert fresh(order).status is OrderStatus.AWAITING_PAYMENT
    assert bills.booked_cents(order.bill_id) == 1900
    assert list(db.session.scalars(select(OutboxMessage.kind))) == ["ticketing.fulfil"]
    assert db.session.get(type(order.bill), order.bill_id, populate_existing=True).attention == (
        "fulfilment_failed"
    )
    payments.look_and_confirm(payment_id)
    assert fresh(order).status is OrderStatus.PAID


def test_a_second_payment_goes_back_whole_although_a_part_of_the_first_was_given_back(app, now):
    order = make.web_order(make.product())
    first = pay_page(order)
    now(minutes=30, seconds=30)
    second = pay_page(order)
    for payment_id in (first, second):
        sandbox().pay(session_of(payment_id), even_expired=True)
    payments.look_and_confirm(first)
    refunding.refund_amount(order.id, 500, reason="geste", actor="test")
    for payment_id in (second, second, first):
        payments.look_and_confirm(payment_id)

    returned = db.session.scalars(select(Refund).order_by(Refund.id))
    assert [(one.payment_id, one.origin, one.amount_cents) for one in returned] == [
        (first, "organizer", 500),
        (second, "duplicate", 1900),
    ]
    assert bills.kept_cents(order.bill_id) == 1400


def test_a_cancelled_order_keeps_its_places_until_its_last_page_has_closed(app, now):
    product = make.product()
    order = make.web_order(product, 2)
    first = pay_page(order)
    now(minutes=30, seconds=30)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(payments, "close_ending", lambda _bill_id: None)  # closed by nobody yet
        second = pay_page(order)
    assert first != second
    orders.cancel(order.id, actor="test", reason="erreur")
    payments.close_page(first)
    assert taken(product) == [2, 2]
    payments.close_page(second)
    assert (taken(product), queries.unbalanced_quotas()) == ([0, 0], [])


def test_late_money_goes_back_when_its_code_was_used_up_meanwhile(app, now):
    product = make.product()
    new = NewDiscount("CLUB", DiscountEffect.FIXED, 500, [product.id], most_uses=1)
    discounts.create(product.series_id, new, actor="test")
    secret = holds.make(product.event.series, [make.line(product)], code="CLUB")
    order = checkout.place_order(
        secret, Buyer("a@b.example"), make.nobody(1), shown_total_cents=1400, terms_digest=None
    )
    payment_id = pay_page(order)
    now(minutes=40)
    payments.sweep()
    orders.expire_due()
    checkout.sell(
        product.event.series,
        [make.line(product)],
        Buyer("b@c.example"),
        make.nobody(1),
        payment="offline",
        code="CLUB",
    )
    sandbox().pay(session_of(payment_id), even_expired=True)
    payments.look_and_confirm(payment_id)

    refund = db.session.scalars(select(Refund)).one()
    assert (refund.amount_cents, refund.origin) == (1400, "late")
    assert (fresh(order).status, taken(product)) == (OrderStatus.EXPIRED, [1, 1])
    assert (queries.unbalanced_quotas(), invariants.miscounted()) == ([], [])


def test_late_money_takes_all_its_places_or_none(app, now):
    """Two events in one order; one of them is full by then."""
    series = make.series()
    scarce = make.product(make.event(series), places=1)
    plenty = make.product(make.event(series), places=9)
    secret = holds.make(series, [make.line(plenty), make.line(scarce)])
    order = checkout.place_order(
        secret, Buyer("a@b.example"), make.nobody(1, 1), shown_total_cents=3800, terms_digest=None
    )
    payment_id = pay_page(order)
    now(minutes=40)
    payments.sweep()
    orders.expire_due()
    make.paid_order(scarce)
    sandbox().pay(session_of(payment_id), even_expired=True)
    payments.look_and_confirm(payment_id)

    assert (taken(plenty), taken(scarce)) == ([0, 0], [1, 1])
    assert fresh(order).tickets == []
    assert [one.amount_cents for one in db.session.scalars(select(Refund))] == [3800]
    assert queries.unbalanced_quotas() == []


def test_the_price_that_was_promised_is_the_price_of_a_late_seat(app, now):
    product = make.product(price_cents=1900)
    order = make.web_order(product)
    payment_id = pay_page(order)
    now(minutes=40)
    payments.sweep()
    orders.expire_due()
    make.changed(product, price_cents=9900)
    sandbox().pay(session_of(payment_id), even_expired=True)
    payments.look_and_confirm(payment_id)
    assert (fresh(order).status, fresh(order).total_cents) == (OrderStatus.PAID, 1900)
    assert db.session.scalars(select(Refund)).all() == []
