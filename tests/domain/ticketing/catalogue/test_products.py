"""The catalogue: what changes under tickets that are sold already."""

import pytest
from sqlalchemy import select

from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.catalogue.errors import CodeTaken
from eventsapp.domain.ticketing.catalogue.models import ProductKind, Quota
from eventsapp.domain.ticketing.catalogue.products import resize
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.kernel.db import db
from tests import make


def test_a_quota_lowered_under_what_is_sold_shrinks_as_places_come_back(app):
    product = make.product(places=10)
    written = make.paid_order(product, 6)
    own = max(draw.quota_id for draw in product.quotas)
    resize(own, 4, actor="test")
    quota = db.session.get(Quota, own, populate_existing=True)
    assert (quota.target, quota.size, quota.left) == (4, 6, 0)
    chosen = db.session.scalars(select(Ticket.public_id).limit(3)).all()
    refunding.refund_tickets(written.order_id, chosen, reason="x", actor="test")
    quota = db.session.get(Quota, own, populate_existing=True)
    assert (quota.taken, quota.size, quota.left) == (3, 4, 1)


def test_a_quota_can_be_closed_and_opened_again_under_what_is_sold(app):
    product = make.product(places=10)
    make.paid_order(product, 6)
    own = max(draw.quota_id for draw in product.quotas)
    for target, size, left in ((0, 6, 0), (8, 8, 2), (6, 6, 0)):
        resize(own, target, actor="test")
        quota = db.session.get(Quota, own, populate_existing=True)
        assert (quota.target, quota.size, quota.left, quota.taken) == (target, size, left, 6)


def test_an_event_has_one_quota_of_its_own_however_many_products(app):
    event = make.event(capacity=40)
    products = [make.product(event), make.product(event), make.product(event, places=None)]
    whole = db.session.scalars(
        select(Quota).where(Quota.event_id == event.id, Quota.whole_event.is_(True))
    ).one()
    assert whole.size == 40
    assert all(whole.id in [draw.quota_id for draw in one.quotas] for one in products)


def test_an_option_draws_on_its_own_places_alone(app):
    event = make.event(capacity=1)
    dinner = make.product(event, kind=ProductKind.ADD_ON, places=5)
    whole = db.session.scalars(select(Quota).where(Quota.whole_event.is_(True))).one()
    assert whole.id not in [draw.quota_id for draw in dinner.quotas]
    assert [draw.quota.size for draw in dinner.quotas] == [5]


def test_a_code_is_there_once_in_an_event(app):
    event = make.event()
    make.product(event, code="STD")
    with pytest.raises(CodeTaken):
        make.product(event, code="STD")
    assert make.product(make.event(event.series), code="STD")
