"""Money that several processes want to move at the same moment, on PostgreSQL: moved once."""

from collections import Counter

import pytest
from sqlalchemy import select

from eventsapp.domain.billing import bills, payments, refunds
from eventsapp.domain.billing.models import LedgerEntry, Payment, Refund, RefundStatus
from eventsapp.domain.ticketing import checkout
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
