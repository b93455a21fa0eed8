"""The buyer's page: every choice, and every page says that no money moves."""

import io
import re
from datetime import timedelta

import pytest

from eventsapp.gateways.stripe_sandbox.sandbox import SandboxStripe
from tests.gateways.wanted_session import NOON, wanted


class Browser:
    def __init__(self, sandbox: SandboxStripe, session_id: str) -> None:
        self.sandbox, self.path = sandbox, f"/pay/{session_id}"

    def ask(self, method="GET", form="", **environ):
        seen = {}

        def start_response(status, headers):
            seen.update(status=int(status[:3]), headers=dict(headers))

        body = form.encode()
        chunks = self.sandbox.pages(
            {
                "REQUEST_METHOD": method,
                "PATH_INFO": self.path,
                "SCRIPT_NAME": "/sandbox-stripe",
                "HTTP_HOST": "shop.example",
                "CONTENT_LENGTH": str(len(body)),
                "wsgi.input": io.BytesIO(body),
                **environ,
            },
            start_response,
        )
        seen["text"] = b"".join(chunks).decode()
        return seen

    def choose(self, choice, **environ):
        return self.ask("POST", f"choice={choice}", **environ)


@pytest.fixture
def session(stripe):
    return stripe.open_session(wanted())


@pytest.fixture
def browser(sandbox, session):
    return Browser(sandbox, session.id)


def test_the_page_says_that_no_money_moves_and_runs_under_a_strict_policy(browser):
    page = browser.ask()

    assert page["status"] == 200
    assert "<strong>Aucun argent ne circule</strong>" in page["text"]
    assert "57,00\u00a0€" in page["text"]
    assert not re.search(r"<script|style=|onclick", page["text"])
    assert page["headers"]["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_page_speaks_the_language_of_the_session(sandbox, stripe):
    session = stripe.open_session(wanted(locale="en"))

    page = Browser(sandbox, session.id).ask()

    assert "No money moves" in page["text"]
    assert "€57.00" in page["text"]


def test_the_name_of_a_line_is_text_and_not_markup(sandbox, stripe):
    session = stripe.open_session(wanted(lines=[("<script>alert(1)</script>", 1900, 1)]))

    assert "<script>" not in Browser(sandbox, session.id).ask()["text"]


def test_an_accepted_card_leads_back_to_the_shop(browser, session, stripe):
    answer = browser.choose("card")

    assert answer["status"] == 303
    assert answer["headers"]["Location"] == f"http://shop.example/done?s={session.id}"
    assert stripe.look_at_session(session.id).paid


def test_a_declined_card_stays_on_the_page_and_may_be_tried_again(
    browser,
    session,
    stripe,
):
    answer = browser.choose("declined")
    assert (answer["status"], 'role="alert"' in answer["text"]) == (402, True)
    assert stripe.look_at_session(session.id).status == "open"

    assert browser.choose("card")["status"] == 303


def test_the_bank_may_confirm_or_refuse(browser, session, stripe):
    assert "bank_accept" in browser.choose("3ds")["text"]
    assert browser.choose("bank_refuse")["status"] == 402
    assert not stripe.look_at_session(session.id).paid

    assert browser.choose("bank_accept")["status"] == 303
    assert stripe.look_at_session(session.id).paid


def test_cancelling_goes_back_and_leaves_the_session_open(browser, session, stripe):
    answer = browser.choose("cancel")

    assert answer["headers"]["Location"] == "http://shop.example/back"
    assert stripe.look_at_session(session.id).status == "open"


def test_a_debit_leads_back_without_money(browser, session, stripe):
    assert browser.choose("sepa")["status"] == 303
    assert stripe.look_at_session(session.id).payment_status == "unpaid"


def test_closing_the_tab_pays_without_going_back(browser, session, stripe):
    answer = browser.choose("close")

    assert (answer["status"], "Location" in answer["headers"]) == (200, False)
    assert stripe.look_at_session(session.id).paid


def test_a_late_payment_arrives_after_the_session_has_expired(
    browser,
    session,
    stripe,
):
    assert "arrive" in browser.choose("late")["text"]
    assert stripe.look_at_session(session.id).status == "expired"

    assert browser.choose("arrive")["status"] == 303
    assert stripe.look_at_session(session.id).paid


def test_paying_twice_charges_once(browser, session, stripe):
    browser.choose("card")
    browser.choose("card")

    assert len(list(stripe.charges_since(NOON - timedelta(days=1)))) == 1


def test_a_post_from_another_site_is_refused(browser, session, stripe):
    assert browser.choose("card", HTTP_ORIGIN="https://evil.example")["status"] == 403
    assert not stripe.look_at_session(session.id).paid


def test_an_unknown_session_is_not_found(sandbox):
    assert Browser(sandbox, "cs_test_nobody").ask()["status"] == 404
