"""Scans by API: the contract's words, one verdict per uuid, nothing lost in a batch."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.accounts import api_keys
from eventsapp.domain.checkin import scanning
from eventsapp.domain.checkin.lookup import GateRef
from eventsapp.domain.checkin.models import Scan, StrayScan
from eventsapp.domain.ticketing.sales.models import TicketStatus
from tests import make
from tests.domain.checkin import world

DOORS = datetime(2026, 9, 24, 17, 0, tzinfo=UTC)


@pytest.fixture
def evening(now):
    event = make.event()
    now(DOORS + timedelta(minutes=42))
    return event


@pytest.fixture
def gate(evening):
    return world.gate(evening)


@pytest.fixture
def ask(app, client, evening):
    def ask(path, body, scopes=("scans:write",), **headers):
        key = api_keys.create(
            "scanner",
            series_id=evening.series_id,
            organisation_id=evening.organisation_id,
            scopes=list(scopes),
        )
        headers = {"Authorization": f"Bearer {key}", **headers}
        # As in a server: every request has a context of its own.
        with app.app_context():
            return client.post(f"/api/v1{path}", json=body, headers=headers)

    return ask


def body(text, **given):
    return {"uuid": "11111111-1111", "token": text, "gate": "Porte Nord", "kind": "entry"} | given


def test_accepted_then_already_in(ask, evening, gate, now):
    ticket = world.ticket(evening)
    first = ask("/scans", body(world.token(ticket)))
    now(minutes=3)
    second = ask("/scans", body(world.token(ticket), uuid="2", gate="porte-nord"))

    assert (first.status_code, first.json["verdict"], first.json["class"]) == (
        200,
        "accepted",
        "first",
    )
    assert first.json["reason"] is None
    assert first.json["ticket"]["id"] == ticket.public_id
    assert (second.json["verdict"], second.json["reason"], second.json["class"]) == (
        "refused",
        "already_in",
        "again",
    )
    assert second.json["first_entry"] == {"at": "2026-09-24T19:42:00+02:00", "gate": "Porte Nord"}


def test_the_same_uuid_gets_the_same_verdict(ask, evening, gate):
    text = world.token(world.ticket(evening))

    answers = [ask("/scans", body(text)).json["verdict"] for _ in range(3)]

    assert answers == ["accepted"] * 3
    assert len(world.fresh(Scan)) == 1


def test_a_uuid_with_another_code_answers_for_the_first_one(ask, evening, gate):
    world.gate(evening, "Porte Sud")
    ada, eve = world.ticket(evening), world.ticket(evening)
    first = ask("/scans", body(world.token(ada))).json

    second = ask("/scans", body(world.token(eve), gate="Porte Sud", kind="exit")).json
    third = ask("/scans", body("no ticket at all")).json

    assert first["ticket"]["id"] == ada.public_id
    assert second == third == first
    assert len(world.fresh(Scan)) == 1


def test_a_uuid_of_another_series_admits_nobody(ask, evening, gate):
    elsewhere = make.event()
    world.gate(elsewhere, "Porte Est")
    scanning.scan(
        scanning.Code(
            uuid="1",
            token=world.token(world.ticket(elsewhere)),
            gate=GateRef(series_id=elsewhere.series_id, name="Porte Est"),
            source="test",
        )
    )

    answer = ask("/scans", body(world.token(world.ticket(evening)), uuid="1"))

    assert (answer.status_code, answer.json["code"]) == (409, "scan_uuid_taken")


def test_an_idempotency_key_with_another_body_is_refused(ask, evening, gate, client):
    key = api_keys.create(
        "s",
        series_id=evening.series_id,
        organisation_id=evening.organisation_id,
        scopes=["scans:write"],
    )
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "k1"}
    text = world.token(world.ticket(evening))
    one = client.post("/api/v1/scans", json=body(text), headers=headers)
    same = client.post("/api/v1/scans", json=body(text), headers=headers)
    other = client.post("/api/v1/scans", json=body(text, kind="exit"), headers=headers)

    assert (one.json, other.status_code) == (same.json, 422)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"uuid": ""}, 422, "invalid_request"),
        ({"uuid": "x" * 65}, 422, "invalid_request"),
        ({"kind": "fly"}, 422, "invalid_request"),
        ({"token": "x" * 401}, 422, "invalid_request"),
        ({"token": None}, 422, "invalid_request"),
        ({"scanned_at": "2026-09-24T19:42:00"}, 422, "invalid_request"),
        ({"scanned_at": "0001-01-01T00:00:00+14:00"}, 422, "invalid_request"),
        ({"gate": "a\0"}, 422, "invalid_request"),
        ({"gate": "Porte Ouest"}, 404, "unknown_gate"),
    ],
)
def test_bad_input_has_a_code_and_stores_nothing(ask, gate, change, status, code):
    answer = ask("/scans", body("x", **change))

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.mimetype == "application/problem+json"
    assert world.fresh(Scan) == []


def test_another_scope_and_no_key_are_refused(ask, gate, client):
    assert ask("/scans", body("x"), scopes=["orders:read"]).status_code == 403
    assert client.post("/api/v1/scans", json=body("x")).status_code == 401


def test_a_gate_of_another_series_is_unknown(ask, evening):
    world.gate(make.event(), "Porte Ailleurs")

    assert ask("/scans", body("x", gate="Porte Ailleurs")).status_code == 404


def test_a_batch_is_stored_whole_in_any_order_and_replayed(ask, evening, gate, now):
    south = world.gate(evening, "Porte Sud")
    ticket, void = (
        world.ticket(evening),
        world.ticket(evening, status=TicketStatus.VOID, voided_at=DOORS - timedelta(days=1)),
    )

    def kept(uuid, row, minutes, at=gate, **more):
        scanned_at = (DOORS + timedelta(minutes=minutes)).isoformat()
        return body(world.token(row), uuid=uuid, gate=at.name, scanned_at=scanned_at, **more)

    scans = [
        kept("late", ticket, 30, at=south),
        kept("early", ticket, 10),
        kept("void", void, 5),
        body("NOBODY", uuid="ghost"),
        kept("refused", ticket, 31, local_verdict="refused"),
    ]
    first = ask("/scans/batch", {"scans": scans}).json["results"]
    again = ask("/scans/batch", {"scans": scans[::-1]}).json["results"]

    assert {result["uuid"]: (result["verdict"], result["class"]) for result in first} == {
        "late": ("accepted", "double_offline"),
        "early": ("accepted", "first"),
        "void": ("accepted", "revoked_accepted"),
        "ghost": ("accepted", "unknown_uploaded"),
        "refused": ("refused", None),
    }
    assert again == first[::-1]
    assert len(world.fresh(Scan)) == 5


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"kind": "fly"}, "kind"),
        ({"scanned_at": "soon"}, "scanned_at"),
        ({"token": "x" * 401}, "token"),
        ({"gate": "Porte Ouest"}, "gate"),
        ({"gate": "a\0"}, "gate"),
        ({"uuid": ""}, "uuid"),
    ],
)
def test_one_bad_item_of_a_batch_spoils_no_other(ask, evening, gate, change, wrong):
    good = [body(world.token(world.ticket(evening)), uuid=f"good-{n}") for n in range(20)]
    scans = [*good[:10], body("x", uuid="bad") | change, *good[10:]]

    answer = ask("/scans/batch", {"scans": scans})

    classes = [result["class"] for result in answer.json["results"]]
    assert (answer.status_code, classes) == (200, ["first"] * 10 + ["unreadable"] + ["first"] * 10)
    assert answer.json["results"][10]["wrong"] == wrong
    assert len(world.fresh(Scan)) == 20
    assert [(row.wrong, row.series_id) for row in world.fresh(StrayScan)] == [
        (wrong, evening.series_id)
    ]


def test_a_scan_costs_three_statements_after_the_key_is_known(
    ask, client, evening, gate, statements
):
    ask("/scans", body(world.token(world.ticket(evening)), uuid="warm"))
    key = api_keys.create(
        "s",
        series_id=evening.series_id,
        organisation_id=evening.organisation_id,
        scopes=["scans:write"],
    )
    api_keys.find(key)
    text = world.token(world.ticket(evening))
    for uuid in ("first", "repeat"):
        statements.clear()
        headers = {"Authorization": f"Bearer {key}"}
        client.post("/api/v1/scans", json=body(text, uuid=uuid), headers=headers)
        seen = [line for line in statements if not line.startswith(("BEGIN", "SET"))]
        assert len(seen) <= 3
