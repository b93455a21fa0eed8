"""Money that is not what was asked for: kept with its places until a person decides."""

import pytest
from sqlalchemy import select

from eventsapp.domain.billing.money import bills, payments
from eventsapp.domain.billing.money.models import Payment
from eventsapp.domain.programme.models import Event, EventState
from eventsapp.domain.ticketing.sales import checkout, orders, queries, withdrawal
from eventsapp.domain.ticketing.sales.errors import MoneyReceived
from eventsapp.domain.ticketing.sales.models import OrderStatus
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.money.street import desk_of, flag_of, fresh, open_street, plain, refunds_of


def cancel_event() -> None:
    with transaction() as session:
        session.scalars(select(Event)).one().state = EventState.CANCELLED


def after_its_time(now) -> None:
    for _ in range(3):
        now(minutes=40)
        payments.sweep()
        orders.expire_due()


@pytest.mark.parametrize(
    ("cents", "currency"), [(1000, "EUR"), (1899, "EUR"), (2500, "EUR"), (1900, "JPY")]
)
def test_the_place_stays_and_every_page_says_that_money_is_here(
    street, client, now, wrong, cents, currency
):
    wrong(cents, currency)
    order = street.order()
    street.pays(order)
    letters = street.settle()
    after_its_time(now)
    assert street.settle() == []

    assert (fresh(order).status, street.taken()) == (OrderStatus.AWAITING_PAYMENT, {1})
    assert (bills.booked_cents(order.bill_id), flag_of(order)) == (cents, "amount_mismatch")
    page = street.page(order)
    assert "Nous avons reçu" in page and "Ne payez pas une seconde fois" in page
    assert "débité" not in page and "/payments" not in page
    assert "débité" not in plain(client.get(street.address(order) + "?suspens=1").text)
    (letter,) = letters
    assert (letter.to, "Ne payez pas une seconde fois" in letter.text) == (order.email, True)
    desk = desk_of(street, client)
    assert "argent reçu, à vérifier" in desk("orders").text
    assert "1 paiement à regarder" in plain(desk("").text)


def test_it_cannot_be_paid_a_second_time(street, wrong):
    wrong(1000)
    order = street.order()
    street.pays(order)
    street.settle()
    answer = street.client.post(street.address(order, "/payments"))
    assert answer.status_code == 409 and "Ne payez pas une seconde fois" in plain(answer.text)
    with pytest.raises(MoneyReceived):
        checkout.start_payment(order.id, return_url="http://localhost/back")
    ours = select(Payment.id).where(Payment.bill_id == order.bill_id)
    assert len(db.session.scalars(ours).all()) == 1


def test_the_desk_accepts_it_and_the_tickets_leave(street, client, now, wrong):
    wrong(1000)
    order = street.order()
    street.pays(order)
    street.settle()
    desk = desk_of(street, client)
    page = plain(desk(f"orders/{order.code}").text)
    assert "Il manque 9,00 €" in page and "C’est réglé" not in page
    assert desk(f"orders/{order.code}/attention", x="y").status_code == 409
    assert flag_of(order) == "amount_mismatch"

    assert desk(f"orders/{order.code}/acceptance", x="y").status_code == 302
    letters = street.settle()

    assert fresh(order).status is OrderStatus.PAID
    assert [one.status.value for one in fresh(order).tickets] == ["valid"]
    assert (flag_of(order), street.taken()) == (None, {1})
    assert ["billet" in one.subject for one in letters] == [True]
    noted = db.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.action == "order.money_accepted")
    ).one()
    assert noted == {"received_cents": 1000, "total_cents": 1900}
    assert desk(f"orders/{order.code}/acceptance", x="y").status_code == 409
    after_its_time(now)
    payments.look_and_confirm(street.payment(order).id)
    assert (fresh(order).status, refunds_of(order)) == (OrderStatus.PAID, [])


@pytest.mark.parametrize("cents", [1000, 2500])
def test_the_desk_gives_all_of_it_back_and_the_place_is_free(street, client, wrong, cents):
    wrong(cents)
    order = street.order()
    street.pays(order)
    street.settle()
    # The sandbox took 19 euros whatever we are told; more could not be given back there.
    given_back = min(cents, 1900)
    answer = desk_of(street, client)(f"orders/{order.code}/refunds", what="order", reason="erreur")
    assert answer.status_code == 302
    letters = street.settle()

    assert (fresh(order).status, street.taken()) == (OrderStatus.CANCELLED, {0})
    assert queries.unbalanced_quotas() == []
    if cents == given_back:
        assert (street.at_stripe(order), bills.booked_cents(order.bill_id)) == ([cents], 0)
        assert flag_of(order) is None
        assert ["Remboursement" in one.subject for one in letters].count(True) == 1


def test_money_that_differs_after_the_end_is_told_and_decided_too(app, client, now, wrong):
    street = open_street(client, places=1)
    order = street.order()
    after_its_time(now)
    wrong(1000)
    street.pays(order, late=True)
    letters = street.settle()

    assert (fresh(order).status, flag_of(order)) == (OrderStatus.EXPIRED, "amount_mismatch")
    page = street.page(order)
    assert "Nous avons reçu 10,00 €" in page and "débité" not in page
    assert len(letters) == 1
    desk = desk_of(street, client)
    sold_on = make.paid_order(street.product, email="eve@example.org")
    answer = desk(f"orders/{order.code}/acceptance", x="y")
    assert answer.status_code == 409 and "ont été revendues" in answer.text
    desk(f"orders/{sold_on.code}/refunds", what="order", reason="malade")
    assert desk(f"orders/{order.code}/acceptance", x="y").status_code == 302
    assert (fresh(order).status, street.taken()) == (OrderStatus.PAID, {1})


def test_money_that_differs_for_a_cancelled_order_goes_back(street, wrong):
    wrong(1000)
    order = street.order()
    orders.cancel(order.id, actor="test", reason="erreur")
    street.pays(order)
    street.settle()
    assert (street.at_stripe(order), street.taken()) == ([1000], {0})


def test_a_late_payment_that_went_back_is_not_called_nothing(app, client, now):
    street = open_street(client, places=1)
    order = street.order()
    after_its_time(now)
    assert "Rien n’a été débité" in street.page(order)
    make.paid_order(street.product, email="eve@example.org")
    street.pays(order, late=True)
    street.settle()
    page = street.page(order)
    assert "Votre paiement vous est rendu" in page and "débité" not in page


def test_the_list_of_the_desk_costs_the_same_with_many(street, client, wrong, statements):
    wrong(1000)
    desk = desk_of(street, client)

    def count() -> int:
        desk("orders")
        statements.clear()
        desk("orders")
        return len(statements)

    first = street.order()
    street.pays(first)
    street.settle()
    one = count()
    for number in range(3):
        order = street.order(email=f"p{number}@example.org")
        street.pays(order)
    street.settle()
    assert count() == one


def test_money_that_differs_goes_back_when_its_event_is_cancelled(street, wrong):
    wrong(1000)
    order = street.order()
    street.pays(order)
    street.settle()
    cancel_event()

    withdrawal.withdraw_due()
    letters = street.settle()

    assert fresh(order).status is OrderStatus.CANCELLED
    assert (street.at_stripe(order), bills.kept_cents(order.bill_id)) == ([1000], 0)
    assert (street.taken(), flag_of(order)) == ({0}, "refunded_withdrawn")
    said = plain("".join(one.text for one in letters))
    assert "Votre paiement vous est rendu" in said and "Le montant revient sur" in said
    assert street.settle() == [] and queries.unbalanced_quotas() == []


def test_money_that_differs_goes_back_when_the_desk_gives_its_order_up(
    street,
    client,
    wrong,
):
    wrong(1000)
    order = street.order()
    street.pays(order)
    street.settle()
    desk = desk_of(street, client)

    assert desk(f"orders/{order.code}/cancellations", reason="doublon").status_code == 302
    letters = street.settle()

    assert fresh(order).status is OrderStatus.CANCELLED
    assert (street.at_stripe(order), bills.kept_cents(order.bill_id)) == ([1000], 0)
    assert street.taken() == {0}
    assert "Votre paiement vous est rendu" in plain("".join(one.text for one in letters))


@pytest.mark.parametrize("expired", [False, True])
def test_no_ticket_is_given_for_it_once_the_event_is_cancelled(
    street,
    client,
    now,
    wrong,
    expired,
):
    order = street.order()
    if expired:
        now(minutes=40)
        payments.sweep()
        orders.expire_due()
    wrong(1000)
    street.pays(order, late=expired)
    street.settle()
    cancel_event()

    answer = desk_of(street, client)(f"orders/{order.code}/acceptance", x="y")

    assert answer.status_code == 409 and "annulé" in answer.text
    assert fresh(order).tickets == []
