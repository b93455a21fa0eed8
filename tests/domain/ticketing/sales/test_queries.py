"""What pages and programs read: figures that add up, orders that only their owner finds."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from eventsapp.domain.billing.money import refunds
from eventsapp.domain.billing.money.models import Refund
from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.catalogue import queries as catalogue_queries
from eventsapp.domain.ticketing.catalogue import stock
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import checkout, orders, queries
from eventsapp.domain.ticketing.sales.models import Hold, Ticket
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import transaction
from tests import make


def state(product) -> tuple[str, int]:
    offers = list(stock.offers_of_event(product.event_id).values())
    found = catalogue_queries.availability(offers, clock.now())
    return found.state, found.left


@pytest.mark.parametrize(("sold", "expected"), [(0, ("places", 12)), (3, ("few", 9))])
def test_few_places_are_said(app, sold, expected):
    product = make.product(places=12, per_order_max=12)
    if sold:
        make.paid_order(product, sold)
    assert state(product) == expected


def test_a_full_event_is_full_and_open_again_when_a_place_comes_back(app):
    product = make.product(places=2)
    written = make.paid_order(product, 2)
    assert state(product) == ("full", 0)
    one = db.session.scalars(select(Ticket.public_id)).first()
    refunding.refund_tickets(written.order_id, [one], reason="x", actor="test")
    assert state(product) == ("few", 1)


def test_sales_that_begin_and_end_are_said(app):
    later = clock.now() + timedelta(days=1)
    assert state(make.product(sale_from=later))[0] == "soon"
    assert state(make.product(sale_until=clock.now()))[0] == "closed"
    assert state(make.product(hidden=True))[0] == "invitation"


def test_figures_count_valid_tickets_and_money_that_stayed(app):
    product = make.product(price_cents=1900)
    free = make.product(product.event, price_cents=0)
    written = make.paid_order(product, 3)
    make.web_order(free, 2)
    make.web_order(product)
    one = db.session.scalars(select(Ticket.public_id).order_by(Ticket.id)).first()
    refunding.refund_tickets(written.order_id, [one], reason="x", actor="test")
    for refund_id in db.session.scalars(select(Refund.id)).all():
        refunds.send(refund_id)

    assert queries.figures(product.series_id) == queries.Figures(
        sold=2, given=2, received_cents=3800, orders=2, awaiting=1
    )


def test_an_order_is_found_by_its_whole_link_only(app):
    mine, other = make.web_order(make.product()), make.web_order(make.product())
    assert queries.order_by_secret(mine.code, mine.secret).id == mine.id
    for code, secret in ((mine.code, other.secret), (mine.code, ""), ("NOPE2345", mine.secret)):
        with pytest.raises(NotFound):
            queries.order_by_secret(code, secret)


def test_an_order_of_another_series_is_not_found(app):
    mine, other = make.web_order(make.product()), make.web_order(make.product())
    with pytest.raises(NotFound):
        queries.order_by_code(other.series_id, mine.code)


def test_every_order_that_lives_is_found_by_its_address(app):
    product = make.product(price_cents=1900)
    buyer, series = Buyer("ada@example.org"), product.event.series
    living = [
        make.paid_order(product).order_id,
        make.web_order(product).id,
        make.web_order(make.product(product.event, approval=True)).id,
        checkout.sell(
            series, [make.line(product)], buyer, make.nobody(1), payment="transfer"
        ).order_id,
    ]
    ended = make.paid_order(product)
    orders.cancel(ended.order_id, actor="test", reason="x")
    make.paid_order(product, email="grace@example.org")

    found = queries.orders_of_email(product.series_id, "ada@example.org")
    assert sorted(one.id for one in found) == sorted(living)


def test_a_counter_that_is_wrong_is_named(app):
    product = make.product()
    make.paid_order(product, 2)
    own = max(draw.quota_id for draw in product.quotas)
    assert queries.unbalanced_quotas() == []
    with transaction() as session:
        session.execute(update(Quota).where(Quota.id == own).values(taken=1))
    assert queries.unbalanced_quotas() == [(own, 1, 2)]
    with transaction() as session:
        session.execute(update(Quota).where(Quota.id == own).values(taken=2))
        session.execute(update(Hold).values(released_at=clock.now()))
    assert len(queries.unbalanced_quotas()) == 2


def test_days_of_sale_add_up_to_the_figures(app):
    """A ticket given back leaves its day: the chart and the figure beside it say one number."""
    product = make.product(price_cents=1900)
    pair = make.product(product.event, price_cents=2501, tickets_per_unit=2)
    written = make.paid_order(product, 3)
    make.paid_order(pair)
    one = db.session.scalars(
        select(Ticket.public_id).where(Ticket.order_id == written.order_id)
    ).first()
    refunding.refund_tickets(written.order_id, [one], reason="x", actor="test")

    series = product.event.series
    [(_day, tickets, cents)] = queries.sold_by_day(series.id, series.timezone)

    assert (tickets, cents) == (4, 2 * 1900 + 2501)
    assert queries.figures(series.id).sold == tickets
