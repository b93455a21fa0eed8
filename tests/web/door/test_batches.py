"""What a phone had kept arrives item by item: one odd item holds up no other."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.checkin import devices
from eventsapp.domain.checkin.models import Scan, StrayScan
from tests import make
from tests.domain.checkin import world

DOORS = datetime(2026, 9, 24, 17, 0, tzinfo=UTC)
ODD = {
    "a code with NUL": ({"token": "A\0B"}, None),
    "half a character": ({"token": "A\ud83d"}, None),
    "a field of a newer page": ({"battery": 80}, None),
    "another kind": ({"kind": "fly"}, "kind"),
    "no instant": ({"scanned_at": "yesterday"}, "scanned_at"),
    "no zone": ({"scanned_at": "2026-09-24T19:00:00"}, "scanned_at"),
    "too long": ({"token": "x" * 401}, "token"),
    "no code": ({"token": None}, "token"),
    "no uuid": ({"uuid": None}, "uuid"),
    "a uuid with NUL": ({"uuid": "12345678\0"}, "uuid"),
    "a number beyond columns": ({"seq": 2**70}, None),
    "a verdict of its own": ({"local_verdict": "perhaps"}, "local_verdict"),
}


@pytest.fixture
def evening(now):
    event = make.event()
    now(DOORS + timedelta(minutes=42))
    return event


@pytest.fixture
def phone(client, evening):
    gate = world.gate(evening)
    _device, secret = devices.pair(devices.offer_pairing(gate.id, actor="account:1"), "Nora")
    client.set_cookie("door", secret, path="/door")
    return client


@pytest.fixture
def desk(app, phone, evening):
    """The page of live attendance, as an organizer sees it."""
    browser = app.test_client()
    make.signed_in(browser, make.account(role="organizer", in_series=evening.series))
    address = f"/organizer/{evening.series.slug}/door/events/{evening.id}/attendance"
    return lambda: browser.get(address).text


def item(text, number, **more):
    at = (DOORS + timedelta(minutes=number)).isoformat()
    return {"uuid": f"0000000{number}-scan", "token": text, "scanned_at": at} | more


def send(phone, scans):
    body = json.dumps({"scans": scans})
    return phone.post("/door/scans/batch", data=body, content_type="application/json")


@pytest.mark.parametrize("odd", ODD)
def test_five_valid_scans_arrive_whatever_the_first_one_is(phone, evening, odd):
    change, wrong = ODD[odd]
    valid = [item(world.token(world.ticket(evening)), number) for number in range(1, 6)]
    scans = [item("X", 0) | change, *valid]

    answers = [send(phone, scans), send(phone, scans)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    read = [result["class"] for result in answers[0].json["results"]]
    assert read == ["unreadable" if wrong else "unknown_uploaded", *["first"] * 5]
    assert [row.wrong for row in world.fresh(StrayScan)] == ([wrong] if wrong else [])
    assert len(world.fresh(Scan)) == (5 if wrong else 6)


@pytest.mark.parametrize("odd", [None, 7, "scan", [], {}])
def test_what_is_no_scan_at_all_is_kept_too(phone, evening, odd):
    answer = send(phone, [odd, item(world.token(world.ticket(evening)), 1)])

    assert [result["class"] for result in answer.json["results"]] == ["unreadable", "first"]
    assert [row.verdict for row in world.fresh(StrayScan)] == ["accepted"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"scans": 1}', b"\xff", b"[" * 5000])
def test_what_is_no_batch_is_refused(phone, body):
    answer = phone.post("/door/scans/batch", data=body, content_type="application/json")

    assert answer.status_code == 400


def test_a_code_with_nul_held_to_a_phone_is_unknown(phone):
    answer = phone.post("/door/scans", json={"uuid": "11111111-1111", "token": "A\0B"})

    assert (answer.status_code, answer.json["word"]) == (200, "Inconnu")


def test_the_desk_sees_what_could_not_be_read_until_it_could(phone, desk, evening):
    row = world.ticket(evening)
    send(phone, [item(world.token(row), 1, kind="fly")])
    page = desk()
    assert ("Envois illisibles" in page, "Zélie Abelloni" in page) == (True, True)

    send(phone, [item(world.token(row), 1)])

    assert "Envois illisibles" not in desk()


def test_a_ticket_for_another_event_has_a_class_of_its_own(phone, desk, evening):
    elsewhere = world.token(world.ticket(make.event(evening.series)))
    far_away = world.token(world.ticket(make.event(), first_name="Personne"))

    results = send(
        phone,
        [
            item(elsewhere, 1, local_verdict="refused", local_reason="wrong_event"),
            item(far_away, 2),
            item("NOBODY", 3),
        ],
    ).json["results"]

    assert [result["class"] for result in results] == [
        "other_event",
        "other_event",
        "unknown_uploaded",
    ]
    page = desk()
    assert "un événement que cette porte ne contrôle pas" in page
    assert "Personne Abelloni" not in page


def test_a_long_list_to_check_says_how_long_it_is(phone, desk, evening):
    for start in range(0, 205, 5):
        send(phone, [item(f"FAUX-{n}", n, uuid=f"1000{n:04}-x") for n in range(start, start + 5)])

    page = desk()

    assert '<h2 id="incidents">À vérifier <span class="num">205</span></h2>' in page
    assert "Les 200 premiers sur 205." in page
