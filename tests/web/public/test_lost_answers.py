"""The answer is lost, the form is sent again: one order, and the page that says where it stands."""

import pytest
from sqlalchemy import func, select

from eventsapp.domain.billing.money import payments
from eventsapp.domain.billing.money.models import Payment
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales import holds, orders, queries
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.gateways.stripe_account import sandbox
from eventsapp.kernel.db import db
from tests import make

FORM = {"email": "ada@mail.example", "terms": "y", "shown_total": "3800", "first-0-0": "Ada"}


@pytest.fixture
def tariff(client):
    series = make.series(slug="essai")
    tariff = make.product(make.event(series, free=False), places=20)
    releases.publish(series.id, actor="test")
    return tariff


@pytest.fixture
def form(client, tariff):
    """What the form of a buyer with two places sends, his hold included."""
    client.post("/fr/essai/hold", data={f"qty-{tariff.id}": "2"})
    page = client.get("/fr/essai/checkout")
    assert page.headers["Cache-Control"] == "no-store"
    secret = client.get_cookie("hold").value
    assert f'name="hold" value="{secret}"' in page.text
    return FORM | {"hold": secret}


def order(client, form):
    return client.post("/fr/essai/checkout", data=form)


def only():
    return db.session.scalars(select(Order).execution_options(populate_existing=True)).one()


def paid(now):
    payment = db.session.scalars(select(Payment)).one()
    sandbox().pay(payment.session_id)
    payments.look_and_confirm(payment.id)
    return OrderStatus.PAID, "Commande payée"


def expired(now):
    now(minutes=40)
    payments.sweep()
    orders.expire_due()
    return OrderStatus.EXPIRED, "Commande expirée"


def cancelled(now):
    orders.cancel(only().id, actor="test", reason="x")
    return OrderStatus.CANCELLED, "Commande annulée"


def long_ago(now):
    paid(now)
    now(days=3)
    return OrderStatus.PAID, "Commande payée"


@pytest.mark.parametrize("cookie", ["kept", "lost"])
@pytest.mark.parametrize("since", [paid, expired, cancelled, long_ago])
def test_the_form_sent_again_leads_to_its_order_whatever_became_of_it(
    client, form, now, since, cookie
):
    order(client, form)
    if cookie == "kept":
        client.set_cookie("hold", form["hold"])
    status, said = since(now)

    again = order(client, form)

    assert again.status_code == 303
    assert said in client.get(again.location).text
    assert only().status is status
    assert queries.unbalanced_quotas() == []


def test_the_form_sent_again_at_once_leads_to_the_same_payment(client, form):
    first = order(client, form)

    assert order(client, form).location == first.location
    assert db.session.scalar(select(func.count(Order.id))) == 1


def test_a_form_orders_what_it_showed_and_leaves_the_basket_of_another_tab(client, form, tariff):
    client.delete_cookie("hold")
    client.post("/fr/essai/hold", data={f"qty-{tariff.id}": "1"})
    other = client.get_cookie("hold").value

    assert order(client, form).status_code == 303

    assert only().total_cents == 3800
    assert client.get_cookie("hold").value == other
    assert holds.living(other) is not None


def test_who_chooses_again_after_a_lost_answer_finds_his_order(client, form, tariff):
    order(client, form)
    client.set_cookie("hold", form["hold"])

    again = client.post("/fr/essai/hold", data={f"qty-{tariff.id}": "2"})

    assert again.status_code == 303
    assert "Vous aviez déjà fait cette commande" in client.get(again.location).text
    assert client.get_cookie("hold") is None
    assert only().total_cents == 3800
    # Whoever wants more takes it now, knowing.
    client.post("/fr/essai/hold", data={f"qty-{tariff.id}": "1"})
    assert client.get("/fr/essai/checkout").status_code == 200


def test_who_chooses_again_after_an_expired_order_is_not_held_up(client, form, tariff, now):
    order(client, form)
    expired(now)
    client.set_cookie("hold", form["hold"])

    client.post("/fr/essai/hold", data={f"qty-{tariff.id}": "2"})

    assert client.get("/fr/essai/checkout").status_code == 200


def test_places_that_became_no_order_say_so(client, form, now):
    now(minutes=20)
    assert "aucune n’a été faite" in order(client, form).text

    client.delete_cookie("hold")
    unknown = order(client, FORM)
    assert (unknown.status_code, "la commande tient" in unknown.text) == (410, True)
