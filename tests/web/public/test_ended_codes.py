"""A code that has ended gives no more of what it opened, whatever a basket has of it."""

import pytest
from sqlalchemy import select

from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.catalogue import discounts
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.models import Discount, DiscountEffect
from eventsapp.domain.ticketing.sales.models import HoldLine, Order
from eventsapp.kernel.db import db
from tests import make


@pytest.fixture
def invited(client):
    """A basket with one ticket of a hidden tariff, by a code that is good for two."""
    series = make.series(slug="essai")
    tariff = make.product(make.event(series, free=False), places=50, hidden=True)
    new = NewDiscount("INVITE", DiscountEffect.UNLOCK, 0, [tariff.id], most_uses=2)
    code = discounts.create(series.id, new, actor="test")
    releases.publish(series.id, actor="test")
    wanted = {f"qty-{tariff.id}": "1", "code": "invite"}
    assert client.post("/fr/essai/hold", data=wanted).status_code == 303
    return series.id, code.id, {f"qty-{tariff.id}": "1"}


def quantities():
    return list(db.session.scalars(select(HoldLine.quantity)))


def test_a_basket_takes_more_while_its_code_lives_and_each_is_counted(client, invited):
    _series, code_id, more = invited

    answers = [client.post("/fr/essai/hold", data=more).status_code for _ in range(2)]

    assert answers == [303, 409]
    used = db.session.get_one(Discount, code_id, populate_existing=True).used
    assert (used, sum(quantities())) == (2, 2)


def test_once_it_has_ended_the_basket_keeps_what_it_has_and_gets_no_more(client, invited):
    series_id, code_id, more = invited
    discounts.end(series_id, code_id, actor="test")

    assert client.post("/fr/essai/hold", data=more).status_code == 403
    assert quantities() == [1]
    form = {"email": "ada@example.org", "terms": "y", "shown_total": "1900"}
    assert client.post("/fr/essai/checkout", data=form).status_code == 303
    assert db.session.scalars(select(Order.total_cents)).all() == [1900]
