"""One address, one endpoint at Stripe; another secret only by its own word."""

import argparse

import pytest

from eventsapp import settings
from eventsapp.cli import stripe as commands
from eventsapp.domain.billing.money.stripe_events import SUBSCRIBED
from eventsapp.gateways.stripe import Stripe
from eventsapp.gateways.stripe_sandbox.sandbox import SandboxStripe


@pytest.fixture
def account(sqlite_app, tmp_path, monkeypatch):
    """An account at Stripe that knows nothing of us yet."""
    settings.use(sqlite_app.extensions["settings"])
    elsewhere = SandboxStripe(tmp_path, base_url="http://stripe.example", webhook_secret="whsec_x")
    made = Stripe("sk_test_own", http_client=elsewhere.http_client())
    monkeypatch.setattr(commands, "stripe_account", lambda: made)
    return made


def run(deed, **given):
    return deed(None, argparse.Namespace(**given))


def endpoints(account):
    return [one.id for one in account.webhooks_of("http://localhost/webhooks/stripe")]


def test_set_up_twice_is_one_endpoint_with_one_secret(account, capsys):
    assert run(commands.run_setup) == 0
    first = capsys.readouterr().out
    made = endpoints(account)
    account.change_webhook(made[0], ["refund.failed"])

    assert run(commands.run_setup) == 0
    again = capsys.readouterr().out

    assert first.startswith("EVENTSAPP_STRIPE_WEBHOOK_SECRETS=whsec_")
    assert "keeps its secret" in again and "whsec_" not in again
    assert endpoints(account) == made and len(made) == 1
    stored = account._client.v1.webhook_endpoints.retrieve(made[0])
    assert sorted(stored["enabled_events"]) == sorted(SUBSCRIBED)


def test_a_secret_is_rotated_in_two_steps_between_which_both_are_good(account, capsys):
    run(commands.run_setup)
    old = endpoints(account)
    assert run(commands.run_rotate, finish=False) == 0
    assert "whsec_" in capsys.readouterr().out
    both = endpoints(account)
    assert len(both) == 2 and old[0] in both
    assert run(commands.run_setup) == 1  # two of them: said, and what to do

    assert run(commands.run_rotate, finish=True) == 0

    assert endpoints(account) == [one for one in both if one != old[0]]
    assert run(commands.run_setup) == 0


def test_nothing_is_finished_that_was_not_begun(account):
    assert run(commands.run_rotate, finish=True) == 1
    assert endpoints(account) == []
