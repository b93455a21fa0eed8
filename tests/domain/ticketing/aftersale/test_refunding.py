"""Refunds of orders and tickets: the tickets, the places and the money, to the cent."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from eventsapp.domain.billing.money import bills, payments, refunds
from eventsapp.domain.billing.money.errors import NotPaidYet
from eventsapp.domain.billing.money.models import Payment, Refund
from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.aftersale.errors import NothingToRefund
from eventsapp.domain.ticketing.sales import queries
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus, Ticket, TicketStatus
from eventsapp.gateways.stripe_account import sandbox
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import lock, transaction
from tests import make
from tests.domain.ticketing.world import fresh, pay_page, session_of, taken


def test_refunding_one_ticket_frees_one_place_and_its_price(app):
    product = make.product()
    written = make.paid_order(product, 3)
    ticket = db.session.scalars(select(Ticket).order_by(Ticket.id)).first()
    amount = refunding.refund_tickets(
        written.order_id, [ticket.public_id], reason="malade", actor="test"
    )
    assert amount == 1900
    assert taken(product) == [2, 2]
    refund = db.session.scalars(select(Refund)).one()
    refunds.send(refund.id)
    assert bills.booked_cents(written.bill_id) == 3800
    assert queries.unbalanced_quotas() == []


def test_refunds_never_exceed_what_was_paid(app):
    product = make.product()
    written = make.paid_order(product, 2)
    refunding.refund_amount(written.order_id, 3000, reason="geste", actor="test")
    with pytest.raises(Exception) as refusal:
        refunding.refund_amount(written.order_id, 900, reason="geste", actor="test")
    assert refusal.value.code == "refund_too_large"
    assert refusal.value.facts == {"left_cents": 800, "wanted_cents": 900}


def test_refunding_an_order_voids_it_once(app):
    product = make.product()
    written = make.paid_order(product, 2)
    assert refunding.refund_order(written.order_id, reason="annulé", actor="test") == 3800
    with pytest.raises(Exception) as refusal:
        refunding.refund_order(written.order_id, reason="annulé", actor="test")
    assert refusal.value.code == "nothing_to_refund"
    assert taken(product) == [0, 0]
    statuses = set(db.session.scalars(select(Ticket.status)))
    assert statuses == {TicketStatus.VOID}


def test_a_refund_and_news_of_its_payment_do_not_wait_for_each_other(app):
    """A webhook that comes again holds the payment and wants the order."""
    order = make.web_order(make.product())
    payment_id = pay_page(order)
    sandbox().pay(session_of(payment_id))
    payments.look_and_confirm(payment_id)
    order_id, started = order.id, threading.Event()

    def organizer():
        with app.app_context():
            try:
                started.set()
                return refunding.refund_order(order_id, reason="annulé", actor="test")
            finally:
                db.session.remove()

    with ThreadPoolExecutor(1) as threads:
        with transaction():
            lock(Payment, payment_id)
            answer = threads.submit(organizer)
            assert started.wait(10)
            time.sleep(0.3)  # until it waits for its first row
            lock(Order, order_id)
        assert answer.result(30) == 1900
    assert fresh(order).status is OrderStatus.CANCELLED


def test_places_kept_with_one_ticket_do_not_go_with_the_next(app):
    product = make.product()
    written = make.paid_order(product, 3)
    kept, freed, _ = db.session.scalars(select(Ticket.public_id).order_by(Ticket.id))
    refunding.refund_tickets(
        written.order_id, [kept], reason="fermé", actor="test", keep_places=True
    )
    assert taken(product) == [3, 3]
    refunding.refund_tickets(written.order_id, [freed], reason="malade", actor="test")
    assert (taken(product), queries.unbalanced_quotas()) == ([2, 2], [])


def test_tickets_of_one_unit_share_its_price_to_the_cent_and_its_place(app):
    """A duo of 19.99 euros: its two places go back with the second ticket."""
    product = make.product(price_cents=1999, tickets_per_unit=2)
    written = make.paid_order(product, 2, attendees=make.nobody(4))
    ids = list(db.session.scalars(select(Ticket.public_id).order_by(Ticket.id.desc())))
    steps = []
    for one in ids:
        cents = refunding.refund_tickets(written.order_id, [one], reason="x", actor="test")
        steps.append((cents, taken(product)))

    assert steps == [(999, [4, 2]), (1000, [2, 1]), (999, [2, 1]), (1000, [0, 0])]
    assert bills.kept_cents(written.bill_id) == 0


def test_refunding_a_ticket_twice_changes_nothing(app):
    written = make.paid_order(make.product(), 2)
    one = db.session.scalars(select(Ticket.public_id)).first()
    refunding.refund_tickets(written.order_id, [one], reason="x", actor="test")
    with pytest.raises(NothingToRefund):
        refunding.refund_tickets(written.order_id, [one], reason="x", actor="test")
    assert [refund.amount_cents for refund in db.session.scalars(select(Refund))] == [1900]


def test_a_ticket_of_another_order_is_not_refunded_here(app):
    product = make.product()
    mine, other = make.paid_order(product), make.paid_order(product)
    theirs = db.session.scalar(select(Ticket.public_id).where(Ticket.order_id == other.order_id))
    with pytest.raises(NothingToRefund):
        refunding.refund_tickets(mine.order_id, [theirs], reason="x", actor="test")
    assert taken(product) == [2, 2]


def test_after_a_gesture_tickets_bring_back_what_is_left_and_no_more(app):
    written = make.paid_order(make.product(), 2)
    refunding.refund_amount(written.order_id, 2500, reason="geste", actor="test")
    cents = [
        refunding.refund_tickets(written.order_id, [one], reason="x", actor="test")
        for one in db.session.scalars(select(Ticket.public_id).order_by(Ticket.id))
    ]
    assert cents == [1300, 0]
    assert fresh_order(written).status is OrderStatus.CANCELLED


@pytest.mark.parametrize("cents", [0, -1, -1900])
def test_an_amount_that_is_none_is_refused(app, cents):
    written = make.paid_order(make.product())
    with pytest.raises(NothingToRefund):
        refunding.refund_amount(written.order_id, cents, reason="x", actor="test")


def test_a_gesture_keeps_tickets_and_places(app):
    product = make.product()
    written = make.paid_order(product, 2)
    cents = refunding.refund_order(written.order_id, reason="x", actor="test", keep_tickets=True)
    assert (cents, taken(product)) == (3800, [2, 2])
    assert fresh_order(written).status is OrderStatus.PAID
    assert set(db.session.scalars(select(Ticket.status))) == {TicketStatus.VALID}


def test_a_free_ticket_goes_without_money(app):
    product = make.product(price_cents=0)
    order = make.web_order(product, 2)
    one = fresh(order).tickets[0].public_id
    assert refunding.refund_tickets(order.id, [one], reason="x", actor="test") == 0
    assert (taken(product), db.session.scalars(select(Refund)).all()) == ([1, 1], [])


def test_an_unpaid_order_has_nothing_to_refund(app):
    order = make.web_order(make.product())
    with pytest.raises(NothingToRefund):
        refunding.refund_order(order.id, reason="x", actor="test")
    with pytest.raises(NotPaidYet):
        refunding.refund_amount(order.id, 100, reason="x", actor="test")


def fresh_order(written) -> Order:
    return db.session.get(Order, written.order_id, populate_existing=True)
