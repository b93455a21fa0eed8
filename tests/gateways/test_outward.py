"""Calls that leave the machine: in requests few wait at once, the next is told so at once."""

import threading

import pytest

from eventsapp.gateways import outward
from eventsapp.gateways.mail import MailUnreachable, Smtp
from eventsapp.gateways.mail import Message as Letter
from eventsapp.gateways.stripe import Stripe, StripeUnreachable


@pytest.fixture
def bounded():
    outward.bound(4)
    yield
    outward.bound(8)


def test_half_of_the_threads_may_wait_and_the_next_is_refused_at_once(bounded):
    go, in_ = threading.Event(), threading.Barrier(3)

    def wait() -> None:
        with outward.in_a_request(), outward.call():
            in_.wait(5)
            go.wait(5)

    threads = [threading.Thread(target=wait) for _ in range(2)]
    for thread in threads:
        thread.start()
    in_.wait(5)
    with outward.in_a_request(), pytest.raises(outward.Busy), outward.call():
        raise AssertionError("nobody may wait here")
    with outward.call() as patience:  # the worker may
        assert patience == outward.OUTSIDE
    stripe = Stripe("sk_test_x", api_base="http://127.0.0.1:9")
    names = {"to": "a@b.example", "from_": "c@d.example", "message_id": "<1@x>"}
    letter = Letter(subject="x", text="x", **names)
    with outward.in_a_request():
        with pytest.raises(StripeUnreachable, match="too many"):
            stripe.look_at_session("cs_1")
        with pytest.raises(MailUnreachable, match="too many"):
            Smtp("smtp://127.0.0.1:9").send(letter)
    go.set()
    for thread in threads:
        thread.join(5)
    with outward.in_a_request(), outward.call() as patience:  # given back
        assert patience == outward.IN_A_REQUEST


def test_a_failed_call_gives_its_turn_back(bounded):
    stripe = Stripe("sk_test_x", api_base="http://127.0.0.1:9")
    for _ in range(5):
        with outward.in_a_request(), pytest.raises(StripeUnreachable) as refusal:
            stripe.look_at_session("cs_1")
        assert "too many" not in str(refusal.value)


def test_a_request_is_in_a_hurry_and_what_comes_after_it_is_not(app, client):
    seen = []
    app.before_request_funcs.setdefault(None, []).append(lambda: seen.append(outward.hurried()))
    try:
        client.get("/healthz")
    finally:
        app.before_request_funcs[None].pop()
    assert (seen, outward.hurried()) == ([True], False)
    assert outward.IN_A_REQUEST.answer_s < outward.OUTSIDE.answer_s
