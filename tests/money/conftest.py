"""The street where money goes its whole way."""

from dataclasses import replace

import pytest

from eventsapp.gateways.stripe_account import stripe_account
from tests.money.street import Street, open_street


@pytest.fixture
def street(app, client) -> Street:
    return open_street(client)


@pytest.fixture
def wrong(monkeypatch):
    """Stripe says that another amount came than was asked for."""

    def cents(received: int, currency: str = "EUR") -> None:
        really = stripe_account().look_at_session

        def look(session_id):
            seen = really(session_id)
            if seen.amount_received_cents is None:
                return seen
            return replace(seen, amount_received_cents=received, currency=currency)

        monkeypatch.setattr(stripe_account(), "look_at_session", look)

    return cents
