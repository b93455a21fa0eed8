"""The phone at the door, spoken to over HTTP."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eventsapp.domain.accounts import people
from eventsapp.domain.accounts.models import RoleName
from eventsapp.domain.checkin import devices, gates, revoking, told
from eventsapp.domain.checkin.models import Device, Scan
from eventsapp.domain.ticketing.asking.answering import Typed
from eventsapp.domain.ticketing.sales import codes
from eventsapp.domain.ticketing.sales.models import Order, TicketStatus
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make
from tests.domain.checkin import world

DOORS = datetime(2026, 9, 24, 17, 0, tzinfo=UTC)
SCRIPTS = Path(__file__).parents[3] / "static" / "js" / "door"


@pytest.fixture
def evening(now):
    event = make.event()
    now(DOORS + timedelta(minutes=42))
    return event


@pytest.fixture
def gate(evening):
    return world.gate(evening)


@pytest.fixture
def phone(client, gate):
    _device, secret = devices.pair(devices.offer_pairing(gate.id, actor="account:1"), "Nora")
    client.set_cookie("door", secret, path="/door")
    return client


def ask(phone, token, uuid="11111111-1111", **more):
    return phone.post("/door/scans", json={"uuid": uuid, "token": token, **more})


def test_a_phone_is_paired_by_the_button_and_not_by_the_visit(client, gate):
    code = devices.offer_pairing(gate.id, actor="account:1")
    shown = client.get(f"/door/pair/{code}")
    assert (shown.status_code, "Porte Nord" in shown.text) == (200, True)
    assert world.fresh(Device) == []

    answer = client.post(f"/door/pair/{code}", data={"name": "Nora"})

    assert (answer.status_code, answer.location) == (302, "/door/")
    assert [device.name for device in world.fresh(Device)] == ["Nora"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert client.get("/door/").status_code == 200
    assert client.post(f"/door/pair/{code}", data={}).status_code == 410


def test_pairing_from_another_site_is_refused(client, gate):
    code = devices.offer_pairing(gate.id, actor="account:1")

    answer = client.post(f"/door/pair/{code}", headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert world.fresh(Device) == []


def test_only_the_scanner_may_use_the_camera(phone):
    other = phone.get("/door/state")
    page = phone.get("/door/")

    assert "'wasm-unsafe-eval'" in page.headers["Content-Security-Policy"]
    assert page.headers["Permissions-Policy"].startswith("camera=(self)")
    assert "wasm" not in other.headers["Content-Security-Policy"]
    assert other.headers["Permissions-Policy"].startswith("camera=()")


def test_the_service_worker_is_served_from_where_it_works(client):
    answer = client.get("/door/worker.js")

    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")


def test_the_page_names_every_module_so_that_all_are_kept_for_a_reload(phone):
    page = phone.get("/door/").text
    modules = {path.name for path in SCRIPTS.glob("*.js")} - {"worker.js", "forget.js"}

    named = [re.search(r"/static/~\w+/js/door/" + re.escape(name), page) for name in modules]

    assert (len(modules) > 10, all(named), page.count("/js/door/")) == (True, True, len(modules))


def test_an_unpaired_phone_is_told_so(client, gate):
    assert "appairé" in client.get("/door/").text
    answer = ask(client, "X")
    assert (answer.status_code, answer.json["code"]) == (401, "not_paired")


def test_a_phone_goes_on_in_the_language_it_was_asked_for(phone, evening):
    assert 'lang="en"' in phone.get("/door/?lang=en").text

    assert ask(phone, world.token(world.ticket(evening))).json["word"] == "Come in"


def test_a_revoked_phone_scans_nothing(phone, evening):
    revoking.revoke(world.fresh(Device)[0].id, actor="account:1")

    assert ask(phone, world.token(world.ticket(evening))).status_code == 401
    assert world.fresh(Scan) == []


def test_accepted_then_already_in_with_when_and_where(phone, evening, now):
    text = world.token(world.ticket(evening))
    first = ask(phone, text).json
    now(minutes=11)

    second = ask(phone, text, uuid="22222222-2222").json

    assert (first["tone"], first["word"], first["name"]) == ("yes", "Entrez", "Zélie Abelloni")
    assert (second["tone"], second["word"]) == ("no", "Déjà entré")
    assert second["detail"].replace("\u00a0", " ") == "à 19 h 42, Porte Nord, il y a 11 min"
    assert "guichet" in second["advice"]


def test_the_same_code_a_moment_later_is_no_alarm(phone, evening, now):
    text = world.token(world.ticket(evening))
    ask(phone, text)
    now(seconds=5)

    again = ask(phone, text, uuid="22222222-2222").json

    assert (again["verdict"], again["tone"]) == ("refused", "note")


@pytest.mark.parametrize(
    ("kind", "word"),
    [("cancelled", "Annulé"), ("elsewhere", "Autre événement"), ("forged", "Inconnu")],
)
def test_each_refusal_has_its_word_and_what_to_do(phone, evening, now, kind, word):
    text = "FORGED"
    if kind == "cancelled":
        text = world.token(world.ticket(evening, status=TicketStatus.VOID, voided_at=now()))
    if kind == "elsewhere":
        text = world.token(world.ticket(make.event()))

    said = ask(phone, text).json

    assert (said["verdict"], said["tone"], said["word"]) == ("refused", "no", word)
    assert said["advice"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"uuid": "1", "token": "x"},
        {"uuid": "11111111-1111", "token": "x" * 401},
        {"uuid": "11111111-1111", "token": "x", "kind": "fly"},
        {"uuid": "11111111-1111", "token": "x", "scanned_at": "2026-09-24T19:00:00"},
        {"uuid": "11111111-1111", "token": "x", "seq": -1},
        {"uuid": "11111111-1111", "token": "x", "gate": 3},
        [],
        None,
    ],
)
def test_malformed_scans_are_refused_and_nothing_is_stored(phone, body):
    assert phone.post("/door/scans", json=body).status_code == 400
    assert world.fresh(Scan) == []


def test_scans_kept_without_network_are_uploaded_once(phone, evening):
    kept = [
        {
            "uuid": f"0000000{number}-offline",
            "token": world.token(world.ticket(evening)),
            "scanned_at": (DOORS + timedelta(minutes=number)).isoformat(),
            "seq": number + 1,
            "local_verdict": "accepted",
        }
        for number in range(3)
    ]

    first = phone.post("/door/scans/batch", json={"scans": kept})
    again = phone.post("/door/scans/batch", json={"scans": kept[::-1]})

    assert [result["class"] for result in first.json["results"]] == ["first"] * 3
    assert again.json["results"] == first.json["results"][::-1]
    assert len(world.fresh(Scan)) == 3


def test_undo_takes_the_last_passage_back(phone, evening):
    text = world.token(world.ticket(evening))
    ask(phone, text)

    state = phone.post(
        "/door/scans/annulments", json={"uuid": "33333333-3333", "scan": "11111111-1111"}
    ).json

    assert (state["entered"], state["last"][0]["undone"]) == (0, True)
    assert ask(phone, text, uuid="22222222-2222").json["tone"] == "yes"
    twice = phone.post(
        "/door/scans/annulments", json={"uuid": "44444444-4444", "scan": "11111111-1111"}
    )
    assert (twice.status_code, twice.json["code"]) == (409, "nothing_to_undo")


def test_the_state_counts_live(phone, evening):
    world.ticket(evening)
    ask(phone, world.token(world.ticket(evening)))

    state = phone.get("/door/state?queued=2").json

    assert (state["entered"], state["expected"], state["held"]) == (1, 2, False)
    assert [row["name"] for row in state["last"]] == ["Zélie Abelloni"]


def test_people_of_one_order_are_let_in_with_one_touch(phone, evening):
    first = world.ticket(evening)
    for _ in range(2):
        world.companion(first, evening)
    world.ticket(evening)
    ask(phone, world.token(first))
    others = "/door/scans/11111111-1111/companions"
    assert phone.get(others).json["count"] == 2

    done = phone.post(others, json={})
    again = phone.post(others, json={})

    assert (done.json["word"].replace("\u00a0", " "), done.json["tone"]) == ("2 entrées", "yes")
    assert (done.json["state"]["entered"], again.json["state"]["entered"]) == (3, 3)
    assert phone.get(others).json["count"] == 0


def test_the_companions_of_another_phones_scan_are_nobodys_business(phone, evening, gate):
    first = world.ticket(evening)
    world.companion(first, evening)
    passage = world.scanned(gate, first)

    assert phone.get(f"/door/scans/{passage.uuid}/companions").json["count"] == 0
    assert phone.get("/door/scans/nobody/companions").json["count"] == 0


def test_held_doors_refuse_with_a_sentence(phone, evening):
    gates.hold_doors(evening.series_id, True, actor="test")

    answer = ask(phone, world.token(world.ticket(evening)))

    assert (answer.status_code, answer.json["code"]) == (409, "gate_held")
    assert phone.get("/door/state").json["held"] is True


def test_staff_who_are_signed_in_scan_with_the_device_they_hold(client, gate):
    account = make.account(role="door", in_series=gate.series)
    csrf = make.signed_in(client, account)
    assert "Porte Nord" in client.get("/door/").text

    answer = client.post(f"/door/gates/{gate.id}/devices", data={"csrf_token": csrf})

    assert answer.location == "/door/"
    assert "start" in client.get("/door/").text


def test_staff_of_one_event_see_its_gates_alone(client, gate, evening):
    other = world.gate(make.event(gate.series), "Porte du gala")
    account = make.account()
    people.grant_role(
        account.id, RoleName.DOOR, organisation_id=gate.organisation_id, event_id=evening.id
    )
    csrf = make.signed_in(client, account)

    page = client.get("/door/").text
    assert ("Porte Nord" in page, "Porte du gala" in page) == (True, False)
    answer = client.post(f"/door/gates/{other.id}/devices", data={"csrf_token": csrf})
    assert answer.status_code == 403


def test_staff_of_another_series_see_and_pair_nothing(client, gate):
    account = make.account(role="door", in_series=make.series())
    csrf = make.signed_in(client, account)

    assert "Porte Nord" not in client.get("/door/").text
    answer = client.post(f"/door/gates/{gate.id}/devices", data={"csrf_token": csrf})
    assert answer.status_code == 403


def test_a_scan_costs_four_statements_with_the_phone(phone, evening, statements):
    ask(phone, "X", uuid="00000000-0000")
    told.at_door(evening.series_id, "")  # that nothing is shown here is remembered for a moment
    text = world.token(world.ticket(evening))
    statements.clear()

    ask(phone, text)

    seen = [line for line in statements if not line.startswith(("BEGIN", "SET"))]
    assert len(seen) == 4  # the phone, the look-up, the wall, the fact


def test_a_refusal_by_the_hour_says_of_which_day_it_speaks(phone, evening, now):
    """Nobody is told to wait in a line for another day, nor that an event is over that goes on."""
    early = world.token(world.ticket(evening))

    def said(number):
        answer = ask(phone, early, f"0000000{number}-hour").json
        return tuple(answer[part].replace("\u00a0", " ") for part in ("word", "detail", "advice"))

    now(DOORS - timedelta(hours=2))
    assert said(1) == ("Trop tôt", "Portes à 19 h, le 24.09", "Faire patienter.")
    now(DOORS - timedelta(days=3))
    assert said(2)[::2] == ("Trop tôt", "Dire quel jour revenir, ou envoyer au guichet.")
    now(DOORS + timedelta(hours=8))
    assert said(3)[:2] == ("Terminé", "Ce billet valait jusqu’à 0 h 30, le 25.09.")


def test_nobody_is_sent_elsewhere_with_a_ticket_that_opens_nothing_there(phone, evening):
    brunch = make.event(evening.series, title_fr="Brunch")
    good = world.ticket(brunch)
    void = world.ticket(
        brunch, status=TicketStatus.VOID, void_reason="refunded", voided_at=clock.now()
    )
    foreign = world.ticket(make.event())
    desk = "Envoyer au guichet. Ne pas garder la personne dans la file."

    said = []
    for number, row in enumerate((good, void, foreign)):
        answer = ask(phone, world.token(row), f"0000000{number}-else").json
        assert answer["word"] == "Autre événement"
        said.append((answer["detail"].replace("\u00a0", " "), answer["advice"]))

    assert said == [
        ("Ce billet est pour : Brunch", "Indiquer le bon lieu, ou envoyer au guichet."),
        ("Ce billet est pour : Brunch. Billet remboursé.", desk),
        ("Ce billet n’est pas de cette série.", desk),
    ]


def test_a_passage_is_not_taken_back_under_its_own_name(phone, evening):
    """A program that counts wrongly is told so, and the passage stands."""
    text = world.token(world.ticket(evening))
    ask(phone, text, "11111111-1111")
    ask(phone, world.token(world.ticket(evening)), "22222222-2222")

    for taken in ("11111111-1111", "22222222-2222"):
        body = {"uuid": taken, "scan": "11111111-1111"}
        answer = phone.post("/door/scans/annulments", json=body)
        assert (answer.status_code, answer.json["code"]) == (409, "scan_uuid_taken")

    assert len(world.fresh(Scan)) == 2
    assert phone.get("/door/state").json["entered"] == 2


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (2, "2 autres billets de cette commande"),
        (20, "20 autres billets de cette commande"),
        (23, "20 des 23 autres billets de cette commande"),
    ],
)
def test_a_large_group_is_counted_whole(phone, evening, others, said):
    first = world.ticket(evening)
    for _ in range(others):
        world.companion(first, evening)
    ask(phone, world.token(first))

    offered = phone.get("/door/scans/11111111-1111/companions").json

    assert offered["label"] == said
    assert phone.post("/door/scans/11111111-1111/companions").json["word"] == (
        f"{min(others, 20)} entrées"
    )


def test_a_steward_reads_what_is_shown_at_the_door_and_nothing_else(phone, evening):
    series, tariff = evening.series, make.product(evening)
    table = make.question(series, label_fr="Table", label_en="Table", at_door=True)
    film = make.question(series, "consent", label_fr="Photos", per_order=True, at_door=True)
    meal = make.question(series, label_fr="Régime", sensitive=True)
    work = make.question(series, label_fr="Métier")
    seats = {
        (0, n): {f"q{table.id}": f"n° {n}", f"q{meal.id}": "végétarien", f"q{work.id}": "poète"}
        for n in range(2)
    }
    typed = Typed({f"q{film.id}": "yes"}, seats)
    written = make.paid_order(tariff, 2, answers=typed)
    order = db.session.get(Order, written.order_id)
    first, second = (codes.token(ticket) for ticket in order.tickets)

    said = ask(phone, second).json

    assert (said["verdict"], said["told"]) == (
        "accepted",
        ["Table\u00a0: n° 1", "Photos\u00a0: oui"],
    )
    assert ask(phone, second, uuid="22222222-2222").json["told"] == []  # in already
    said = ask(phone, first, uuid="33333333-3333").json
    assert said["told"] == ["Table\u00a0: n° 0", "Photos\u00a0: oui"]
    assert ask(phone, first, uuid="44444444-4444", kind="exit").json["told"] == []


def test_a_ticket_without_answers_is_let_in_without_a_word(phone, evening):
    make.question(evening.series, label_fr="Table", at_door=True)

    said = ask(phone, world.token(world.ticket(evening))).json

    assert (said["verdict"], said["told"]) == ("accepted", [])
