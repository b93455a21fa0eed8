"""Refunds of orders and tickets: the tickets, the places and the money, to the cent."""

import pytest
from sqlalchemy import select

from eventsapp.domain.billing import bills, refunds
from eventsapp.domain.billing.models import Refund
from eventsapp.domain.ticketing import queries, refunding
from eventsapp.domain.ticketing.models import Ticket, TicketStatus
from eventsapp.kernel.db import db
from tests import make
from tests.domain.ticketing.world import taken


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
