"""A line a request: its number, its route, never the address that was typed."""

import logging
from dataclasses import replace

import pytest

from eventsapp import settings
from eventsapp.domain.programme import releases
from eventsapp.kernel import log
from eventsapp.web import health
from tests import make


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, logger=log.REQUESTS)
    return lambda: [one.getMessage() for one in caplog.records if one.name == log.REQUESTS]


def test_a_request_is_told_by_its_route_and_found_by_its_number(client, lines, caplog):
    product = make.product()
    releases.publish(product.series_id, actor="test")
    order = make.web_order(product)
    page = f"/fr/{product.event.series.slug}/orders/{order.code}/{order.secret}"

    answer = client.get(page)

    assert answer.status_code == 200
    [line] = lines()
    assert line.startswith(
        f"GET /<lang>/<series>/orders/<code>/<secret> {product.event.series.slug} 200 "
    )
    assert order.secret not in line and order.code not in line
    assert caplog.records[-1].route == "/<lang>/<series>/orders/<code>/<secret>"
    assert len(answer.headers["X-Request-ID"]) == 16
    assert log.now() == log.NOTHING  # what this thread says later is of no request
    assert client.get(page).headers["X-Request-ID"] != answer.headers["X-Request-ID"]


def test_what_is_refused_is_told_too_and_what_is_asked_all_day_is_not(client, lines):
    for path in ("/fr/nowhere/", "/healthz", "/static/css/base.css", "/organizer/"):
        client.get(path)
    told = [line.rsplit(" ", 2)[0] for line in lines()]
    assert told == ["GET /<lang>/<series>/ nowhere 404", "GET /organizer/ - 302"]


@pytest.mark.parametrize(
    ("proxies", "given", "kept"),
    [
        (1, "0123456789abcdef0123456789abcdef", True),
        (0, "0123456789abcdef0123456789abcdef", False),  # a visitor's own
        (1, "short", False),
        (1, "a line\twith more than a name", False),
        (1, "x" * 65, False),
    ],
)
def test_the_number_of_the_proxy_is_kept(app, client, proxies, given, kept):
    settings.use(replace(app.extensions["settings"], trusted_proxies=proxies))
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is kept


@pytest.fixture
def broken(monkeypatch, app):
    def fail():
        raise ZeroDivisionError("ada@example.org")

    # An error of ours is answered as in production, not raised into the test.
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.view_functions, f"{health.blueprint.name}.robots", fail)


def test_who_meets_an_error_is_given_its_number(client, broken, caplog):
    page = client.get("/robots.txt")
    assert page.status_code == 500
    assert page.headers["X-Request-ID"] in page.text
    [record] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert record.getMessage() == "unexpected error: ZeroDivisionError"

    told = client.get("/robots.txt", headers={"Accept": "application/json"})
    assert told.json["request"] == told.headers["X-Request-ID"]


def test_a_refusal_has_no_number_to_give(client):
    answer = client.get("/fr/nowhere/")
    assert answer.status_code == 404 and answer.headers["X-Request-ID"] not in answer.text
