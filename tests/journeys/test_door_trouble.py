"""The door on a bad night: no network, a wrong clock, a camera refused, doors held.

The codes are typed; the camera has its own journey in ``test_door.py``.
"""

from datetime import UTC, datetime, timedelta
from time import sleep

import pytest
from playwright.sync_api import expect

from eventsapp.domain.checkin import devices, gates
from eventsapp.domain.checkin.models import Scan
from eventsapp.domain.ticketing.catalogue.models import Product, ProductAdmission
from eventsapp.domain.ticketing.sales.models import TicketStatus
from eventsapp.kernel import clock
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.domain.checkin import world
from tests.journeys.phones import (
    HOST,
    NO_CAMERA,
    PHONE,
    answer_with,
    ask_module,
    scanner_at,
    type_in,
    verdict_of,
)

# The rules run on both databases elsewhere; a browser needs one.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_an_answer_that_is_not_ours_is_no_answer(app, address, evening, chromium):
    """The wifi of the hall answers with its own page, or the server with an error."""
    phone = scanner_at(world.gate(evening), chromium, address)

    for status, body in ((200, "<html>Bienvenue sur le wifi</html>"), (503, "{}"), (500, "")):
        text = world.token(world.ticket(evening))
        phone.route("**/door/scans", answer_with(status, body))
        assert verdict_of(phone, text)[:2] == ("kept", "Noté")
        phone.unroute("**/door/scans")

    expect(phone.locator("#entered")).to_have_text("3", timeout=15_000)
    assert [scan.verdict for scan in world.fresh(Scan)] == ["accepted"] * 3


def test_a_phone_with_a_wrong_clock_decides_by_the_clock_of_the_house(
    app, address, evening, chromium
):
    """Three hours slow: the doors would not be open yet; kept scans would be merged wrongly."""
    slow = """const Real = Date, late = 3 * 3600 * 1000;
    window.Date = class extends Real {
      constructor(...given) { if (given.length) super(...given); else super(Real.now() - late); }
      static now() { return Real.now() - late; }
    };"""
    phone = scanner_at(world.gate(evening), chromium, address, slow + NO_CAMERA)

    assert verdict_of(phone, world.token(world.ticket(evening)))[:2] == ("yes", "Entrez")
    phone.context.set_offline(True)
    assert verdict_of(phone, world.token(world.ticket(evening)))[0] == "kept"
    phone.reload()
    assert verdict_of(phone, world.token(world.ticket(evening)))[0] == "kept"
    phone.context.set_offline(False)
    expect(phone.locator("#entered")).to_have_text("3", timeout=15_000)

    wrong_by = [abs(scan.received_at - scan.scanned_at) for scan in world.fresh(Scan)]
    assert [late < timedelta(minutes=1) for late in wrong_by] == [True] * 3


def test_without_network_a_phone_still_refuses_what_it_knows(app, address, evening, chromium):
    gate, south = world.gate(evening), world.gate(evening, "Porte Sud")
    cancelled = world.ticket(evening, status=TicketStatus.VOID, voided_at=clock.now())
    elsewhere, waiting = world.ticket(evening), world.ticket(evening)
    phone = scanner_at(gate, chromium, address)
    world.scanned(south, elsewhere)
    for ticket in (cancelled, elsewhere):
        assert verdict_of(phone, world.token(ticket))[0] == "no"
    gates.hold_doors(evening.series_id, True, actor="test")
    expect(phone.locator("#held")).to_be_visible(timeout=10_000)

    phone.context.set_offline(True)
    phone.reload()
    assert verdict_of(phone, world.token(waiting))[::2] == (
        "no",
        "Portes tenues\u00a0: aucune entrée pour l’instant.",
    )
    phone.context.set_offline(False)
    gates.hold_doors(evening.series_id, False, actor="test")
    expect(phone.locator("#held")).to_be_hidden(timeout=10_000)
    phone.context.set_offline(True)

    assert verdict_of(phone, world.token(cancelled))[::2] == ("no", "Billet annulé.")
    assert verdict_of(phone, world.token(elsewhere))[::2] == (
        "no",
        "Ce billet est déjà entré\u00a0: ce téléphone l’a vu.",
    )
    assert verdict_of(phone, world.token(waiting))[0] == "kept"


def test_what_was_rehearsed_does_not_refuse_on_the_night(app, address, chromium):
    """The doors open while the phone is without network: it leaves rehearsal by itself."""
    opening = datetime.now(UTC) + timedelta(seconds=14)
    evening = make.event(starts_at=opening + timedelta(minutes=30), doors_minutes_before=30)
    phone = scanner_at(world.gate(evening, rehearsal=True), chromium, address)
    text = world.token(world.ticket(evening))
    assert verdict_of(phone, text)[:2] == ("yes", "Entrez")
    phone.context.set_offline(True)

    expect(phone.locator("#rehearsal")).to_be_hidden(timeout=40_000)
    assert verdict_of(phone, text)[0] == "kept"
    phone.context.set_offline(False)

    expect(phone.locator("#off")).to_be_hidden(timeout=15_000)
    assert [(scan.rehearsal, scan.reading) for scan in world.fresh(Scan)] == [
        (True, "first"),
        (False, "first"),
    ]


def test_without_network_a_pass_enters_all_its_events(app, address, evening, chromium):
    """Its token names the first event alone."""
    second = make.event(evening.series, starts_at=evening.slots[0].starts_at)
    pass_ticket = world.ticket(evening, second)
    with transaction() as session:
        product = session.get(Product, pass_ticket.product_id)
        product.event_id = None
        for event in (evening, second):
            session.add(ProductAdmission(product_id=product.id, event_id=event.id))
    phone = scanner_at(world.gate(second), chromium, address)

    phone.context.set_offline(True)
    assert verdict_of(phone, world.token(pass_ticket))[0] == "kept"
    assert verdict_of(phone, world.token(world.ticket(evening)))[1:] == (
        "Refusé",
        "Ce billet est pour un autre événement.",
    )
    phone.context.set_offline(False)
    expect(phone.locator("#entered")).to_have_text("1", timeout=15_000)


def test_nothing_is_said_of_the_network_before_it_is_known(
    app, address, evening, chromium, monkeypatch
):
    """A page kept for a reload used to begin with "en ligne"; a slow server is not "hors ligne"."""
    phone = scanner_at(world.gate(evening), chromium, address)
    expect(phone.locator("#net")).to_have_text("en ligne")
    phone.route("**/door/state*", lambda route: None)  # nobody answers
    phone.reload()
    expect(phone.get_by_role("button", name="Saisir")).to_be_visible()
    expect(phone.locator("#net")).to_have_text("")
    expect(phone.locator("#off")).to_be_hidden()
    expect(phone.locator("#net")).to_have_text("hors ligne", timeout=9_000)
    phone.unroute("**/door/state*")
    expect(phone.locator("#net")).to_have_text("en ligne", timeout=15_000)

    quick = app.view_functions["door.create_scan"]
    monkeypatch.setitem(app.view_functions, "door.create_scan", lambda: (sleep(3), quick())[1])
    type_in(phone, world.token(world.ticket(evening)))
    expect(phone.locator("#verdict.is-kept")).to_be_visible(timeout=2_800)
    expect(phone.locator("#detail")).to_contain_text("Pas de réponse")
    assert phone.locator("#net").inner_text() == "en ligne"


def test_a_passage_is_taken_back_for_ten_seconds_with_network(app, address, evening, chromium):
    phone = scanner_at(world.gate(evening), chromium, address)
    undo = phone.get_by_role("button", name="Annuler")
    assert verdict_of(phone, world.token(world.ticket(evening)))[0] == "yes"
    phone.context.set_offline(True)

    undo.click()
    expect(phone.locator("#verdict.is-no #detail")).to_contain_text("n’est peut-être pas annulé")
    phone.get_by_role("button", name="Suivant").click()
    expect(undo).to_be_disabled(timeout=12_000)


def test_a_camera_is_chosen_and_its_lamp_shown_where_there_is_one(
    app, address, evening, browser_with_camera
):
    gate = world.gate(evening)
    two = browser_with_camera(cameras=2)
    phone = scanner_at(gate, two, address, "")
    name = "document.getElementById('video').srcObject?.getVideoTracks()[0].label"
    expect(phone.get_by_role("button", name="Caméra")).to_be_visible()
    first = phone.evaluate(name)

    phone.get_by_role("button", name="Caméra").click()
    phone.wait_for_function(f"first => (({name}) ?? first) !== first", arg=first)
    expect(phone.get_by_role("button", name="Lampe")).to_be_hidden()

    # Refused by the user: the sentence stays after a scan, and nothing offers what is not there.
    without = scanner_at(gate, two, address)
    assert verdict_of(without, world.token(world.ticket(evening)))[0] == "yes"
    expect(without.locator("#hint")).to_contain_text("Pas de caméra")
    expect(without.get_by_role("button", name="Caméra")).to_be_hidden()
    expect(without.get_by_role("button", name="Lampe")).to_be_hidden()


def test_a_slow_server_is_not_waited_for_and_heard_when_it_comes(
    app, address, evening, chromium, monkeypatch
):
    quick = app.view_functions["door.create_scan"]
    monkeypatch.setitem(app.view_functions, "door.create_scan", lambda: (sleep(3), quick())[1])
    phone = scanner_at(world.gate(evening), chromium, address)
    good, cancelled = (
        world.ticket(evening),
        world.ticket(evening, status=TicketStatus.VOID, voided_at=clock.now()),
    )

    for ticket, colour in ((good, "is-yes"), (cancelled, "is-no")):
        type_in(phone, world.token(ticket))
        # The queue moves on after a second and a half; the colour is the server's once it is known.
        expect(phone.locator("#verdict.is-kept")).to_be_visible(timeout=2_800)
        expect(phone.locator(f"#verdict.{colour}")).to_be_visible(timeout=8_000)
        phone.evaluate("document.getElementById('next').click()")

    expect(phone.locator("#off")).to_be_hidden(timeout=15_000)
    assert [scan.verdict for scan in world.fresh(Scan)] == ["accepted", "refused"]
    assert [scan.offline for scan in world.fresh(Scan)] == [False, False]


def test_a_barcode_reader_may_type_into_the_open_form(app, address, evening, chromium):
    """Its Enter checks the code; a new line would leave the next person's code behind it."""
    phone = scanner_at(world.gate(evening), chromium, address)

    phone.get_by_role("button", name="Saisir").click()
    phone.keyboard.type(world.token(world.ticket(evening)))
    phone.keyboard.press("Enter")

    expect(phone.locator("#verdict.is-yes")).to_be_visible()


def test_a_reload_does_not_wait_for_a_server_that_is_silent(
    app, address, evening, chromium, monkeypatch
):
    phone = scanner_at(world.gate(evening), chromium, address)
    quick = app.view_functions["door.scan_page"]
    monkeypatch.setitem(app.view_functions, "door.scan_page", lambda: (sleep(12), quick())[1])

    phone.reload(wait_until="commit", timeout=9_000)

    expect(phone.get_by_role("button", name="Saisir")).to_be_visible()


def test_an_odd_code_and_a_narrow_proxy_hold_up_no_scan(app, address, evening, chromium):
    """A code with NUL among five tickets; then a proxy that lets one scan through at a time, and
    one of them never."""
    phone = scanner_at(world.gate(evening), chromium, address)
    phone.context.set_offline(True)
    odd = {"uuid": "odd-one-odd-one", "token": "A\0B", "kind": "entry", "seq": 99}
    ask_module(phone, "queue", "(queue, scan) => queue.add(scan)", odd)
    tickets = [world.ticket(evening) for _ in range(5)]
    for ticket in tickets:
        assert verdict_of(phone, world.token(ticket))[0] == "kept"
        phone.evaluate("document.getElementById('next').click()")
    stuck = world.token(tickets[0])

    def narrow(route):
        scans = route.request.post_data_json["scans"]
        if len(scans) > 1 or scans[0]["token"] == stuck:
            route.fulfill(status=413, body="{}")
        else:
            route.continue_()

    phone.route("**/door/scans/batch", narrow)
    phone.context.set_offline(False)
    expect(phone.locator("#off-words")).to_have_text("un scan à envoyer", timeout=60_000)
    phone.unroute("**/door/scans/batch")

    expect(phone.locator("#off")).to_be_hidden(timeout=15_000)
    assert sorted(scan.reading for scan in world.fresh(Scan)) == ["first"] * 5 + [
        "unknown_uploaded"
    ]


def test_a_phone_that_can_keep_nothing_says_so_and_lets_nobody_in_alone(
    app, address, evening, chromium
):
    """Its memory is full, or a private window has none: an amber "noted" would be untrue."""
    full = """for (const name of ["put"]) IDBObjectStore.prototype[name] = function () {
      throw new DOMException("full", "QuotaExceededError");
    };"""
    closed = "indexedDB.open = () => { throw new DOMException('closed', 'InvalidStateError'); };"
    for script in (full, closed):
        phone = scanner_at(world.gate(evening, script[:9]), chromium, address, script + NO_CAMERA)
        text = world.token(world.ticket(evening))

        assert verdict_of(phone, text)[:2] == ("yes", "Entrez")
        expect(phone.locator("#net")).to_have_text("en ligne", timeout=10_000)
        phone.context.set_offline(True)
        said = verdict_of(phone, world.token(world.ticket(evening)))

        assert said[:2] == ("no", "Non noté")
        assert "ne peut rien garder" in said[2]
        phone.context.close()
    assert len(world.fresh(Scan)) == 2


def test_a_browser_that_takes_no_notes_and_keeps_no_page_scans_all_the_same(
    app, address, evening, chromium
):
    """A full memory, and no service worker: numbers, orders and the clock are kept in the page."""
    bare = """Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    Object.defineProperty(Navigator.prototype, "serviceWorker", { get() { return undefined; } });"""
    gate = world.gate(evening)
    context = chromium.new_context(viewport=PHONE, locale="fr-FR")
    _device, secret = devices.pair(devices.offer_pairing(gate.id, actor="account:1"), "Nora")
    context.add_cookies([{"name": "door", "value": secret, "domain": HOST, "path": "/door"}])
    context.add_init_script(bare + NO_CAMERA)
    phone = context.new_page()
    phone.goto(f"{address}/door/")

    expect(phone.locator("#net")).to_have_text("en ligne", timeout=10_000)
    assert verdict_of(phone, world.token(world.ticket(evening)))[:2] == ("yes", "Entrez")
    context.set_offline(True)
    assert verdict_of(phone, world.token(world.ticket(evening)))[0] == "kept"
    context.set_offline(False)

    expect(phone.locator("#entered")).to_have_text("2", timeout=15_000)
    assert [scan.seq for scan in world.fresh(Scan)] == [1, 2]


def test_what_was_rehearsed_without_network_is_sent_as_such(app, address, chromium):
    """The chief ends the rehearsal while the phone is away; the ticket enters on the night."""
    evening = make.event(starts_at=datetime.now(UTC) + timedelta(hours=5))
    gate = world.gate(evening, rehearsal=True)
    phone = scanner_at(gate, chromium, address)
    text = world.token(world.ticket(evening))
    phone.context.set_offline(True)
    assert verdict_of(phone, text)[0] == "kept"
    gates.set_rehearsal(gate.id, False, actor="test")
    phone.context.set_offline(False)
    expect(phone.locator("#off")).to_be_hidden(timeout=15_000)

    assert [scan.rehearsal for scan in world.fresh(Scan)] == [True]
