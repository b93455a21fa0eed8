"""The desk and the shop want the same last places: each is given once, whatever the reason."""

from collections import Counter

import pytest

from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.catalogue.limits import Line
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.catalogue.sale import Way
from eventsapp.domain.ticketing.sales import checkout, holds, queries
from eventsapp.domain.ticketing.sales.deals import Deal, Means
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make
from tests.races.crowd import rush

PROCESSES = 8


@pytest.fixture
def real_clock(app):
    clock.freeze(None)


def sell(series_id, product_id):
    def work():
        series = db.session.get(Series, series_id)
        secret = holds.make(series, [Line(product_id, 2)], way=Way.ORGANIZER, beyond=True)
        order = checkout.place_order(
            secret, Buyer(""), make.nobody(2), shown_total_cents=0, terms_digest=None,
            deal=Deal(Means.GIVEN, reason="presse", beyond="groupe"), actor="test",
        )  # fmt: skip
        return order.code

    return work


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
def test_a_reason_gives_no_place_twice(app, real_clock):
    event = make.event(capacity=20)
    product = make.product(event, places=None, per_order_max=1)

    results = rush(app, [sell(event.series_id, product.id)] * PROCESSES, times=4)

    assert Counter(kind for kind, _ in results) == {"done": 10, "refused": 22}
    assert {code for kind, code in results if kind == "refused"} == {"sold_out"}
    assert db.session.query(Quota.taken).filter_by(whole_event=True).scalar() == 20
    assert db.session.query(Ticket).count() == 20
    assert queries.unbalanced_quotas() == []
