"""A message for every promise: what nobody would serve is counted, and served by the sweep."""

import pytest
from sqlalchemy import delete, select, update

from eventsapp import schema
from eventsapp.cli import doctor
from eventsapp.cli.worker import PERIODIC
from eventsapp.delivery import promises, worker
from eventsapp.domain.accounts import inviting
from eventsapp.domain.billing.money.models import Bill, RefundStatus
from eventsapp.domain.selection.decisions import decisions, offers
from eventsapp.domain.selection.jury import jury
from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.sales import orders
from eventsapp.gateways import mail
from eventsapp.gateways.stripe import StripeRefused
from eventsapp.gateways.stripe_account import stripe_account
from eventsapp.kernel import outbox
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.money.street import flag_of, fresh, refunds_of


@pytest.fixture(autouse=True)
def without_migrations(app, monkeypatch):
    monkeypatch.setattr(schema, "refuse_old", lambda: None)


def complaints() -> list[str]:
    names = {promise.name for promise in promises.PROMISES}
    return [one.name for one in doctor.examine() if one.broken and one.name in names]


def lose(kind: str) -> None:
    """Messages that were never written, or were deleted by hand."""
    with transaction() as session:
        session.execute(delete(OutboxMessage).where(OutboxMessage.kind == kind))


def kinds() -> list[str]:
    return sorted(db.session.scalars(select(OutboxMessage.kind)))


@pytest.fixture
def refunding_one(street):
    order = street.order()
    street.pays(order)
    street.settle()
    refunding.refund_amount(order.id, 500, reason="fermé", actor="test")
    return order


def test_a_refund_without_a_message_is_counted_and_sent(street, refunding_one):
    lose("money.refund")
    assert complaints() == ["refunds asked for are being sent"]
    assert promises.sweep() == 1
    assert (complaints(), promises.sweep()) == ([], 0)
    street.settle()
    assert street.at_stripe(refunding_one) == [500]


@pytest.mark.parametrize("end", ["done", "failed"])
def test_a_refund_whose_message_ended_without_it_is_sent_and_once(street, refunding_one, now, end):
    message = select(OutboxMessage).where(OutboxMessage.kind == "money.refund")
    ended = db.session.scalars(message).one().id
    outbox.finish(ended) if end == "done" else outbox.fail(ended, "given up")
    if end == "failed":
        assert complaints() == []  # shown among the messages, tried again in an hour
        now(hours=2)
    assert complaints() == ["refunds asked for are being sent"]
    promises.sweep()
    for _ in range(2):
        street.settle()
        promises.sweep()
    assert street.at_stripe(refunding_one) == [500]
    assert [one.status for one in refunds_of(refunding_one)] == [RefundStatus.SUCCEEDED]


def test_money_without_tickets_that_nobody_looks_at_is_shown_again(street, monkeypatch):
    order = street.order()
    street.pays(order)
    monkeypatch.setattr(orders, "mark_paid", lambda *_given: 1 / 0)
    street.news()
    with transaction() as session:
        session.execute(update(Bill).values(attention=None))
    assert complaints() == ["money without tickets is looked at"]
    promises.sweep()
    assert (complaints(), flag_of(order)) == ([], "amount_mismatch")
    assert fresh(order).tickets == []


@pytest.mark.parametrize("answer", ["accepted", "refused"])
def test_an_answered_request_without_a_letter_gets_it(street, answer):
    product = make.product(make.event(street.product.event.series), approval=True)
    order = make.web_order(product, email="grace@example.org")
    if answer == "accepted":
        orders.approve(order.id, actor="test")
    else:
        orders.refuse(order.id, actor="test", reason="complet")
    lose(f"mail.order_{answer}")
    name = {
        "accepted": "accepted requests have their letter",
        "refused": "unpaid orders that were ended have their letter",
    }
    assert complaints() == [name[answer]]
    assert (promises.sweep(), complaints(), promises.sweep()) == (1, [], 0)
    before = len(mail.memory().sent)
    worker.drain()
    assert [one.to for one in mail.memory().sent[before:]] == ["grace@example.org"]


def test_a_juror_without_an_invitation_gets_it(app):
    call = make.call()
    invited = jury.invite(call.id, "j@jury.example", "Juré", actor="test")
    lose("selection.juror")
    assert complaints() == ["invited jurors have their letter"]
    assert (promises.sweep(), complaints()) == (1, [])
    jury.declare(invited.id, {}, actor="test")
    lose("selection.juror")
    assert complaints() == []  # she has come


def test_an_invitation_without_a_letter_gets_it(app):
    asked = make.invitation(make.series(), email="ada@example.org")
    lose("mail.invitation")
    assert complaints() == ["invitations have their letter"]
    assert (promises.sweep(), complaints()) == (1, [])
    worker.drain()
    assert [one.to for one in mail.memory().sent][-1:] == ["ada@example.org"]
    inviting.accept(inviting.link_of(asked), device="x", locale="fr")
    lose("mail.invitation")
    assert complaints() == []


def test_a_refund_that_failed_first_has_its_letter_when_it_succeeds(street, refunding_one):
    def refused(*_given, **_named):
        raise StripeRefused("charge_disputed", 400)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stripe_account(), "refund", refused)
        assert street.settle() == []
    (refund,) = refunds_of(refunding_one)
    intent = street.payment(refunding_one).payment_intent
    metadata = {"refund": refund.public_id}
    stripe_account().refund(intent, 500, idempotency_key=refund.public_id, metadata=metadata)
    assert ["Remboursement" in one.subject for one in street.settle()] == [True]


def test_a_healthy_house_owes_nothing_and_the_worker_sweeps(street, refunding_one):
    street.settle()
    make.juror(make.call())
    before = kinds()
    assert (complaints(), promises.sweep(), kinds()) == ([], 0, before)
    assert promises.sweep in [command for _seconds, command in PERIODIC]


def test_published_decisions_and_offers_of_the_reserve_without_letters_get_them(app):
    call = make.call(places=1, waitlist=1, reviews_each=1, stage="judging")
    reader = make.juror(call)
    first, second = make.application(call), make.application(call)
    make.review(reader, first, 5)
    make.review(reader, second, 3)
    decisions.prepare(call.id, actor="test")
    decisions.publish(call.id, actor="test", close_reviews=True)
    lose("selection.decision")
    assert complaints() == ["published decisions have their letters"]
    assert (promises.sweep(), complaints()) == (1, [])
    assert kinds().count("selection.decision") == 2

    offers.answer(first.id, confirm=False)
    lose("selection.offer")
    assert complaints() == ["offered places have their letter"]
    assert (promises.sweep(), complaints()) == (1, [])
    assert kinds().count("selection.decision") == 2  # and no second letter for who moved up
