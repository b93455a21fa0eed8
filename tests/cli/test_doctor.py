"""The doctor finds each broken invariant, and nothing in a healthy house."""

import json

import pytest
from sqlalchemy import text

from eventsapp import schema
from eventsapp.cli import doctor
from eventsapp.kernel.db import db
from tests import make


@pytest.fixture
def sold(app, monkeypatch):
    monkeypatch.setattr(schema, "refuse_old", lambda: None)  # made without migrations
    return make.paid_order(make.product(), 2)


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
