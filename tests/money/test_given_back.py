"""Money that went back, or was to: no news that come twice give it again, or a ticket beside it."""

import pytest

from eventsapp.domain.billing.money import payments
from eventsapp.domain.billing.money.models import RefundStatus
from eventsapp.domain.ticketing.sales import orders, queries
from eventsapp.domain.ticketing.sales.models import OrderStatus
from eventsapp.gateways.stripe_account import sandbox
from tests import make
from tests.money.street import desk_of, flag_of, fresh, open_street, plain, refunds_of


def bank_refuses(street, order) -> None:
    """The bank sends the last refund back, days later."""
    sandbox().change_refund(refunds_of(order)[-1].external_id, "failed", "lost_or_stolen_card")


def news_again(street, order) -> list:
    """Stripe sends old news once more, and the worker works."""
    payments.look_and_confirm(street.payment(order).id)
    return street.settle()


def late_and_full(street, now):
    """An order whose money came when its place was somebody else's."""
    order = street.order()
    now(minutes=40)
    payments.sweep()
    orders.expire_due()
    other = make.paid_order(street.product, email="eve@example.org")
    street.pays(order, late=True)
    return order, other


def test_late_money_that_went_back_buys_no_place_that_is_free_again(app, client, now):
    street = open_street(client, places=1)
    order, other = late_and_full(street, now)
    street.settle()
    assert street.at_stripe(order) == [1900]
    desk_of(street, client)(f"orders/{other.code}/refunds", what="order", reason="malade")
    street.settle()
    assert street.taken() == {0}

    letters = news_again(street, order)

    assert (fresh(order).status, fresh(order).tickets) == (OrderStatus.EXPIRED, [])
    assert (street.taken(), letters) == ({0}, [])
    assert queries.unbalanced_quotas() == []


def test_late_money_on_its_way_back_buys_no_place_either(app, client, now):
    """Its refund is asked for, the worker has not been at it, and a place comes free."""
    street = open_street(client, places=1)
    order, other = late_and_full(street, now)
    street.news()
    orders.cancel(other.order_id, actor="test", reason="malade")

    news_again(street, order)

    assert (fresh(order).status, street.at_stripe(order)) == (OrderStatus.EXPIRED, [1900])
    assert (fresh(order).tickets, street.taken()) == ([], {0})


def test_a_refund_that_the_bank_sent_back_is_a_persons_and_not_asked_again(street, client):
    order = street.order()
    street.pays(order)
    street.settle()
    desk = desk_of(street, client)
    desk(f"orders/{order.code}/refunds", what="order", reason="annulé")
    street.settle()
    bank_refuses(street, order)

    for _ in range(3):
        news_again(street, order)

    assert [one.status for one in refunds_of(order)] == [RefundStatus.FAILED]
    assert (fresh(order).status, flag_of(order)) == (OrderStatus.CANCELLED, "refund_failed")
    assert "rendez l’argent par un autre moyen" in plain(desk(f"orders/{order.code}").text)


@pytest.mark.parametrize("free_again", [True, False])
def test_nor_one_of_money_that_came_late(app, client, now, free_again):
    street = open_street(client, places=1)
    order, other = late_and_full(street, now)
    street.settle()
    bank_refuses(street, order)
    if free_again:
        orders.cancel(other.order_id, actor="test", reason="malade")

    for _ in range(2):
        news_again(street, order)

    assert [one.status for one in refunds_of(order)] == [RefundStatus.FAILED]
    assert (fresh(order).status, flag_of(order)) == (OrderStatus.EXPIRED, "refund_failed")
    assert fresh(order).tickets == []


def test_nor_one_of_a_second_payment(street):
    order = street.order()
    street.pays(order)
    street.settle()
    payments.book_offline(order.bill_id, amount_cents=1900, currency="EUR")
    first = street.payment(order)
    assert first.received_cents == 1900
    paid = [one for one in fresh(order).bill.payments if one.session_id]
    payments.look_and_confirm(paid[0].id)
    street.settle()
    assert [one.origin for one in refunds_of(order)] == ["duplicate"]
    bank_refuses(street, order)

    for _ in range(2):
        payments.look_and_confirm(paid[0].id)
        street.settle()

    assert [one.status for one in refunds_of(order)] == [RefundStatus.FAILED]
    assert (fresh(order).status, flag_of(order)) == (OrderStatus.PAID, "refund_failed")
