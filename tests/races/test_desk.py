"""The desk and the shop want the same last places: each is given once, whatever the reason."""

from collections import Counter

import pytest

from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.aftersale import exchanging
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


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
def test_exchanges_that_cross_move_each_place_once(app, real_clock):
    """Half go from one evening to the other, half come back: no deadlock, no place lost."""
    first = make.event(capacity=40)
    second = make.event(first.series, capacity=22)
    here = make.product(first, places=None, per_order_max=40)
    there = make.product(second, places=None, per_order_max=40)
    events, here_id, there_id = (first.id, second.id), here.id, there.id
    going = [ticket_of(make.paid_order(here)) for _ in range(16)]
    coming = [ticket_of(make.paid_order(there)) for _ in range(16)]

    works = [exchange(*one, there_id) for one in going[:4]]
    works += [exchange(*one, here_id) for one in coming[:4]]
    results = rush(app, works)
    assert Counter(kind for kind, _ in results) == {"done": 8}

    works = [exchange(*one, there_id) for one in going[4:12]]
    results = rush(app, works)
    assert Counter(kind for kind, _ in results) == {"done": 6, "refused": 2}
    sizes = {one.event_id: one.taken for one in db.session.query(Quota).filter_by(whole_event=True)}
    assert sizes == dict(zip(events, (10, 22), strict=True))
    assert queries.unbalanced_quotas() == []


def ticket_of(written):
    return written.order_id, written.tickets[0]["public_id"]


def exchange(order_id, public_id, product_id):
    def work():
        wish = exchanging.Wish(product_id, None, "Ada", "Byron", "")
        exchanging.exchange(
            order_id, public_id, wish, settled="", shown_difference_cents=0, reason="", actor="test"
        )

    return work
