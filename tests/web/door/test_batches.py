"""What a phone had kept arrives item by item: one odd item holds up no other."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.checkin import devices, gates
from eventsapp.domain.checkin.models import Gate, Scan, StrayScan
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


@pytest.mark.parametrize("depth", [50, 480, 900, 5000, 100_000])
@pytest.mark.parametrize("where", ["note", "token", "uuid"])
def test_lists_in_lists_hold_up_no_other_scan(phone, evening, depth, where):
    """No reader gets to the end of it; the others of the batch are read."""
    deep = "[" * depth + "]" * depth
    valid = [item(world.token(world.ticket(evening)), number) for number in (1, 2)]
    odd = item("A]B[", 3)
    odd.pop(where, None)
    odd_text = f'{json.dumps(odd)[:-1]}, "{where}": {deep}}}'
    body = f'{{"scans": [{json.dumps(valid[0])}, {odd_text}, {json.dumps(valid[1])}]}}'

    for _twice in range(2):
        answer = phone.post("/door/scans/batch", data=body, content_type="application/json")

        assert answer.status_code == 200
        read = [result["class"] for result in answer.json["results"]]
        assert read == ["first", "unknown_uploaded" if where == "note" else "unreadable", "first"]


def test_two_scanners_with_the_same_names_lose_nothing(app, client, phone, evening):
    """Programs may count from one, and a phone that is restored repeats itself."""
    second = app.test_client()
    second.environ_base["HTTP_ORIGIN"] = "http://localhost"
    gate = world.gate(evening, "Porte Sud")
    _device, secret = devices.pair(devices.offer_pairing(gate.id, actor="account:1"), "Ben")
    second.set_cookie("door", secret, path="/door")
    ada, bob = (world.token(world.ticket(evening, first_name=name)) for name in ("Ada", "Bob"))

    answers = [
        send(who, [item(text, 1)])
        for who, text in ((phone, ada), (second, bob), (phone, ada), (second, bob))
    ]

    classes = [answer.json["results"][0]["class"] for answer in answers]
    assert classes == ["first", "unreadable", "first", "unreadable"]
    assert {answer.json["results"][0]["uuid"] for answer in answers} == {"00000001-scan"}
    assert [row.wrong for row in world.fresh(StrayScan)] == ["uuid"]
    browser = app.test_client()
    make.signed_in(browser, make.account(role="organizer", in_series=evening.series))
    page = f"/organizer/{evening.series.slug}/door/events/{evening.id}/attendance"
    shown = browser.get(page).text
    assert "Bob Abelloni" in shown and "son numéro" in shown


def test_two_codes_under_one_name_in_one_batch_are_both_kept(phone, evening):
    ada, bob = (world.token(world.ticket(evening, first_name=name)) for name in ("Ada", "Bob"))

    results = send(phone, [item(ada, 1), item(bob, 1), item(ada, 1)]).json["results"]

    assert [result["class"] for result in results] == ["first", "unreadable", "first"]
    assert len(world.fresh(Scan)) == len(world.fresh(StrayScan)) == 1


def test_a_name_of_another_series_is_not_an_answer_to_ours(app, phone, evening):
    other = make.event()
    theirs = world.scanned(world.gate(other), world.ticket(other), uuid="00000001-scan")
    assert theirs.uuid == "00000001-scan"

    results = send(phone, [item(world.token(world.ticket(evening)), 1)]).json["results"]

    assert [result["class"] for result in results] == ["unreadable"]


@pytest.mark.parametrize("said", [True, False, None])
def test_what_was_rehearsed_is_none_of_the_night_when_it_arrives_late(phone, evening, now, said):
    """Scanned without network in rehearsal; the chief ends it before the phone is back."""
    gate_id = world.fresh(Gate)[0].id
    now(DOORS - timedelta(hours=5))
    gates.set_rehearsal(gate_id, True, actor="test")
    text = world.token(world.ticket(evening))
    kept = item(text, -240)
    kept["uuid"] = "rehearsed-1"
    if said is not None:
        kept["rehearsal"] = said
    now(DOORS - timedelta(hours=3))
    gates.set_rehearsal(gate_id, False, actor="test")
    assert send(phone, [kept]).status_code == 200

    now(DOORS + timedelta(minutes=5))
    live = phone.post("/door/scans", json={"uuid": "22222222-2222", "token": text})

    assert live.json["word"] == ("Entrez" if said else "Déjà entré")
    assert [scan.rehearsal for scan in world.fresh(Scan)] == [bool(said), False]


def test_nothing_is_rehearsed_once_the_doors_are_open(phone, evening):
    kept = item(world.token(world.ticket(evening)), 10, rehearsal=True)

    send(phone, [kept])

    assert [scan.rehearsal for scan in world.fresh(Scan)] == [False]
