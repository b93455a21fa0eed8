"""Refunds of orders and tickets: the tickets, the places and the money, to the cent."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from eventsapp.domain.billing import bills, payments, refunds
from eventsapp.domain.billing.models import Payment, Refund
from eventsapp.domain.ticketing import queries, refunding
from eventsapp.domain.ticketing.models import Order, OrderStatus, Ticket, TicketStatus
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
