"""The door seen from the desk."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from eventsapp import settings
from eventsapp.domain.checkin import devices, queries, revoking
from eventsapp.domain.checkin.models import Device, Gate, PairingCode, Scan
from eventsapp.domain.checkin.sync import Uploaded, upload
from eventsapp.domain.ticketing.sales import codes
from eventsapp.kernel.db import db
from tests import make
from tests.domain.checkin import world


@pytest.fixture
def evening(app):
    """Doors open in ten minutes: the clock of a scan forgives that much."""
    return make.event(starts_at=datetime(2026, 9, 10, 10, 40, tzinfo=UTC))


@pytest.fixture
def desk(client, evening):
    """A client signed in as organizer; ``desk.post`` adds the token."""
    token = make.signed_in(client, make.account(role="organizer", in_series=evening.series))

    class Desk:
        home = f"/organizer/{evening.series.slug}/door/"

        def get(self, path=""):
            return client.get(self.home + path)

        def post(self, path="", **data):
            return client.post(self.home + path, data={"csrf_token": token, **data})

    return Desk()


def test_a_gate_is_created_with_its_events(desk, evening):
    answer = desk.post(name="Porte Nord", events=[evening.id], rehearsal="y")

    assert answer.status_code == 302
    gate = world.fresh(Gate)[0]
    assert (gate.name, gate.rehearsal, [e.id for e in gate.events]) == (
        "Porte Nord",
        True,
        [evening.id],
    )
    assert "Porte Nord" in desk.get().text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "field"),
        ({"name": "x" * 61}, "field"),
        ({"events": []}, "au moins un événement"),
        ({"events": ["999999"]}, "field"),
        ({"name": "porte nord"}, "s’appelle déjà"),
    ],
)
def test_a_bad_gate_says_why_beside_the_field(desk, evening, change, words):
    world.gate(evening)

    answer = desk.post(**{"name": "Porte Est", "events": [evening.id], **change})

    assert (answer.status_code, words in answer.text) == (422, True)
    assert len(world.fresh(Gate)) == 1


def test_the_pairing_code_is_shown_as_a_picture_that_a_phone_reads(desk, evening, client):
    gate = world.gate(evening)

    page = desk.post(f"gates/{gate.id}/pairings")

    assert page.status_code == 200
    assert "<svg" in page.text
    address = page.text.split("<code>")[1].split("</code>")[0]
    assert address.startswith("http://localhost/door/pair/")
    assert len(world.fresh(PairingCode)) == 1
    assert address.rsplit("/", 1)[1] not in world.fresh(PairingCode)[0].digest


def test_a_phone_is_revoked(desk, evening):
    gate = world.gate(evening)
    device, _secret = devices.pair(devices.offer_pairing(gate.id, actor="a"), "Nora")

    assert desk.post(f"devices/{device.id}/revocations").status_code == 302

    assert world.fresh(Device)[0].revoked_at is not None
    assert "révoqué" in desk.get().text


def test_rehearsal_is_switched_and_cleared(desk, evening, now):
    gate = world.gate(evening)
    desk.post(f"gates/{gate.id}/rehearsal", on="1")
    world.scanned(gate, world.ticket(evening))
    assert [scan.rehearsal for scan in world.fresh(Scan)] == [True]

    desk.post(f"gates/{gate.id}/rehearsal/clearings")
    assert world.fresh(Scan) == []
    desk.post(f"gates/{gate.id}/rehearsal", on="0")

    assert world.fresh(Gate)[0].rehearsal is False


def test_all_doors_are_held_and_opened_again(desk, evening):
    world.gate(evening)
    desk.post("holds", on="1")
    assert world.fresh(Gate)[0].held_at is not None
    assert "Portes tenues" in desk.get().text

    desk.post("holds", on="0")

    assert world.fresh(Gate)[0].held_at is None


def test_held_doors_name_the_phones_that_may_not_know(desk, evening, now):
    """A phone without network goes on letting people in."""
    gate = world.gate(evening)
    phones = {
        name: devices.pair(devices.offer_pairing(gate.id, actor="a"), name)[0]
        for name in ("Nora", "Ali", "Partie")
    }
    revoking.revoke(phones["Partie"].id, actor="a")
    now(minutes=5)
    desk.post("holds", on="1")
    both = desk.get().text.replace("\u00a0", " ")
    now(minutes=1)
    devices.note_seen(phones["Nora"], queued=0)

    db.session.expire_all()
    page = desk.get().text.replace("\u00a0", " ")

    assert "Ali, Nora : un téléphone hors ligne laisse encore entrer" in both
    assert "Ali : un téléphone hors ligne laisse encore entrer" in page
    devices.note_seen(phones["Ali"], queued=0)
    db.session.expire_all()
    assert "laisse encore entrer" not in desk.get().text


def test_attendance_shows_counts_a_chart_and_its_table(desk, evening, now):
    gate = world.gate(evening)
    world.scanned(gate, world.ticket(evening))
    world.ticket(evening)

    page = desk.get(f"events/{evening.id}/attendance").text

    assert '<rect class="b"' in page
    assert queries.count([evening.id], rehearsal=False) == queries.Count(1, 1, 2)
    assert "style=" not in page


def test_attendance_shows_who_came_twice_on_one_ticket_where_and_when(desk, evening, now):
    north, south = world.gate(evening), world.gate(evening, "Porte Sud")
    ticket = world.ticket(evening, first_name="<i>Zoé</i>")
    now(datetime(2026, 9, 10, 11, 0, tzinfo=UTC))
    quiet = desk.get(f"events/{evening.id}/attendance").text
    for gate, minute in ((north, 45), (south, 50)):
        at = datetime(2026, 9, 10, 10, minute, tzinfo=UTC)
        upload([Uploaded(world.code(gate, world.token(ticket), scanned_at=at))])

    page = desk.get(f"events/{evening.id}/attendance").text.replace("\u00a0", " ")

    assert "Plusieurs personnes" not in quiet
    for shown in (
        "&lt;i&gt;Zoé&lt;/i&gt; Abelloni",
        codes.short(ticket),
        "Plusieurs personnes sont entrées avec ce billet.",
        "12 h 45, Porte Nord",
        "12 h 50, Porte Sud",
    ):
        assert page.count(shown) == 1


def test_all_badges_in_one_pdf_with_codes_that_open_the_door(desk, evening, now):
    tickets = [world.ticket(evening, first_name=name) for name in ("Ada", "Zoé", "Bob")]
    answer = desk.get(f"events/{evening.id}/badges.pdf")

    reader = PdfReader(io.BytesIO(answer.data))
    assert answer.mimetype == "application/pdf"
    texts = [page.extract_text() for page in reader.pages]
    assert ["Ada" in texts[0], "Bob" in texts[1], "Zoé" in texts[2]] == [True] * 3
    assert tickets[0].public_id[:4].upper() in texts[0]


def test_the_printed_list_goes_from_a_to_z(desk, evening):
    for name in ("Zola", "", "Abelloni", "Éluard", "d’Ormesson", "<b>De</b>"):
        ticket = world.ticket(evening, last_name=name, first_name="Zoé" if name else "")

    page = desk.get(f"events/{evening.id}/list").text

    # As a dictionary has it, accents or not; whoever has no name is found by the code at the end.
    shown = ("Abelloni", "&lt;b&gt;De", "d’Ormesson", "Éluard", "Zola", "sans nom")
    assert [page.count(name) for name in shown] == [1] * 6
    assert sorted(shown, key=page.index) == list(shown)
    assert codes.short(ticket) in page


def test_badges_are_printed_in_the_order_of_the_list(desk, evening):
    for name in ("Zola", "Éluard", "Abelloni"):
        world.ticket(evening, first_name="", last_name=name)

    pages = PdfReader(io.BytesIO(desk.get(f"events/{evening.id}/badges.pdf").data)).pages

    texts = [page.extract_text() for page in pages]
    assert ["Abelloni" in texts[0], "Éluard" in texts[1], "Zola" in texts[2]] == [True] * 3


@pytest.mark.parametrize("role", ["juror", "accountant", "contributor"])
def test_other_roles_have_no_door(client, evening, role):
    make.signed_in(client, make.account(role=role, in_series=evening.series))

    answer = client.get(f"/organizer/{evening.series.slug}/door/")

    assert answer.status_code in (403, 404)


def test_door_staff_look_and_change_nothing(client, evening):
    gate = world.gate(evening)
    token = make.signed_in(client, make.account(role="door", in_series=evening.series))
    home = f"/organizer/{evening.series.slug}/door/"

    assert client.get(home).status_code == 200
    for path in ("", f"gates/{gate.id}/pairings", f"gates/{gate.id}/rehearsal", "holds"):
        assert client.post(home + path, data={"csrf_token": token}).status_code == 403


def test_another_series_is_not_found(desk, client):
    other = world.gate(make.event())

    assert client.get(f"/organizer/{other.series.slug}/door/").status_code == 404
    assert desk.post(f"gates/{other.id}/pairings").status_code == 404
    assert desk.get(f"events/{other.events[0].id}/badges.pdf").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_gates_asks_the_database_the_same_for_one_and_three(
    desk, evening, statements, rows
):
    for number in range(rows):
        world.gate(evening, f"Porte {number}")
    desk.get()
    statements.clear()

    desk.get()

    seen = [line for line in statements if line.startswith("SELECT")]
    assert len(seen) <= 12 + rows  # one per gate: when its doors open


def test_a_pairing_code_that_no_phone_can_follow_says_so(desk, evening, app):
    gate = world.gate(evening)
    local = desk.post(f"gates/{gate.id}/pairings").text
    settings.use(replace(app.extensions["settings"], base_url="http://192.168.1.20:8000"))
    near = desk.post(f"gates/{gate.id}/pairings").text

    assert "n’existe que sur cette machine" in local
    assert "n’existe que sur cette machine" not in near
    assert "http://192.168.1.20:8000/door/pair/" in near
