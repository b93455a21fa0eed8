"""Money that several processes want to move at the same moment, on PostgreSQL: moved once."""

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select

from eventsapp.domain.billing.money import bills, payments, refunds
from eventsapp.domain.billing.money.models import LedgerEntry, Payment, Refund, RefundStatus
from eventsapp.domain.ticketing.aftersale import refunding, review
from eventsapp.domain.ticketing.sales import checkout, orders, queries, ways_out
from eventsapp.domain.ticketing.sales.holds import SeriesRef
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.gateways.stripe import StripeUnreachable
from eventsapp.gateways.stripe_account import sandbox, stripe_account
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make
from tests.races.crowd import rush

PROCESSES = 8
postgres_only = pytest.mark.parametrize("app", ["postgres"], indirect=True)
BACK = "http://localhost/back"


@pytest.fixture
def paid(app) -> Payment:
    """Nineteen euros by card, real time from here on."""
    clock.freeze(None)
    order = make.web_order(make.product(make.event()))
    checkout.start_payment(order.id, return_url=BACK)
    made = db.session.scalars(select(Payment)).one()
    sandbox().pay(made.session_id)
    payments.look_and_confirm(made.id)
    return db.session.get(Payment, made.id, populate_existing=True)


@postgres_only
@pytest.mark.parametrize("asked_before", [False, True])
def test_one_refund_sent_by_all_is_made_once(paid, app, asked_before):
    """With and without an attempt whose answer was lost and whose key was forgotten since."""
    refund = refunds.request(paid.id, 500, reason="x", origin="organizer", actor="test")
    if asked_before:
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE refund SET asked_at = now() - interval '25 hours'")
    refund_id, intent, bill_id = refund.id, paid.payment_intent, paid.bill_id

    def work() -> str:
        refunds.send(refund_id)
        return "sent"

    results = rush(app, [work] * PROCESSES, times=2)

    assert Counter(results) == {("done", "sent"): 2 * PROCESSES}
    assert [one.amount_cents for one in stripe_account().refunds_of(intent)] == [500]
    row = db.session.get(Refund, refund_id, populate_existing=True)
    assert (row.status, bills.booked_cents(bill_id)) == (RefundStatus.SUCCEEDED, 1400)
    entries = select(LedgerEntry.amount_cents).where(LedgerEntry.refund_id == refund_id)
    assert db.session.scalars(entries).all() == [-500]


@postgres_only
def test_one_refund_whose_answers_get_lost_is_made_once(paid, app):
    refund_id = refunds.request(paid.id, 500, reason="x", origin="organizer", actor="test").id
    intent, really = paid.payment_intent, stripe_account().refund

    def lost(*given, **named):
        really(*given, **named)
        raise StripeUnreachable("internal error", 500)

    def work() -> str:
        try:
            refunds.send(refund_id)
        except StripeUnreachable:
            return "again"
        return "sent"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stripe_account(), "refund", lost)
        rush(app, [work] * PROCESSES, times=2)
    refunds.send(refund_id)
    assert [one.amount_cents for one in stripe_account().refunds_of(intent)] == [500]


@postgres_only
def test_a_refund_and_a_second_payment_that_meet_end_both(paid, app):
    """Who refunds locks the payment that is about to be confirmed as well: it locked it later, with
    the bill in hand, while its news held it and waited for the bill."""
    bill_id = paid.bill_id
    order_id = db.session.scalars(select(Order.id)).one()
    for _ in range(6):
        given = {"return_url": BACK, "cancel_url": BACK, "locale": "fr"}
        second = payments.prepare(bill_id, **given)
        payments.open_page(second)
        sandbox().pay(db.session.get(Payment, second).session_id)
        news = [partial(payments.look_and_confirm, second)] * 5
        give = [partial(refunding.refund_order, order_id, reason="x", actor="test")] * 3

        results = rush(app, news + give)

        # Nobody is ended by the database: who finds nothing to give back is refused.
        assert {value for kind, value in results if kind == "refused"} <= {"nothing_to_refund"}
        assert bills.kept_cents(bill_id) == 0


@postgres_only
def test_a_transfer_received_and_given_up_at_once_is_one_of_both(app):
    clock.freeze(None)
    product = make.product(make.event())
    ref, line = SeriesRef(product.series_id, product.seller_id), make.line(product)
    given = {"on": clock.now().date(), "reference": "VIR 1", "actor": "test"}
    for _ in range(4):
        order_id = checkout.sell(
            ref,
            [line],
            Buyer("a@example.org"),
            make.nobody(1),
            payment="transfer",
        ).order_id
        receive = [partial(ways_out.receive_transfer, order_id, **given)] * 4
        give_up = [partial(ways_out.cancel_waiting, order_id, actor="test", reason="x")] * 4

        results = rush(app, receive + give_up)

        assert Counter(kind for kind, _ in results) == {"done": 1, "refused": 7}
        order = db.session.get(Order, order_id, populate_existing=True)
        paid = order.status is OrderStatus.PAID
        assert bills.kept_cents(order.bill_id) == (1900 if paid else 0)
    assert queries.unbalanced_quotas() == []


@pytest.fixture
def differing(app, monkeypatch) -> Payment:
    """An order of 19 euros whose time is over, and 10 euros that Stripe has just got for it."""
    clock.freeze(None)
    order = make.web_order(make.product(make.event()))
    checkout.start_payment(order.id, return_url=BACK)
    made = db.session.scalars(select(Payment)).one()
    sandbox().pay(made.session_id)
    seen = replace(stripe_account().look_at_session(made.session_id), amount_received_cents=1000)
    monkeypatch.setattr(stripe_account(), "look_at_session", lambda _session_id: seen)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE \"order\" SET deadline = now() - interval '1 minute'")
    return db.session.get(Payment, made.id, populate_existing=True)


@postgres_only
def test_money_that_differs_keeps_its_place_whoever_comes_first(differing, app):
    payment_id = differing.id

    def pay_again() -> str:
        return checkout.start_payment(order_id, return_url=BACK)

    order_id = db.session.scalars(select(Order.id)).one()
    results = rush(
        app,
        [lambda: payments.look_and_confirm(payment_id).value] * 3
        + [orders.expire_due] * 3
        + [pay_again] * 2,
        times=3,
    )
    assert {value for kind, value in results if kind == "refused"} <= {"money_received"}
    assert db.session.scalars(select(Order.status)).all() == [OrderStatus.AWAITING_PAYMENT]
    assert (queries.unbalanced_quotas(), len(db.session.scalars(select(Payment.id)).all())) == (
        [],
        1,
    )


@postgres_only
def test_money_that_differs_is_decided_on_once(differing, app):
    payments.look_and_confirm(differing.id)
    order_id = db.session.scalars(select(Order.id)).one()

    def accept() -> str:
        review.accept(order_id, actor="test")
        return "accepted"

    def refund() -> str:
        refunding.refund_order(order_id, reason="x", actor="test")
        return "refunded"

    results = rush(app, [accept] * 4 + [refund] * 4)
    done = Counter(value for kind, value in results if kind == "done")
    # Accepted and then given back is an order like any other; never the other way round.
    assert done in (Counter(accepted=1, refunded=1), Counter(refunded=1))
    order = db.session.scalars(select(Order)).one()
    assert order.status is OrderStatus.CANCELLED
    assert {one.status.value for one in order.tickets} <= {"void"}
    assert db.session.scalars(select(Refund.amount_cents)).all() == [1000]
    assert queries.unbalanced_quotas() == []
