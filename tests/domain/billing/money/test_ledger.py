"""The books: each thing at its source once, for ever."""

import pytest
from sqlalchemy import select

from eventsapp.domain.billing.money import ledger
from eventsapp.domain.billing.money.models import LedgerEntry
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make


@pytest.fixture
def bill_id(app) -> int:
    return make.web_order(make.product()).bill_id


def booked(bill_id, **given) -> bool:
    entry = {"source": "stripe", "external_id": "pi_1", "kind": "payment", "amount_cents": 1900}
    with transaction() as session:
        return ledger.book(
            session, bill_id=bill_id, payment_id=None, at=clock.now(), **entry | given
        )


def entries() -> list[int]:
    return list(db.session.scalars(select(LedgerEntry.amount_cents).order_by(LedgerEntry.id)))


def test_the_second_caller_stops_and_changes_nothing(bill_id):
    assert [booked(bill_id), booked(bill_id), booked(bill_id, amount_cents=1)] == [
        True,
        False,
        False,
    ]
    assert entries() == [1900]


@pytest.mark.parametrize(
    "other", [{"source": "bank"}, {"external_id": "pi_2"}, {"kind": "refund_reversed"}]
)
def test_another_thing_is_another_entry(bill_id, other):
    assert booked(bill_id) and booked(bill_id, **other)
    assert entries() == [1900, 1900]
