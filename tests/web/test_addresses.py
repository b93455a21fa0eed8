"""Addresses that leave the server name the server, whatever the request calls it; and a network is
what one house gets."""

from dataclasses import replace

import pytest

from eventsapp import settings
from eventsapp.domain.billing.money.models import Payment
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel.db import db
from eventsapp.web import access
from tests import make

EVIL = {"Host": "evil.example", "Origin": "http://evil.example"}


@pytest.fixture
def product(app):
    made = make.product()
    releases.publish(made.series_id, actor="test")
    return made


def pages_of(payment, order, series):
    page = f"http://localhost/fr/{series}/orders/{order.code}/{order.secret}"
    return (payment.return_url, payment.cancel_url) == (f"{page}?retour=1", page)


def test_the_buyer_comes_back_to_us_whatever_host_was_asked(client, product):
    order, series = make.web_order(product, 1), product.event.series.slug
    page = f"/fr/{series}/orders/{order.code}/{order.secret}"

    answer = client.post(f"{page}/payments", headers=EVIL)

    assert answer.status_code == 303
    assert pages_of(db.session.query(Payment).one(), order, series)


def test_whoever_orders_at_another_host_comes_back_to_us_too(client, product):
    series = product.event.series.slug
    client.post(f"/fr/{series}/hold", data={f"qty-{product.id}": "1"}, headers=EVIL)
    form = {"email": "ada@example.org", "terms": "y", "shown_total": "1900"}

    answer = client.post(f"/fr/{series}/checkout", data=form, headers=EVIL)

    assert answer.status_code == 303 and "/sandbox-stripe/pay/" in answer.location
    assert pages_of(db.session.query(Payment).one(), db.session.query(Order).one(), series)


@pytest.mark.parametrize("path", ["/fr/{series}/", "/fr/{series}/schedule.ics", "/fr/sign-in",
                                  "/.well-known/security.txt", "/api/v1/openapi.json"])  # fmt: skip
def test_no_page_repeats_the_host_of_a_request(client, product, path):
    answer = client.get(path.format(series=product.event.series.slug), headers=EVIL)

    assert answer.status_code == 200
    assert "evil.example" not in answer.text
    assert "evil.example" not in str(answer.headers)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("not an address", "unknown"),
    ],
)
def test_a_network_is_an_address_or_the_half_of_one(app, address, network):
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert access.network() == network


@pytest.mark.parametrize(
    ("address", "proxies", "network"),
    [
        ("203.0.113.7", 0, "203.0.113.7"),
        ("127.0.0.1", 0, None),
        ("::1", 0, None),
        ("127.0.0.1", 1, "127.0.0.1"),
    ],
)
def test_a_visitor_from_this_machine_is_nobody_in_particular(app, address, proxies, network):
    settings.use(replace(app.extensions["settings"], trusted_proxies=proxies))
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert access.visitor_network() == network
