"""Money that comes when nothing can be given for it goes back, and its buyer is told."""

import pytest
from sqlalchemy import select

from eventsapp.domain.billing.money import bills, payments, refunds
from eventsapp.domain.billing.money.models import RefundStatus
from eventsapp.domain.ticketing.sales import orders, queries
from eventsapp.domain.ticketing.sales.models import OrderStatus
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from tests import make
from tests.money.street import fresh, open_street, plain, refunds_of


def test_money_after_the_place_went_is_sent_back_and_the_buyer_told(app, client, now):
    street = open_street(client, places=1)
    order = street.order()
    now(minutes=40)
    payments.sweep()
    orders.expire_due()
    make.paid_order(street.product, email="eve@example.org")
    street.pays(order, late=True)

    letters = street.settle()

    (refund,) = refunds_of(order)
    assert (refund.origin, refund.status) == ("late", RefundStatus.SUCCEEDED)
    assert street.at_stripe(order) == [1900]
    assert (bills.booked_cents(order.bill_id), fresh(order).status) == (0, OrderStatus.EXPIRED)
    (letter,) = [one for one in letters if one.to == order.email and "19,00" in plain(one.text)]
    assert "Nous vous remboursons" in letter.subject + letter.text
    assert queries.unbalanced_quotas() == []
    assert street.settle() == [] and street.at_stripe(order) == [1900]


@pytest.mark.parametrize("late", [True, False])
def test_whatever_fails_after_the_booking_its_refund_still_leaves(street, now, monkeypatch, late):
    """Each reaction that catches a savepoint: what it asks for after the failure is done."""
    order = street.order()
    now(minutes=40)
    payments.sweep()
    orders.expire_due()
    street.pays(order, late=True)
    really = orders.mark_paid

    def broken(session, paid) -> None:
        really(session, paid)  # its facts are told, then all is undone
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(orders, "mark_paid", broken)
        street.news()
    kinds = db.session.scalars(select(OutboxMessage.kind)).all()
    assert kinds == ["ticketing.fulfil"]  # no letter of tickets that were undone
    if late:
        make.paid_order(street.product, 10, email="eve@example.org")

    letters = [one for one in street.settle() if one.to == order.email]

    expected = (OrderStatus.EXPIRED, [1900]) if late else (OrderStatus.PAID, [])
    assert (fresh(order).status, street.at_stripe(order)) == expected
    wanted = "Nous vous remboursons" if late else "billet est là"
    assert wanted in plain("".join(one.text for one in letters))
    assert [one.status for one in refunds_of(order)] == [RefundStatus.SUCCEEDED] * late


def test_two_late_payments_at_once_both_go_back(app, client, now):
    """One transaction each, one worker: no refund stays without somebody to send it."""
    street = open_street(client, places=2)
    first, second = street.order(), street.order(email="grace@example.org")
    now(minutes=40)
    payments.sweep()
    orders.expire_due()
    make.paid_order(street.product, 2)
    for order in (first, second):
        street.pays(order, late=True)
    street.settle()
    assert [street.at_stripe(one) for one in (first, second)] == [[1900], [1900]]
    waiting = [one for order in (first, second) for one in refunds_of(order)]
    assert {one.status for one in waiting} <= set(refunds.FINAL)
