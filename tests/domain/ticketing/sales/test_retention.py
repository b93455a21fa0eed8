"""Three years after a series nobody is named in its orders and tickets; after ten in its bills."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from eventsapp.domain.billing.money.models import Bill
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Series
from eventsapp.domain.selection.calls import retention as applications
from eventsapp.domain.ticketing.asking.models import GivenAnswer
from eventsapp.domain.ticketing.sales import finding, retention
from eventsapp.domain.ticketing.sales.models import Order, Ticket
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer
from eventsapp.kernel import clock
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make

ADA = Buyer(
    email="ada@example.org",
    first_name="Ada",
    last_name="Byron",
    phone="+33 6 12 34 56 78",
    company="Analytique SA",
)
HOLDER = Attendee("Charles", "Babbage", "charles@example.org", "Analytique SA")


@pytest.fixture
def ended(app):
    """A series of one evening, an order of two tickets; the instant at which all is over."""
    product = make.product()
    series = product.event.series
    make.paid_order(product, 2, buyer=ADA, attendees=[[HOLDER, Attendee()]])
    last = product.event.slots[0].ends_at
    with transaction():
        series.ends_on = last.date()
    return last, product


def years_on(instant: datetime, years: int) -> datetime:
    return instant.replace(year=instant.year + years)


def words_of(row) -> str:
    return " ".join(str(getattr(row, column.name)) for column in row.__table__.columns).lower()


def named() -> list[str]:
    """Where anything of the two people is still written."""
    db.session.expire_all()
    tokens = ("ada@", "byron", "charles", "babbage", "analytique", "12 34", "12345678")
    return [
        kind.__name__
        for kind in (Order, Ticket, GivenAnswer, Bill)
        for row in db.session.scalars(select(kind))
        if any(token in words_of(row) for token in tokens)
    ]


def test_after_three_years_orders_and_tickets_name_nobody_and_after_ten_the_bill(ended, now):
    last, product = ended
    before = [(one.total_cents, len(one.tickets)) for one in db.session.scalars(select(Order))]
    assert set(named()) == {"Order", "Ticket", "Bill"}

    now(years_on(last, retention.YEARS_PEOPLE) - timedelta(days=1))
    assert (retention.forget(), retention.overdue()) == (0, 0)
    now(years_on(last, retention.YEARS_PEOPLE) + timedelta(days=2))
    assert retention.overdue() == 1
    assert (retention.forget(), retention.overdue(), retention.forget()) == (1, 0, 0)
    assert named() == ["Bill"]
    now(years_on(last, retention.YEARS_BILLS) + timedelta(days=2))
    retention.forget()
    assert named() == []

    after = [(one.total_cents, len(one.tickets)) for one in db.session.scalars(select(Order))]
    assert after == before
    assert not finding.find(product.series_id, "byron").orders.rows
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "buyers.forgotten")
    ).one()
    assert (entry.detail, entry.series_id) == ({"orders": 1}, product.series_id)


def test_a_later_event_of_the_series_keeps_all_of_it(ended, now):
    last, product = ended
    make.event(product.event.series, starts_at=last + timedelta(days=400))
    now(years_on(last, 3) + timedelta(days=2))

    assert (retention.forget(), retention.overdue()) == (0, 0)


def test_other_series_and_the_demo_are_left_alone(ended, now):
    last, product = ended
    other = make.product()
    make.paid_order(other, 1, buyer=ADA)
    with transaction() as session:
        session.get_one(Series, product.series_id).is_demo = True
        other.event.series.ends_on = years_on(last, 2).date()
    now(years_on(last, 4))

    assert retention.forget() == 0


def test_all_that_is_due_goes_in_portions_of_few_statements(ended, now, monkeypatch, statements):
    last, product = ended
    for _order in range(6):
        make.paid_order(product, 1, buyer=ADA)
    now(years_on(last, 3) + timedelta(days=2))
    monkeypatch.setattr(retention, "BATCH", 100)

    statements.clear()
    assert retention.forget() == 7
    assert len(statements) <= 12


def test_a_leap_day_is_over_on_the_first_of_march(app, now):
    now(datetime(2028, 2, 29, 12, 0, tzinfo=clock.now().tzinfo))

    assert f"{retention._years_ago(3):%Y-%m-%d}" == "2025-03-01"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_promises_what_is_done(ended, client, lang):
    series = ended[1].event.series
    releases.publish(series.id, actor="test")
    page = client.get(f"/{lang}/{series.slug}/legal/privacy").text
    years = {"fr": "ans après", "en": "years after"}[lang]

    for number in (retention.YEARS_PEOPLE, retention.YEARS_BILLS):
        assert f"{number} {years} " in page
    assert f"{applications.PERSONS_FOR.days // 365} {years} " in page
