"""Counting places: the conditional UPDATE decides, the CHECK stands behind it."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from eventsapp.domain.ticketing.catalogue import stock
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make


@pytest.fixture
def quotas(app) -> list[int]:
    """The event's five places and the product's three, by id."""
    product = make.product(make.event(capacity=5), places=3)
    return sorted(draw.quota_id for draw in product.quotas)


def taken() -> list[int]:
    return list(db.session.scalars(select(Quota.taken).order_by(Quota.id)))


def test_places_are_taken_up_to_the_last_and_not_one_more(quotas):
    with transaction() as session:
        stock.take(session, dict.fromkeys(quotas, 3))
    with pytest.raises(stock.QuotaShort) as short, transaction() as session:
        stock.take(session, dict.fromkeys(quotas, 1))
    assert short.value.quota_id == quotas[1]
    assert taken() == [3, 3]  # the event's own place went back with the transaction


def test_what_comes_back_can_be_taken_again(quotas):
    for _ in range(3):
        with transaction() as session:
            stock.take(session, {quotas[1]: 3})
        with transaction() as session:
            stock.give_back(session, {quotas[1]: 3})
    assert taken() == [0, 0]


@pytest.mark.parametrize("value", [-1, 4])
def test_the_database_refuses_what_the_code_would_count_wrongly(quotas, value):
    """I1, whoever writes."""
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(update(Quota).where(Quota.id == quotas[1]).values(taken=value))
    assert taken() == [0, 0]


def test_more_than_was_taken_does_not_come_back(quotas):
    with pytest.raises(IntegrityError), transaction() as session:
        stock.give_back(session, {quotas[1]: 1})


def test_several_quotas_are_always_taken_in_one_order(quotas, statements):
    """I11: two baskets over the same quotas wait, and do not wait for each other."""
    seen = []
    really = stock._take

    class Noting:
        def execute(self, statement, given):
            assert statement is really
            seen.append(given["quota"])
            return type("Result", (), {"rowcount": 1})

    stock.take(Noting(), {quotas[1]: 1, quotas[0]: 1})
    assert seen == quotas


def test_offers_say_the_least_that_is_left(quotas):
    with transaction() as session:
        stock.take(session, {quotas[0]: 4})
    (offer,) = stock.offers_of_series(db.session.scalar(select(Quota.series_id))).values()
    assert offer.left() == 1
    more = stock.with_more_left({1: offer}, {quotas[0]: 4})
    assert more[1].left() == 3
