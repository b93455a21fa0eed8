"""What is owed on a bill, and what of it came, went back and stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.domain.billing.money import bills, payments, refunds
from eventsapp.domain.billing.money.bills import Charge
from eventsapp.domain.billing.money.models import Bill
from eventsapp.kernel import money
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make

charges = st.builds(
    Charge,
    label_fr=st.just("Entrée"),
    label_en=st.just("Entry"),
    quantity=st.integers(1, 50),
    unit_cents=st.integers(0, 100_000),
    vat_bp=st.sampled_from([0, 210, 550, 1000, 2000]),
    share_key=st.just("event:1"),
)


def charge(quantity=1, unit_cents=1999, **given) -> Charge:
    defaults = {"label_fr": "Entrée", "label_en": "Entry", "vat_bp": 2000, "share_key": "event:1"}
    return Charge(quantity=quantity, unit_cents=unit_cents, **defaults | given)


@pytest.fixture
def bill(app) -> Bill:
    """Three lines at two rates: 59.97 + 8.01 + 0."""
    series = make.series()
    with transaction() as session:
        bill_id = bills.write(
            session,
            organisation_id=series.organisation_id,
            seller_id=series.organisation_id,
            series_id=series.id,
            reference="ABCD2345",
            buyer={"name": "Ada Byron", "email": "ada@example.org"},
            currency="EUR",
            charges=[charge(3), charge(1, 801, vat_bp=550), charge(2, 0)],
            due_at=None,
        )
    return db.session.get(Bill, bill_id)


def test_a_bill_keeps_its_lines_in_order_and_its_total(bill):
    assert bill.total_cents == 6798
    assert [(line.position, line.gross_cents, line.vat_bp) for line in bill.lines] == [
        (0, 5997, 2000),
        (1, 801, 550),
        (2, 0, 2000),
    ]
    assert bill.buyer["name"] == "Ada Byron"


@given(st.lists(charges, min_size=1, max_size=6))
def test_net_and_vat_of_all_lines_add_up_to_the_total(lines):
    """I13: a note that is added up by hand, line by line, gives what was paid."""
    gross = [one.quantity * one.unit_cents for one in lines]
    vat = [money.vat_included(cents, one.vat_bp) for cents, one in zip(gross, lines, strict=True)]
    net = [cents - part for cents, part in zip(gross, vat, strict=True)]
    assert sum(net) + sum(vat) == bills.total(lines)
    assert all(0 <= part <= cents for part, cents in zip(vat, gross, strict=True))


def test_what_came_went_back_and_stays(bill):
    payments.book_offline(bill.id, amount_cents=6798, currency="EUR")
    (refund,) = refunds.request_on_bill(bill.id, 1998, reason="x", origin="organizer", actor="test")
    seen = [(bills.received_cents, 6798), (bills.kept_cents, 4800), (bills.booked_cents, 6798)]
    assert [count(bill.id) for count, _ in seen] == [expected for _, expected in seen]

    refunds.send(refund.id)
    assert bills.booked_cents(bill.id) == 4800


def test_nothing_is_nothing(bill):
    assert (
        bills.received_cents(bill.id),
        bills.kept_cents(bill.id),
        bills.booked_cents(bill.id),
    ) == (0, 0, 0)


def test_a_refund_takes_the_newest_money_first_and_what_lacks_from_the_older(bill):
    older = payments.book_offline(bill.id, amount_cents=5000, currency="EUR")
    newer = payments.book_offline(bill.id, amount_cents=1798, currency="EUR")
    made = refunds.request_on_bill(bill.id, 2000, reason="x", origin="organizer", actor="test")
    assert [(one.payment_id, one.amount_cents) for one in made] == [(newer, 1798), (older, 202)]


def test_a_bill_asks_for_a_person_and_stops(bill):
    bills.flag(bill.id, "amount_mismatch")
    assert bills.count_in_attention(bill.series_id) == 1
    bills.unflag(bill.id)
    assert bills.count_in_attention(bill.series_id) == 0
