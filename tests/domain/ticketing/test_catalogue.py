"""The catalogue: what changes under tickets that are sold already."""

from sqlalchemy import select

from eventsapp.domain.ticketing import refunding
from eventsapp.domain.ticketing.catalogue import resize
from eventsapp.domain.ticketing.models import Quota, Ticket
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
