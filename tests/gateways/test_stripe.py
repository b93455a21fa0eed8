"""The gateway against the sandbox: the real library, the real wire format, no network."""

import json
from datetime import timedelta

import pytest

from eventsapp.gateways.stripe import (
    SessionNotOpen,
    SignatureRefused,
    Stripe,
    StripeForbidden,
    StripeRefused,
    StripeUnreachable,
)
from eventsapp.gateways.stripe_sandbox.sandbox import API_KEY, PaidPayment
from eventsapp.gateways.stripe_sandbox.webhooks import signed_headers
from eventsapp.kernel import clock
from tests.gateways.wanted_session import NOON, SECRET, wanted


def test_a_session_is_opened_once_per_key(stripe):
    first = stripe.open_session(wanted())
    second = stripe.open_session(wanted())

    assert second == first
    assert (first.status, first.payment_status) == ("open", "unpaid")
    assert (first.amount_total, first.currency, first.livemode) == (5700, "EUR", False)
    assert first.url == f"http://shop.example/sandbox-stripe/pay/{first.id}"
    assert first.payment_intent_id is None
    assert first.payable


def test_a_key_used_again_with_other_parameters_is_refused(stripe):
    stripe.open_session(wanted())

    with pytest.raises(StripeRefused) as refused:
        stripe.open_session(wanted(lines=[("Entrée", 1900, 2)]))

    assert refused.value.status == 400


def test_a_refused_opening_is_not_kept_under_its_key(stripe):
    with pytest.raises(StripeRefused):
        stripe.open_session(wanted(expires_at=NOON + timedelta(minutes=5)))

    assert stripe.open_session(wanted()).status == "open"


def test_a_paid_session_tells_amount_fee_and_metadata(stripe, sandbox):
    session = stripe.open_session(wanted())
    sandbox.pay(session.id)

    seen = stripe.look_at_session(session.id)

    assert (seen.status, seen.payment_status, seen.paid) == ("complete", "paid", True)
    assert (seen.amount_received_cents, seen.fee_cents) == (5700, 111)
    assert seen.metadata == {"payment": "A7"}
    assert seen.payment_intent_id.startswith("pi_")
    assert not seen.payable


def test_a_decline_leaves_the_session_open(stripe, sandbox):
    session = stripe.open_session(wanted())
    sandbox.decline(session.id)
    assert stripe.look_at_session(session.id).status == "open"

    sandbox.pay(session.id)

    assert stripe.look_at_session(session.id).paid


def test_a_debit_is_complete_but_not_money_until_it_settles(stripe, sandbox):
    session = stripe.open_session(wanted())
    sandbox.start_debit(session.id, will_succeed=True)
    before = stripe.look_at_session(session.id)
    assert (before.status, before.paid, before.payable) == ("complete", False, True)

    clock.freeze(NOON + timedelta(seconds=61))
    sandbox.deliver_webhooks(lambda *_: 200)

    assert stripe.look_at_session(session.id).paid


def test_a_failed_debit_is_no_longer_payable(stripe, sandbox):
    session = stripe.open_session(wanted())
    sandbox.start_debit(session.id, will_succeed=False)

    clock.freeze(NOON + timedelta(seconds=61))
    sandbox.deliver_webhooks(lambda *_: 200)

    after = stripe.look_at_session(session.id)
    assert (after.paid, after.payable) == (False, False)


def test_only_an_open_session_can_be_expired(stripe, sandbox):
    one, other = stripe.open_session(wanted()), stripe.open_session(wanted(idempotency_key="k2"))
    sandbox.pay(other.id)

    assert stripe.expire_session(one.id).status == "expired"
    with pytest.raises(SessionNotOpen):
        stripe.expire_session(other.id)
    with pytest.raises(StripeRefused) as refused:
        stripe.expire_session("cs_test_nobody")
    assert (refused.value.status, refused.value.code) == (404, "resource_missing")


def test_time_expires_a_session_and_a_late_payment_can_still_arrive(stripe, sandbox):
    session = stripe.open_session(wanted())
    clock.freeze(NOON + timedelta(minutes=32))
    sandbox.deliver_webhooks(lambda *_: 200)
    assert stripe.look_at_session(session.id).status == "expired"
    assert sandbox.pay(session.id) is None

    sandbox.pay(session.id, even_expired=True)

    assert stripe.look_at_session(session.id).paid


def test_refunds_never_exceed_the_charge(stripe, sandbox):
    session = stripe.open_session(wanted())
    sandbox.pay(session.id)
    intent = stripe.look_at_session(session.id).payment_intent_id

    first = stripe.refund(intent, 1900, idempotency_key="refund-1-1", metadata={"refund": "1"})
    again = stripe.refund(intent, 1900, idempotency_key="refund-1-1", metadata={"refund": "1"})
    assert again == first
    with pytest.raises(StripeRefused):
        stripe.refund(intent, 3801, idempotency_key="refund-2-1", metadata={})
    stripe.refund(intent, 3800, idempotency_key="refund-3-1", metadata={})
    with pytest.raises(StripeRefused) as refused:
        stripe.refund(intent, 1, idempotency_key="refund-4-1", metadata={})

    assert refused.value.code == "charge_already_refunded"
    assert [refund.amount_cents for refund in stripe.refunds_of(intent)] == [3800, 1900]
    assert stripe.look_at_refund(first.id).status == "succeeded"


def test_a_refund_may_fail_days_later(stripe, sandbox):
    session = stripe.open_session(wanted())
    sandbox.pay(session.id)
    intent = stripe.look_at_session(session.id).payment_intent_id
    refund = stripe.refund(intent, 5700, idempotency_key="r", metadata={})

    sandbox.change_refund(refund.id, "failed", "expired_or_canceled_card")

    seen = stripe.look_at_refund(refund.id)
    assert (seen.status, seen.failure_reason) == ("failed", "expired_or_canceled_card")


def test_a_refund_that_fails_twice_frees_its_part_of_the_charge_once(stripe, sandbox):
    session = stripe.open_session(wanted())
    sandbox.pay(session.id)
    intent = stripe.look_at_session(session.id).payment_intent_id
    first = stripe.refund(intent, 5700, idempotency_key="first", metadata={})
    for _twice in range(2):
        sandbox.change_refund(first.id, "failed", "expired_card")
    stripe.refund(intent, 100, idempotency_key="second", metadata={})

    with pytest.raises(StripeRefused):
        stripe.refund(intent, 5700, idempotency_key="third", metadata={})


def test_what_was_recorded_is_listed_page_by_page_and_recorded_once(stripe, sandbox):
    past = [
        PaidPayment(
            reference=f"ORD-{number:04}",
            amount_cents=1900,
            currency="EUR",
            paid_at=NOON - timedelta(days=30, minutes=number),
            refunded_cents=1900 if number == 7 else 0,
        )
        for number in range(250)
    ]
    recorded = sandbox.record_paid(past)
    assert sandbox.record_paid(past) == recorded

    charges = list(stripe.charges_since(NOON - timedelta(days=60)))

    assert len(charges) == 250
    assert len({charge.id for charge in charges}) == 250
    assert sum(charge.amount_refunded_cents for charge in charges) == 1900
    assert {charge.fee_cents for charge in charges} == {54}
    assert [r.id for r in stripe.refunds_since(NOON - timedelta(days=60))] == [
        recorded[7].refund_id
    ]
    assert stripe.look_at_session(recorded[0].session_id).paid


def test_events_are_signed_and_come_once_taken(stripe, sandbox):
    session = stripe.open_session(wanted())
    sandbox.pay(session.id)
    seen = []

    def take(url, body, headers):
        assert url == "http://shop.example/webhooks/stripe"
        seen.append(stripe.read_event(body, headers["Stripe-Signature"]))
        return 200

    sandbox.deliver_webhooks(take)
    assert sandbox.deliver_webhooks(take) == 0

    assert [event.type for event in seen] == [
        "payment_intent.succeeded",
        "charge.succeeded",
        "checkout.session.completed",
    ]
    assert seen[2].session_id == session.id
    assert seen[2].metadata == {"payment": "A7"}
    assert "_lines" not in json.dumps(dict(seen[2].payload))


def test_an_event_refused_by_the_application_is_sent_again_later(stripe, sandbox):
    session = stripe.open_session(wanted())
    sandbox.pay(session.id)

    assert sandbox.deliver_webhooks(lambda *_: 500) == 0
    assert sandbox.deliver_webhooks(lambda *_: 200) == 0
    clock.freeze(NOON + timedelta(seconds=6))
    assert sandbox.deliver_webhooks(lambda *_: 200) == 3


@pytest.mark.parametrize("skew", [-301, 301, 4000])
def test_an_event_signed_long_ago_or_in_the_future_is_refused(stripe, skew):
    body = b'{"object": "event"}'
    headers = signed_headers(body, SECRET, int(NOON.timestamp()) + skew)

    with pytest.raises(SignatureRefused):
        stripe.read_event(body, headers["Stripe-Signature"])


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (b"{}", None),
        (b"{}", ""),
        (b"{}", "t=,v1="),
        (b"{}", "v1=abc"),
        (b"{}", f"t={int(NOON.timestamp())},v1=00"),
        (b"\xff\xfe", f"t={int(NOON.timestamp())},v1=00"),
    ],
)
def test_a_forged_delivery_is_refused(stripe, body, header):
    with pytest.raises(SignatureRefused):
        stripe.read_event(body, header)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"null", b'{"object": "event"', b'{"object": "event"}']
)
def test_a_signed_delivery_that_is_no_event_is_refused(stripe, body):
    with pytest.raises(SignatureRefused):
        stripe.read_event(body, signed_headers(body, SECRET)["Stripe-Signature"])


def test_without_secret_every_delivery_is_refused(sandbox):
    stripe = Stripe(API_KEY, http_client=sandbox.http_client())

    with pytest.raises(SignatureRefused):
        stripe.read_event(b"{}", signed_headers(b"{}", "")["Stripe-Signature"])


def test_nobody_answering_is_told_apart_from_a_refusal():
    stripe = Stripe("sk_test_x", api_base="http://127.0.0.1:9", max_network_retries=0)

    with pytest.raises(StripeUnreachable):
        stripe.look_at_session("cs_test_x")


def test_a_wrong_key_says_nothing_of_what_was_asked_and_may_be_tried_again(sandbox):
    stripe = Stripe("pk_live_x", http_client=sandbox.http_client())

    with pytest.raises(StripeUnreachable) as refused:
        stripe.look_at_session("cs_test_x")

    assert (type(refused.value), refused.value.status) == (StripeForbidden, 401)
    assert not refused.value.stored


def test_setting_up_the_webhook_gives_its_secret(stripe, sandbox):
    secret = stripe.set_up_webhook("http://shop.example/hooks", ["checkout.session.completed"])
    session = stripe.open_session(wanted())
    sandbox.pay(session.id)
    urls = []

    sandbox.deliver_webhooks(lambda url, *_: urls.append(url) or 200)

    assert secret.startswith("whsec_")
    assert urls.count("http://shop.example/hooks") == 1


def test_the_payment_methods_are_never_named(stripe, sandbox):
    status, document = sandbox.api.answer(
        "POST",
        "checkout/sessions",
        {"mode": "payment", "payment_method_types": ["card"]},
        api_key=API_KEY,
        idempotency_key=None,
    )

    assert status == 400
    assert document["error"]["code"] == "payment_method_types_no_longer_supported"
