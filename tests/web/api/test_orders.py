"""Orders by program: one request, one order, the right refusal with its code."""

import json

import pytest
from sqlalchemy import func, select

from eventsapp import settings
from eventsapp.domain.accounts import api_keys
from eventsapp.domain.billing.money.models import LedgerEntry, Payment
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.asking.models import AskedQuestion, GivenAnswer
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import tokens
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.gateways import signing_key
from eventsapp.kernel import memory
from eventsapp.kernel.db import db
from tests import make

ALL = list(api_keys.SCOPES)


class Program:
    """A client with a key."""

    def __init__(self, client, series, scopes=ALL):
        self.client, self.slug = client, series.slug
        self.key = api_keys.create(
            "test", series_id=series.id, organisation_id=series.organisation_id, scopes=scopes
        )

    def post(self, path, body, **headers):
        return self.client.post(
            f"/api/v1{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.key}", "Origin": "", **headers},
        )

    def get(self, path):
        return self.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.key}"})

    def order(self, body, **headers):
        return self.post(f"/series/{self.slug}/orders", body, **headers)


@pytest.fixture
def sale(app, client):
    event = make.event(slug="ouverture")
    product = make.product(event, places=3, code="STD")
    releases.publish(event.series_id, actor="test")
    return Program(client, event.series), product


def body(count=1, **given):
    people = [{"first_name": "Ada", "last_name": f"N{n}"} for n in range(count)]
    return {
        "email": "ada@example.org",
        "payment": "offline",
        "lines": [{"event": "ouverture", "product": "STD", "attendees": people}],
    } | given


def line(**given):
    return {"event": "ouverture", "product": "STD", "attendees": [{}]} | given


def test_an_offline_order_is_paid_and_has_signed_tickets(sale):
    program, product = sale
    answer = program.order(body(2))
    assert answer.status_code == 201
    order = answer.json
    assert (order["status"], order["total_cents"], order["currency"]) == ("paid", 3800, "EUR")
    assert [one["status"] for one in order["tickets"]] == ["valid", "valid"]
    keys = signing_key.public_keys(settings.current().data_dir)
    for one in order["tickets"]:
        payload = tokens.verify(one["token"], keys)
        assert payload.ticket_id.hex() == one["id"] and payload.event == product.event_id
    assert program.get(f"/orders/{order['code']}").json == order


def test_a_stripe_order_waits_with_its_payment_page(sale):
    program, _product = sale
    order = program.order(body(payment="stripe")).json
    assert order["status"] == "awaiting_payment" and order["tickets"] == []
    assert "/sandbox-stripe/pay/" in order["payment_url"]


def test_a_buyer_comes_back_to_the_site_wherever_the_program_asks(sale):
    program, _product = sale

    program.order(body(payment="stripe"), Host="tickets.internal:8000")

    address = db.session.scalar(select(Payment.return_url))
    assert address.startswith(f"{settings.current().base_url}/fr/{program.slug}/orders/")


def test_sold_out_says_what_is_left_and_takes_nothing(sale):
    program, _product = sale
    answer = program.order(body(4))
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert {key: answer.json[key] for key in ("code", "wanted", "left")} == {
        "code": "sold_out",
        "wanted": 4,
        "left": 3,
    }
    assert db.session.scalar(select(func.sum(Quota.taken))) == 0


def test_the_same_key_gives_the_same_answer_and_one_order(sale):
    program, _product = sale
    answers = [program.order(body(), **{"Idempotency-Key": "k1"}) for _ in range(3)]
    assert [one.status_code for one in answers] == [201] * 3
    assert answers[0].json == answers[1].json == answers[2].json
    assert db.session.scalar(select(func.count(Order.id))) == 1
    other = program.order(body(2), **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")


def test_a_refused_order_frees_its_key(sale):
    program, _product = sale
    assert program.order(body(4), **{"Idempotency-Key": "k"}).status_code == 409
    assert program.order(body(4), **{"Idempotency-Key": "k"}).status_code == 409


def test_a_key_that_refunded_one_order_refunds_no_other(sale):
    program, _product = sale
    one, other = program.order(body()).json["code"], program.order(body()).json["code"]
    asked, key = {"reason": "malade"}, {"Idempotency-Key": "k"}

    done = program.post(f"/orders/{one}/refunds", asked, **key)
    refused = program.post(f"/orders/{other}/refunds", asked, **key)

    assert (done.status_code, done.json["amount_cents"]) == (201, 1900)
    assert (refused.status_code, refused.json["code"]) == (422, "idempotency_key_reused")


def test_keys_are_told_apart_to_their_end_and_a_blank_one_is_none(sale):
    program, _product = sale

    long = program.order(body(), **{"Idempotency-Key": "k" * 201})
    blank = [program.order(body(), **{"Idempotency-Key": " "}) for _ in range(2)]

    assert (long.status_code, long.json["code"]) == (422, "invalid_request")
    assert long.json["errors"][0]["field"] == "Idempotency-Key"
    assert blank[0].json["code"] != blank[1].json["code"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"email": "nobody"}, "bad_address"),
        ({"payment": "gold"}, "invalid_request"),
        ({"locale": "xx"}, "invalid_request"),
        ({"lines": []}, "invalid_request"),
        ({"lines": [{"event": "ouverture", "product": "STD", "attendees": []}]}, "invalid_request"),
        ({"lines": [{"event": "x", "product": "STD", "attendees": [{}]}]}, "unknown_product"),
        ({"lines": [{"event": "ouverture", "product": "X", "attendees": [{}]}]}, "unknown_product"),
        ({"surprise": 1}, "invalid_request"),
        ({"discount": "a\0"}, "invalid_request"),
        ({"lines": [line(attendees=[{"company": "a\0b"}])]}, "invalid_request"),
        ({"lines": [line(event="²")]}, "unknown_product"),
        ({"lines": [line(event="9" * 5000)]}, "unknown_product"),
        ({"lines": [line(slot=7)]}, "slot_missing"),
        ({"lines": [line(slot=2**70)]}, "slot_missing"),
        ({"notify": "yes"}, "invalid_request"),
        ({"payment": "free"}, "not_free"),
        ({"discount": "NOPE"}, "discount_unknown"),
    ],
)
def test_wrong_bodies_are_refused_with_their_code(sale, wrong, code):
    program, _product = sale
    answer = program.order(body() | wrong)
    assert answer.json["code"] == code and 400 <= answer.status_code < 500
    assert db.session.scalar(select(func.count(Order.id))) == 0


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", None])
def test_json_is_json_whatever_the_client_calls_it(sale, kind):
    program, _product = sale
    headers = {"Authorization": f"Bearer {program.key}"}

    answer = program.client.post(
        f"/api/v1/series/{program.slug}/orders",
        data=json.dumps(body()),
        content_type=kind,
        headers=headers,
    )

    assert (answer.status_code, answer.json["status"]) == (201, "paid")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff", b'{"lines": ' + b"[" * 5000])
def test_bodies_that_are_no_json_are_refused(sale, raw):
    program, _product = sale
    answer = program.client.post(
        f"/api/v1/series/{program.slug}/orders",
        data=raw,
        headers={"Authorization": f"Bearer {program.key}"},
    )
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_request")


def test_keys_open_their_scopes_and_their_series_alone(sale, client):
    program, _product = sale
    series = db.session.get(type(_product.event.series), _product.series_id)
    reader = Program(client, series, ["orders:read"])
    assert reader.order(body()).json["code"] == "scope_missing"
    seller = Program(client, series, ["orders:write"])
    assert seller.order(body()).json["scope"] == "orders:offline"
    order = program.order(body()).json
    foreign = make.event()
    releases.publish(foreign.series_id, actor="test")
    stranger = Program(client, foreign.series)
    assert stranger.get(f"/orders/{order['code']}").status_code == 404
    assert stranger.post(f"/series/{program.slug}/orders", body()).status_code == 404
    wrong = client.get("/api/v1/orders/X", headers={"Authorization": "Bearer nope"})
    assert (wrong.status_code, wrong.json["code"]) == (401, "key_refused")


def test_refunds_by_ticket_and_in_whole(sale):
    program, _product = sale
    order = program.order(body(2)).json
    path = f"/orders/{order['code']}/refunds"
    one = program.post(path, {"tickets": [order["tickets"][0]["id"]], "reason": "malade"})
    assert (one.status_code, one.json["amount_cents"]) == (201, 1900)
    again = program.post(path, {"tickets": [order["tickets"][0]["id"]], "reason": "malade"})
    assert (again.status_code, again.json["code"]) == (409, "nothing_to_refund")
    rest = program.post(path, {"reason": "annulé"})
    assert rest.json["amount_cents"] == 1900
    statuses = [one["status"] for one in program.get(f"/orders/{order['code']}").json["tickets"]]
    assert statuses == ["void", "void"]
    assert db.session.scalar(select(func.count(LedgerEntry.id))) == 1


def test_a_refund_names_tickets_or_an_amount_not_both(sale):
    program, _product = sale
    order = program.order(body(2)).json
    both = {"tickets": [order["tickets"][0]["id"]], "amount_cents": 5, "reason": "malade"}

    answer = program.post(f"/orders/{order['code']}/refunds", both)

    assert (answer.status_code, answer.json["code"]) == (422, "invalid_request")
    statuses = [one["status"] for one in program.get(f"/orders/{order['code']}").json["tickets"]]
    assert statuses == ["valid", "valid"]


def test_events_are_public_and_count_what_is_left(sale):
    program, _product = sale
    program.order(body(2))
    answer = program.client.get(f"/api/v1/series/{program.slug}/events")
    (event,) = answer.json["events"]
    assert event["slug"] == "ouverture" and event["starts_at"] == "2026-09-24T19:30:00+02:00"
    assert event["venue"] is None
    assert event["products"] == [
        {
            "code": "STD",
            "name": event["products"][0]["name"],
            "price_cents": 1900,
            "currency": "EUR",
            "available": 1,
        }
    ]


def test_the_documentation_describes_every_route(app, client):
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    described = {
        (method.upper(), "/api/v1" + path)
        for path, methods in document["paths"].items()
        for method in methods
    }
    routed = {
        (method, rule.rule.replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert described == routed


def test_the_documentation_names_what_is_taken(app, client):
    document = client.get("/api/v1/openapi.json").json
    order = document["components"]["schemas"]["OrderIn"]["properties"]
    people = document["paths"]["/series/{series}/attendees"]["get"]

    assert order["payment"]["enum"] == ["free", "offline", "stripe", "transfer"]
    assert order["locale"]["enum"] == ["fr", "en"]
    assert (order["lines"]["minItems"], order["lines"]["maxItems"]) == (1, 50)
    assert {one["name"]: one["schema"]["type"] for one in people["parameters"][1:]} == {
        "event": "string",
        "after": "integer",
        "limit": "integer",
    }
    assert list(people["responses"]["200"]["content"]) == [
        "application/json",
        "application/x-ndjson",
    ]
    for methods in document["paths"].values():
        for described in methods.values():
            problem = described["responses"]["default"]["content"]["application/problem+json"]
            assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_an_order_stays_within_its_statements(sale, statements):
    program, _product = sale
    program.order(body())
    del statements[:]
    assert program.order(body()).status_code == 201
    counted = [text for text in statements if not text.startswith(("BEGIN", "COMMIT"))]
    assert len(counted) <= 13, "\n".join(text[:80] for text in counted)


def test_an_order_with_a_page_of_payment_stays_within_its_statements(sale, statements):
    program, _product = sale
    program.order(body(payment="stripe"))
    statements.clear()
    assert program.order(body(payment="stripe")).json["payment_url"]
    counted = [text for text in statements if not text.startswith(("BEGIN", "COMMIT"))]
    # Two of them ask whether the sandbox may sell, which no production does.
    assert len(counted) <= 23, "\n".join(text[:80] for text in counted)


def test_a_code_that_a_tariff_gave_up_sells_it_no_more(sale):
    program, product = sale
    wrong = body() | {"payment": "free"}
    assert program.order(wrong).status_code == 422  # it is not free; its code was looked up
    make.changed(product, code="PLEIN")
    memory.forget_everything()

    answer = program.order(body())

    assert (answer.status_code, answer.json["code"]) == (404, "unknown_product")


def test_a_program_reads_what_is_asked_and_answers_it(sale):
    program, product = sale
    series = product.event.series
    meal = make.question(series, "choice", label_fr="Repas", required=True)
    make.question(series, label_fr="Lequel", when=(meal.id, "oui"), tariff=product)
    make.question(series, "number", label_fr="Âge", event=product.event)
    make.question(series, "consent", label_fr="Photos", per_order=True)
    asked = program.get(f"/series/{series.slug}/questions").json["questions"]
    assert [(one["key"], one["kind"], one["of"]) for one in asked] == [
        ("repas", "choice", "attendee"), ("photos", "consent", "order"),
        ("age", "number", "attendee"), ("lequel", "line", "attendee"),
    ]  # fmt: skip
    assert asked[0]["choices"][0] == {"id": "oui", "label": {"fr": "Oui", "en": "Yes"}}
    assert asked[3]["when"] == {"question": "repas", "choices": ["oui"]}
    assert (asked[3]["event"], asked[3]["product"]) == (product.event_id, "STD")

    missing = program.order(body(2))
    assert (missing.status_code, missing.json["code"]) == (422, "answers_missing")
    assert [(one["question"], one["line"], one["attendee"], one["code"]) for one in
            missing.json["problems"]] == [
        ("repas", 0, 0, "required"), ("repas", 0, 1, "required"),
    ]  # fmt: skip
    assert "Repas" in missing.json["detail"]

    people = [
        {"first_name": "Ada", "answers": {"repas": "oui", "lequel": "soupe", "age": 36}},
        {"first_name": "Grace", "answers": {"repas": "non"}},
    ]
    whole = body() | {"answers": {"photos": True}}
    whole["lines"][0]["attendees"] = people
    assert program.order(whole).status_code == 201
    rows = db.session.execute(
        select(AskedQuestion.key, GivenAnswer.place, GivenAnswer.value)
        .join(AskedQuestion, AskedQuestion.id == GivenAnswer.question_id)
        .order_by(AskedQuestion.id, GivenAnswer.place)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("repas", 0, "oui"), ("repas", 1, "non"), ("lequel", 0, "soupe"), ("age", 0, "36"),
        ("photos", None, "yes"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "code"), [({"repas": "autre"}, "not_a_choice"), ({"rien": "x"}, "not_asked")]
)
def test_an_answer_to_nothing_or_with_nothing_of_the_list_is_refused(sale, answers, code):
    program, product = sale
    make.question(product.event.series, "choice", label_fr="Repas")
    wanted = body()
    wanted["lines"][0]["attendees"] = [{"answers": answers}]

    refused = program.order(wanted)

    assert (refused.status_code, refused.json["problems"][0]["code"]) == (422, code)
    assert db.session.scalar(select(func.count(Order.id))) == 0
