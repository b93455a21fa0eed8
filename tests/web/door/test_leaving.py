"""A phone leaves the door, and no scan is lost unless the desk says so: both sides, over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.checkin import devices, revoking
from eventsapp.domain.checkin.models import Device, Scan, StrayScan
from eventsapp.kernel.audit import AuditEntry
from tests import make
from tests.domain.checkin import world

DOORS = datetime(2026, 9, 24, 17, 0, tzinfo=UTC)
OWN = {"Origin": "http://localhost"}


@pytest.fixture
def evening(now):
    event = make.event()
    now(DOORS + timedelta(minutes=42))
    return event


@pytest.fixture
def phone(client, evening):
    """A phone that holds three scans, and has told so."""
    gate = world.gate(evening)
    _device, secret = devices.pair(devices.offer_pairing(gate.id, actor="account:1"), "Nora")
    client.set_cookie("door", secret, path="/door")
    client.get("/door/state?queued=3")
    return client


@pytest.fixture
def desk(app, phone, evening):
    """``desk.get(path)`` and ``desk.post(path)`` of the organizer's pages of the door."""
    browser = app.test_client()
    token = make.signed_in(browser, make.account(role="organizer", in_series=evening.series))

    class Desk:
        home = f"/organizer/{evening.series.slug}/door/"

        # A context of its own: the phone's requests leave theirs behind in the test's.
        def get(self, path=""):
            with app.app_context():
                return browser.get(self.home + path)

        def post(self, path):
            address = f"{self.home}devices/{world.fresh(Device)[0].id}/{path}"
            with app.app_context():
                return browser.post(address, data={"csrf_token": token}, headers=OWN)

    return Desk()


def kept(evening, minute, **more):
    at = (DOORS + timedelta(minutes=minute)).isoformat()
    text = world.token(world.ticket(evening))
    return {"uuid": f"000000{minute:02}-kept", "token": text, "scanned_at": at} | more


def send(phone, *scans):
    return phone.post("/door/scans/batch", json={"scans": list(scans)})


def test_a_phone_that_holds_scans_is_not_revoked_unasked(desk):
    answer = desk.post("revocations")

    assert answer.location.endswith("/departure")
    page = desk.get(answer.location.removeprefix(desk.home)).text.replace("\u00a0", " ")
    assert "annonçait 3 scans à transmettre" in page
    assert "3 scans peuvent être perdus" in page
    assert world.fresh(Device)[0].revoked_at is None


def test_it_hands_over_first_and_is_then_revoked_by_itself(phone, desk, evening):
    scans = [kept(evening, minute) for minute in (38, 39, 40)]
    desk.post("handovers")
    assert "transmet ses scans, restent 3" in desk.get().text.replace("\u00a0", " ")

    # It scans no more, says why, and still hears what is asked of it.
    refused = phone.post("/door/scans", json={"uuid": "11111111-1111", "token": scans[0]["token"]})
    assert (refused.status_code, refused.json["code"]) == (409, "device_handing_over")
    assert phone.get("/door/state?queued=3").json["handing_over"] is True
    assert send(phone, *scans[:2]).status_code == 200
    assert phone.post("/door/handovers", json={"left": 1}).status_code == 200
    assert "reste 1" in desk.get().text.replace("\u00a0", " ")
    assert world.fresh(Device)[0].revoked_at is None
    send(phone, scans[2])
    done = phone.post("/door/handovers", json={"left": 0})

    assert "door=;" in done.headers["Set-Cookie"]
    assert "révoqué" in desk.get().text
    assert [scan.reading for scan in world.fresh(Scan)] == ["first"] * 3
    deeds = [row.action for row in world.fresh(AuditEntry) if row.action.startswith("device.")]
    assert deeds == ["device.paired", "device.handing_over", "device.revoked"]


def test_a_revoked_phone_hands_over_what_it_scanned_before(phone, desk, evening, now):
    """Nobody knew of these: it had been without network since it said that it held nothing."""
    phone.get("/door/state?queued=0")
    desk.post("revocations")
    now(minutes=10)

    assert phone.get("/door/state").status_code == 401
    assert phone.post("/door/scans", json={"uuid": "1" * 8, "token": "X"}).status_code == 401
    page = phone.get("/door/").text
    assert ('id="start"' in page, "door=;" in page) == (True, False)
    answer = send(phone, kept(evening, 41), kept(evening, 42), kept(evening, 43))

    assert [one["class"] for one in answer.json["results"]] == ["first", "first", "unreadable"]
    assert [row.wrong for row in world.fresh(StrayScan)] == ["revoked"]
    shown = desk.get(f"events/{evening.id}/attendance").text
    assert "le téléphone était déjà révoqué" in shown
    phone.post("/door/handovers", json={"left": 0})
    assert "appairé" in phone.get("/door/").text


def test_a_page_of_a_phone_that_leaves_names_nobody(phone, desk, evening):
    text = world.token(world.ticket(evening, last_name="Abelloni-Vert"))
    phone.post("/door/scans", json={"uuid": "11111111-1111", "token": text})
    assert "Abelloni-Vert" in phone.get("/door/").text

    desk.post("handovers")

    assert "Abelloni-Vert" not in phone.get("/door/").text


def test_a_lost_phone_is_cut_off_and_the_desk_knows_what_may_be_lost(phone, desk, evening):
    desk.post("cut-offs")

    assert send(phone, kept(evening, 40)).status_code == 401
    assert phone.post("/door/handovers", json={"left": 0}).status_code == 401
    assert world.fresh(Scan) == []
    page = desk.get().text.replace("\u00a0", " ")
    assert "coupé, il annonçait 3 scans" in page
    # Its page wipes itself and says a count; a code it had is worth nothing.
    left = phone.get("/door/?lost=3")
    said = left.text.replace("\u00a0", " ")
    assert ("3 scans de ce téléphone" in said, "forget.js" in said) == (True, True)
    assert "door=;" in left.headers["Set-Cookie"]
    assert "forget.js" not in phone.get("/door/").text


@pytest.mark.parametrize("before", ["revocations", "handovers"])
def test_also_after_it_was_revoked_or_asked_a_lost_phone_is_cut_off(phone, desk, evening, before):
    phone.get("/door/state?queued=0")
    desk.post(before)

    desk.post("cut-offs")

    assert send(phone, kept(evening, 40)).status_code == 401


def test_what_is_asked_twice_is_written_once(phone, desk):
    for path in ("handovers", "handovers", "cut-offs", "cut-offs", "handovers", "revocations"):
        desk.post(path)

    deeds = [row.action for row in world.fresh(AuditEntry) if row.action.startswith("device.")]
    assert deeds == ["device.paired", "device.handing_over", "device.cut_off"]


def test_a_phone_in_service_that_reports_nothing_left_stays_paired(phone):
    answer = phone.post("/door/handovers", json={"left": 0})

    assert "Set-Cookie" not in answer.headers
    assert phone.get("/door/state").json["handing_over"] is False
    assert [row.revoked_at for row in world.fresh(Device)] == [None]


@pytest.mark.parametrize("body", [{}, {"left": -1}, {"left": "x"}, {"left": 2**70}, [], None])
def test_malformed_counts_are_refused(phone, body):
    assert phone.post("/door/handovers", json=body).status_code == 400


def test_a_phone_of_another_series_is_not_found(phone, app):
    other = make.event()
    browser = app.test_client()
    token = make.signed_in(browser, make.account(role="organizer", in_series=other.series))
    number = world.fresh(Device)[0].id
    home = f"/organizer/{other.series.slug}/door/devices/{number}/"

    with app.app_context():
        assert browser.get(home + "departure").status_code == 404
        for path in ("revocations", "handovers", "cut-offs"):
            answer = browser.post(home + path, data={"csrf_token": token}, headers=OWN)
            assert answer.status_code == 404
    assert world.fresh(Device)[0].revoked_at is None


def test_a_repeated_upload_after_the_end_stores_nothing_new(phone, desk, evening):
    phone.get("/door/state?queued=0")
    scan = kept(evening, 40)
    send(phone, scan)
    revoking.revoke(world.fresh(Device)[0].id, actor="account:1")

    assert [one["class"] for one in send(phone, scan).json["results"]] == ["first"]
    assert (len(world.fresh(Scan)), world.fresh(StrayScan)) == (1, [])
