"""People edit tariffs while others buy them: nothing is counted wrongly, nobody waits for ever."""

from collections import Counter

import pytest
from sqlalchemy import select

from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.catalogue.limits import Line
from eventsapp.domain.ticketing.catalogue.models import Product, ProductKind, Quota
from eventsapp.domain.ticketing.sales import holds, queries, tariffs
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make
from tests.races.crowd import rush

postgres_only = pytest.mark.parametrize("app", ["postgres"], indirect=True)


@pytest.fixture
def real_clock(app):
    clock.freeze(None)


def keeps(series_id, product_id):
    def work():
        return holds.make(db.session.get_one(Series, series_id), [Line(product_id, 1)])

    return work


def reshapes(product_id):
    """A duo of it, if nobody has it yet."""

    def work():
        return make.changed(db.session.get(Product, product_id), tickets_per_unit=2).id

    return work


def removes(product_id):
    return lambda: tariffs.remove(product_id, actor="test")


def renames(product_id, code):
    return lambda: make.changed(db.session.get_one(Product, product_id), code=code).code


@postgres_only
@pytest.mark.parametrize("places", [None, 40])
def test_a_basket_and_a_new_shape_never_count_differently(app, real_clock, places):
    event = make.event(capacity=500)
    series_id = event.series_id
    made = [make.product(event, places=places).id for _n in range(12)]
    for product_id in made:
        works = [keeps(series_id, product_id) for _n in range(3)] + [reshapes(product_id)]
        told = Counter(word for word, _value in rush(app, works))
        assert set(told) <= {"done", "refused"} and told["done"] >= 1
    assert queries.unbalanced_quotas() == []
    taken = db.session.scalars(select(Quota.taken).where(Quota.whole_event)).one()
    counted = sum(
        line.quantity * line.product.tickets_per_unit
        for hold in db.session.scalars(select(holds.Hold))
        for line in hold.lines
    )
    assert taken == counted


@postgres_only
def test_a_basket_and_a_deletion_end_with_one_of_them(app, real_clock):
    event = make.event(capacity=500)
    series_id = event.series_id
    for _n in range(12):
        product_id = make.product(event, places=5).id
        told = rush(app, [keeps(series_id, product_id), removes(product_id)])
        assert sorted(word for word, _value in told) == ["done", "refused"]
    assert queries.unbalanced_quotas() == []


@postgres_only
def test_two_who_rename_tariffs_that_ask_for_each_other_do_not_wait_for_ever(app, real_clock):
    event = make.event()
    one = make.product(event, code="UN")
    other = make.product(event, code="DEUX", kind=ProductKind.ADD_ON, places=9, requires=["UN"])
    make.changed(one, requires=["DEUX"])
    ids = one.id, other.id
    for n in range(8):
        told = rush(app, [renames(ids[0], f"UN-{n}"), renames(ids[1], f"DEUX-{n}")])
        assert {word for word, _value in told} <= {"done", "refused"}
    rows = {
        row.id: row
        for row in db.session.scalars(select(Product).execution_options(populate_existing=True))
    }
    assert rows[ids[0]].requires == [rows[ids[1]].code]
    assert rows[ids[1]].requires == [rows[ids[0]].code]
