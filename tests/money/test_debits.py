"""A debit that takes days: on its way, arrived, failed. Pages and letters say which."""

import pytest

from eventsapp.domain.billing.money import bills, payments
from eventsapp.domain.ticketing.sales import orders, queries
from eventsapp.domain.ticketing.sales.models import OrderStatus
from eventsapp.gateways.stripe_account import sandbox
from tests.money.street import fresh, plain


@pytest.fixture
def debited(street):
    """Start a debit for a new order; Stripe tells of it."""

    def start(*, will_succeed: bool):
        order = street.order()
        sandbox().start_debit(street.payment(order).session_id, will_succeed=will_succeed)
        return order

    return start


def test_while_it_is_on_its_way_the_page_says_so_and_asks_for_nothing(street, debited, now):
    order = debited(will_succeed=True)
    letters = street.settle()
    assert ["est en route" in plain(one.text) for one in letters] == [True]
    for minutes in (0, 20, 24 * 60):
        now(minutes=minutes)
        payments.sweep()
        orders.expire_due()
        for back in (False, True):
            page = street.page(order, back=back)
            assert "Prélèvement en route" in page and "Ne payez pas une seconde fois" in page
            assert "débité" not in page and "/payments" not in page
    assert street.taken() == {1}
    answer = street.client.post(street.address(order, "/payments"))
    assert answer.location.startswith("http://localhost" + street.address(order))


def test_when_it_arrives_the_tickets_leave(street, debited, now):
    order = debited(will_succeed=True)
    street.settle()
    now(minutes=45)
    letters = street.settle()
    assert fresh(order).status is OrderStatus.PAID
    assert ["billet" in one.subject for one in letters] == [True]


@pytest.mark.parametrize(("minutes", "ended"), [(2, False), (45, True)])
def test_when_it_fails_the_buyer_is_told_what_that_means(street, debited, now, minutes, ended):
    order = debited(will_succeed=False)
    street.settle()
    now(minutes=minutes)
    letters = street.settle()
    (letter,) = letters
    text, page = plain(letter.text), street.page(order)
    assert "n’a pas abouti" in letter.subject and "n’a pas abouti" in page
    assert bills.booked_cents(order.bill_id) == 0
    if ended:
        assert "remises en vente" in text and "remises en vente" in page
        assert (fresh(order).status, street.taken()) == (OrderStatus.EXPIRED, {0})
    else:
        assert "payer autrement" in text and "payer autrement" in page and "/payments" in page
        assert (fresh(order).status, street.taken()) == (OrderStatus.AWAITING_PAYMENT, {1})
    payments.look_and_confirm(street.payment(order).id)
    assert street.settle() == []  # told once
    assert queries.unbalanced_quotas() == []


def test_after_a_failed_debit_a_card_may_pay(street, debited, now):
    order = debited(will_succeed=False)
    street.settle()
    now(minutes=2)
    street.settle()
    assert street.client.post(street.address(order, "/payments")).status_code == 303
    street.pays(order)
    street.settle()
    assert fresh(order).status is OrderStatus.PAID


def test_a_debit_of_a_cancelled_order_is_given_back_and_the_page_says_so(street, debited, now):
    order = debited(will_succeed=True)
    street.settle()
    orders.cancel(order.id, actor="test", reason="erreur")
    assert "Un prélèvement est en route" in street.page(order)
    now(minutes=2)
    street.settle()
    assert (street.at_stripe(order), street.taken()) == ([1900], {0})


def test_a_page_that_is_open_does_not_say_that_nothing_was_charged(street):
    """The card may have been charged a second ago; only Stripe knows."""
    order = street.order()
    page = street.page(order)
    assert "Nous n’avons reçu aucun paiement pour l’instant" in page and "débité" not in page
