"""The key is revoked at Stripe: calm for buyers, told to the desk, tried again with the new one."""

from contextlib import contextmanager

import pytest

from eventsapp.delivery import worker
from eventsapp.domain.billing.money import payments, trouble
from eventsapp.domain.billing.money.models import PaymentStatus, RefundStatus
from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.sales import orders
from eventsapp.domain.ticketing.sales.models import OrderStatus
from eventsapp.gateways.stripe_account import sandbox
from eventsapp.kernel.db import db
from tests import make
from tests.money.street import flag_of, fresh, plain, refunds_of


@contextmanager
def revoked(*, status: int = 401, code: str = "api_key_expired", method: str = ""):
    """Stripe refuses our key, for all calls or for those to one resource."""
    api = sandbox().api
    really = api.answer

    def answer(verb, path, *given, **named):
        if method and not (verb == "POST" and path.startswith(method)):
            return really(verb, path, *given, **named)
        return status, {"error": {"type": "invalid_request_error", "code": code, "message": "no"}}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "answer", answer)
        yield


KEYS = [
    {"status": 401, "code": "api_key_expired"},
    {"status": 403, "code": "more_permissions_required", "method": "refunds"},
]


def todo_of(street, client) -> str:
    series = db.session.query(Series).filter_by(slug=street.slug).one()
    make.signed_in(client, make.account("owner", in_series=series))
    return plain(client.get(f"/organizer/{street.slug}/").text)


@pytest.mark.parametrize("how", KEYS)
def test_a_refund_waits_for_the_new_key_and_leaves_once(street, client, now, how):
    order = street.order()
    street.pays(order)
    street.settle()
    refunding.refund_amount(order.id, 500, reason="fermé", actor="test")
    with revoked(**how):
        for _ in range(3):
            worker.drain()
            now(minutes=11)
        trouble.look_again()
        (refund,) = refunds_of(order)
        assert (refund.status, refund.failure) == (RefundStatus.REQUESTED, None)
        assert flag_of(order) is None  # not "another way": it will leave
        words = todo_of(street, client)
        assert "Stripe refuse notre clé" in words and how["code"] in words

    now(minutes=11)
    worker.drain()
    now(minutes=16)
    trouble.look_again()
    street.settle()
    assert street.at_stripe(order) == [500]
    assert [one.status for one in refunds_of(order)] == [RefundStatus.SUCCEEDED]
    assert "Stripe refuse notre clé" not in todo_of(street, client)


def test_the_new_key_is_found_at_once_and_what_waited_leaves(street, now):
    order = street.order()
    street.pays(order)
    street.settle()
    refunding.refund_amount(order.id, 500, reason="fermé", actor="test")
    with revoked():
        worker.drain()
    trouble.look_again()
    assert trouble.current() == []
    worker.drain()
    assert street.at_stripe(order) == [500]


def test_a_page_is_not_opened_and_the_buyer_is_told_calmly(street):
    with revoked():
        order = street.order()
        answer = street.client.post(street.address(order, "/payments"))
        assert answer.status_code == 503 and "tarde à répondre" in plain(answer.text)
    assert street.payment(order).status is PaymentStatus.CREATED
    assert (fresh(order).status, street.taken()) == (OrderStatus.AWAITING_PAYMENT, {1})
    answer = street.client.post(street.address(order, "/payments"))
    assert (answer.status_code, "/pay/" in answer.location) == (303, True)


@pytest.mark.parametrize("later", [31, 45])
def test_a_page_that_cannot_be_closed_is_no_error_and_keeps_its_place(street, now, later):
    order = street.order()
    now(minutes=30, seconds=30)
    with revoked():
        answer = street.client.post(street.address(order, "/payments"))
        assert answer.status_code == 503
        assert street.client.get(street.address(order) + "?retour=1").status_code == 200
        street.pays(order)
        now(minutes=later)
        payments.sweep()
        orders.expire_due()
        street.news()  # answered 503: Stripe sends again
        assert (fresh(order).status, street.taken()) == (OrderStatus.AWAITING_PAYMENT, {1})
    now(minutes=2)
    payments.sweep()
    assert fresh(order).status is OrderStatus.PAID


def test_an_unopened_page_is_not_called_off_by_a_refused_key(street, now):
    with revoked():
        order = street.order()
        now(minutes=40)
        payments.sweep()
        orders.expire_due()
        assert fresh(order).status is OrderStatus.AWAITING_PAYMENT
    now(minutes=2)
    payments.sweep()
    orders.expire_due()
    assert fresh(order).status is OrderStatus.EXPIRED
