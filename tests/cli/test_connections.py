"""What surrounds an installation, and what is wrong with it, in words that say what to change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import dns.resolver
import pytest
import requests
from sqlalchemy import update
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from eventsapp.cli import connections
from eventsapp.domain.billing.money.models import Payment
from eventsapp.domain.ticketing.sales import checkout
from eventsapp.gateways import arrival, sender_records
from eventsapp.gateways.signing_key import signing_key
from eventsapp.kernel import clock, secrets
from eventsapp.kernel.transaction import transaction
from eventsapp.settings import use
from tests import make

BASE = "https://tickets.example.org"


@pytest.fixture
def production(app):
    def with_(**given):
        settings = {"env": "production", "base_url": BASE, "trusted_proxies": 1} | given
        use(replace(app.extensions["settings"], **settings))

    with_()
    return with_


@pytest.fixture
def stands_before(app, monkeypatch, production):
    """Put proxies between the public address and the application, and trust some."""

    def put(*proxies, trusted):
        production(trusted_proxies=trusted)
        inner = app.wsgi_app
        if trusted:
            inner = ProxyFix(inner, x_for=trusted, x_proto=trusted, x_host=trusted)
        client = Client(inner)

        def get(url, *, params, headers, **_given):
            passed = dict(headers)
            for proxy in proxies:
                passed = proxy(passed)
            seen = client.get(
                url.removeprefix(BASE),
                query_string=params,
                headers=passed,
                environ_base={"REMOTE_ADDR": "10.0.0.1"},
            )
            answer = requests.Response()
            answer.status_code, answer._content = seen.status_code, seen.data
            return answer

        monkeypatch.setattr(requests, "get", get)
        return connections.visitors()

    return put


ARRIVES_AS = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "tickets.example.org"}


def adds(headers):
    """Appends whom it saw, as nginx does with ``$proxy_add_x_forwarded_for``."""
    before = headers.get("X-Forwarded-For")
    seen = "203.0.113.5"
    return headers | ARRIVES_AS | {"X-Forwarded-For": f"{before}, {seen}" if before else seen}


def begins(headers):
    """Throws away what the visitor claims."""
    return headers | ARRIVES_AS | {"X-Forwarded-For": "203.0.113.5"}


def silent(headers):
    return headers | {"X-Forwarded-For": "203.0.113.5", "Host": "127.0.0.1:8000"}


@pytest.mark.parametrize("proxy", [adds, begins])
def test_the_right_number_of_proxies_has_no_complaint(stands_before, proxy):
    assert stands_before(proxy, trusted=1) == ""


def test_a_proxy_that_nobody_counts_is_named(stands_before):
    assert "EVENTSAPP_TRUSTED_PROXIES is 0" in stands_before(adds, trusted=0)
    assert "proxies before the server: 2;" in stands_before(adds, adds, trusted=1)


def test_a_proxy_that_is_counted_and_not_there_lets_visitors_forge(stands_before):
    assert "may forge" in stands_before(adds, trusted=2)
    assert "may forge" in stands_before(trusted=1)


def test_a_proxy_that_hides_the_address_is_named(stands_before):
    assert "seen as http://127.0.0.1:8000" in stands_before(silent, trusted=1)


def test_an_address_where_nobody_answers_is_named(production, monkeypatch):
    def refuse(*_given, **_more):
        raise requests.ConnectionError("refused")

    monkeypatch.setattr(requests, "get", refuse)
    assert "was not reached from here" in connections.visitors()


def test_only_the_doctor_is_told_what_a_request_looks_like(client):
    for by in ("", "guess", secrets.sign("other", "x")):
        assert client.get("/healthz/arrival", query_string={"by": by}).status_code == 404
    seen = client.get("/healthz/arrival", query_string={"by": secrets.sign("arrival", "x")})
    assert seen.json["address"] == "127.0.0.1"


def test_the_demo_asks_nobody(app, monkeypatch):
    monkeypatch.setattr(arrival, "look", None)
    monkeypatch.setattr(sender_records, "look_up", None)
    assert connections.visitors() == connections.sender() == ""


@pytest.fixture
def zone(monkeypatch):
    """A zone of TXT records; what is not in it does not exist."""
    records = {}

    def resolve(name, kind, lifetime):
        assert kind == "TXT" and lifetime <= 5
        if name not in records:
            raise dns.resolver.NXDOMAIN
        return [SimpleNamespace(strings=[part.encode() for part in records[name]])]

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    return records


def test_the_records_of_the_senders_domain_are_asked_for(production, zone):
    production(mail_from="Tickets <tickets@mail.example.org>")
    assert connections.sender() == (
        "mail.example.org has no SPF, no DMARC, no DKIM (DKIM: under no usual selector)"
    )
    zone["mail.example.org"] = ["v=spf1 include:", "example.net -all"]  # one record in two parts
    zone["_dmarc.example.org"] = ["v=DMARC1; p=quarantine"]  # of the domain above
    assert connections.sender() == ("mail.example.org has no DKIM (DKIM: under no usual selector)")
    zone["s1._domainkey.mail.example.org"] = ["v=DKIM1; p=abc"]
    assert connections.sender() == ""


def test_another_text_is_no_record_of_the_sender(production, zone):
    production(mail_from="tickets@example.org")
    zone["example.org"] = ["google-site-verification=v=spf1"]
    assert "no SPF" in connections.sender()


def test_name_servers_that_do_not_answer_prove_nothing(production, monkeypatch):
    def late(*_given, **_more):
        raise dns.resolver.LifetimeTimeout(timeout=4, errors=[])

    monkeypatch.setattr(dns.resolver, "resolve", late)
    assert "did not answer" in connections.sender()


@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        ("rk_live_x", ""),
        ("", ""),
        ("rk_test_x", "test mode"),
        ("sk_live_x", "unrestricted"),
    ],
)
def test_the_key_to_sell_with_is_live_and_restricted(production, key, complaint):
    production(stripe_api_key=key)
    found = connections.key_of_stripe()
    assert complaint in found and bool(found) == bool(complaint)


def test_whose_clock_is_wrong_is_named(app, production, monkeypatch):
    production(stripe_api_key="rk_live_x")
    there = SimpleNamespace(is_open=lambda: datetime.now(UTC) + timedelta(minutes=5))
    monkeypatch.setattr(connections, "stripe_account", lambda: there)
    clock.freeze(datetime.now(UTC))
    assert connections.clocks() == "Stripe is +300 s away"
    there.is_open = lambda: clock.now()
    assert connections.clocks() == ""
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        clock.freeze(datetime.now(UTC) + timedelta(minutes=2))
        assert connections.clocks().startswith("the database is -1")


def test_a_key_that_others_can_read_is_named(app, production, tmp_path):
    production(data_dir=tmp_path)
    signing_key(tmp_path)
    assert connections.private_files() == ""
    (tmp_path / "ticket-signing-key").chmod(0o640)
    assert connections.private_files() == str(tmp_path / "ticket-signing-key")


def test_a_payment_page_on_a_domain_that_forms_may_not_lead_to_is_named(app, request):
    checkout.start_payment(make.web_order(make.product(price_cents=900)).id, return_url=BASE)
    with transaction() as session:
        session.execute(update(Payment).values(session_url="https://pay.example.org/c/pay/cs_1"))
    production = request.getfixturevalue("production")
    production(stripe_api_key="rk_live_x")
    assert connections.payment_pages().endswith("EVENTSAPP_STRIPE_CHECKOUT=https://pay.example.org")
    production(stripe_api_key="rk_live_x", stripe_checkout="https://pay.example.org")
    assert connections.payment_pages() == ""
