"""The doctor finds each broken invariant, and nothing in a healthy house."""

import json
import socket
from dataclasses import replace

import pytest
from sqlalchemy import text

from eventsapp import schema
from eventsapp.cli import connections, doctor
from eventsapp.gateways.stripe import StripeForbidden
from eventsapp.kernel.db import db
from eventsapp.settings import use
from tests import make


@pytest.fixture
def sold(app, monkeypatch):
    monkeypatch.setattr(schema, "refuse_old", lambda: None)  # made without migrations
    return make.paid_order(make.product(), 2)


def said(name: str) -> str:
    [check] = [one for one in doctor.examine() if one.name == name]
    return check.detail if check.broken else ""


def broken() -> list[str]:
    return [check.name for check in doctor.examine() if check.broken and not check.warning]


def spoil(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_healthy_house_has_no_complaint(sold):
    assert broken() == []


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("UPDATE quota SET taken = taken - 1", "every place is counted once (I1)"),
        ("DELETE FROM admission; DELETE FROM ticket", "paid orders have tickets (I7)"),
        ("UPDATE \"order\" SET status = 'awaiting_payment'", "tickets belong to paid orders (I7)"),
        ("DELETE FROM ledger_entry", "payments are in the books (I4)"),
    ],
)
def test_each_broken_invariant_is_named(sold, statement, complaint):
    for part in statement.split(";"):
        spoil(part)
    assert broken() == [complaint]


def test_settings_are_shown_without_their_secrets(sold):
    shown = json.dumps(doctor.shown_settings())
    assert "a secret for tests" not in shown and '"secret_key": "set"' in shown


def settings_with(app, **given):
    use(replace(app.extensions["settings"], **given))


def test_a_mail_server_that_does_not_answer_is_named(sold, app):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings_with(app, mail_url=f"smtp://127.0.0.1:{port}")

    assert broken() == ["mail server answers"]


def test_a_key_that_stripe_refuses_is_named_and_so_is_a_missing_endpoint(sold, app, monkeypatch):
    class Account:
        refused: Exception | None = None

        def is_open(self):
            if self.refused:
                raise self.refused

        def webhooks_of(self, _url):
            return []

    account = Account()
    monkeypatch.setattr(connections, "stripe_account", lambda: account)
    settings_with(app, stripe_api_key="rk_live_x", stripe_webhook_secrets=("whsec_x",))

    assert broken() == []
    assert "no endpoint for" in said("Stripe's news arrive and can be verified")
    account.refused = StripeForbidden("api_key_expired", 401, "expired key")
    assert broken() == ["Stripe answers"]


def test_a_key_of_tickets_that_is_gone_is_named_before_another_is_made(sold, app, tmp_path):
    settings_with(app, data_dir=tmp_path)

    assert "ticket-signing-key is missing" in said("the key of the tickets is there")


def test_a_data_folder_that_takes_nothing_is_named(app, tmp_path, monkeypatch):
    monkeypatch.setattr(schema, "refuse_old", lambda: None)
    settings_with(app, data_dir=tmp_path / "gone")

    assert broken() == ["data folder can be written"]
