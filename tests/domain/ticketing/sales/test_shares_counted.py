"""What counts towards the share of a network: read from its baskets and what became of them."""

from datetime import timedelta

import pytest

from eventsapp.domain.billing.money import payments
from eventsapp.domain.programme.models import Slot
from eventsapp.domain.ticketing.sales import checkout, fulfilment, holds, shares
from eventsapp.domain.ticketing.sales.errors import NetworkFull
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make

SCHOOL, OTHERS = "203.0.113.7", "198.51.100.9"
# 5 % of 300, see shares.
SHARE = 15


@pytest.fixture
def hall(app):
    return make.product(make.event(capacity=300), places=None)


def keep(product, quantity, network=SCHOOL, **line):
    return holds.make(product.event.series, [make.line(product, quantity, **line)], network=network)


def order(product, quantity, network=SCHOOL):
    return checkout.place_order(
        keep(product, quantity, network),
        Buyer(email=f"ada-{make.number()}@example.org"),
        make.nobody(quantity),
        shown_total_cents=product.price_cents * quantity,
        terms_digest=None,
    )


def paid(product, quantity, network=SCHOOL):
    placed = order(product, quantity, network)
    cents = product.price_cents * quantity
    payment = payments.book_offline(placed.bill_id, amount_cents=cents, currency="EUR")
    fulfilment.fulfil(payment)


def still_free(product, network=SCHOOL, **line):
    """How many places more the network may keep, one basket after the other."""
    for count in range(100):
        try:
            keep(product, 1, network, **line)
        except NetworkFull:
            return count
    return None


def test_a_place_that_was_paid_is_credit_for_two_and_no_longer_counts(hall):
    paid(hall, 4)

    assert still_free(hall) == SHARE + 2 * 4


def test_an_order_that_waits_for_its_payment_counts_as_kept(hall):
    order(hall, 4)

    assert still_free(hall) == SHARE - 4


def test_what_others_keep_or_pay_changes_nothing(hall):
    keep(hall, 6, OTHERS)
    paid(hall, 7, OTHERS)

    assert still_free(hall) == SHARE


def test_what_is_kept_of_one_event_does_not_count_for_another(hall):
    elsewhere = make.product(make.event(hall.event.series, capacity=300), places=None)
    keep(elsewhere, 6)
    paid(elsewhere, 7)

    assert still_free(hall) == SHARE


def test_a_basket_of_two_events_counts_in_each(hall):
    elsewhere = make.product(make.event(hall.event.series, capacity=300), places=None)
    holds.make(hall.event.series, [make.line(hall, 6), make.line(elsewhere, 9)], network=SCHOOL)

    assert still_free(hall) == SHARE - 6
    assert still_free(elsewhere) == SHARE - 9


def test_a_ticket_for_a_group_counts_all_its_places(hall):
    table = make.product(hall.event, tickets_per_unit=4, places=None)
    keep(table, 2)

    assert still_free(hall) == SHARE - 8


def test_a_line_taken_out_of_the_basket_no_longer_counts(hall):
    half = make.product(hall.event, places=None)
    secret = holds.make(hall.event.series, [make.line(hall, 5), make.line(half, 6)], network=SCHOOL)
    holds.remove_line(
        secret, next(line.id for line in holds.living(secret).lines if line.product_id == half.id)
    )

    assert still_free(hall) == SHARE - 5


def test_each_visit_has_its_own_share(app):
    event = make.event(capacity=600, released=False)
    first_ends = event.slots[0].ends_at
    later = {"starts_at": first_ends, "ends_at": first_ends + timedelta(hours=1), "uid": "second"}
    with transaction():
        event.slots.append(Slot(**later))
        for slot in event.slots:
            slot.capacity = 300
        make.on_sale(event)
    visit = make.product(event, per_slot=True, places=None)
    first, second = (slot.id for slot in event.slots)
    keep(visit, 9, slot_id=first)
    paid_before = still_free(visit, slot_id=second)

    assert (paid_before, still_free(visit, slot_id=first)) == (SHARE, SHARE - 9)


def test_credit_and_what_was_given_up_last_one_hour(hall, now):
    paid(hall, 4)
    for _round in range(2):
        keep(hall, 10)
        now(minutes=16)
        holds.release_expired()
    # Given up: 20. Within the hour 2 * 15 + 8 may be kept and given up: 18 more.
    assert still_free(hall) == 18
    now(minutes=27)
    holds.release_expired()
    now(minutes=1)
    # An hour since the payment to the minute: it counts no more; the second ten and the 18 do.
    assert still_free(hall) == 2
    now(minutes=62)
    holds.release_expired()
    assert still_free(hall) == SHARE


@pytest.mark.parametrize(("swept", "left"), [(False, SHARE - 9), (True, SHARE)])
def test_what_is_kept_counts_until_it_is_given_back(hall, now, swept, left):
    keep(hall, 9)
    now(hours=2)
    if swept:
        holds.release_expired()

    assert still_free(hall) == left


def test_no_network_and_nothing_wanted_ask_nothing(hall):
    assert shares.full(db.session, shares.hash_of(SCHOOL), {}) is None
