"""Journey 6: a phone is paired by QR, its camera reads tickets, the desk watches.

A real Chromium; the camera is a film of the ticket, the second phone is the picture of the pairing
page. Where no browser is installed the test says so.
"""

import io
import shutil
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect, sync_playwright
from pypdf import PdfReader
from werkzeug.serving import make_server

from eventsapp import settings
from eventsapp.domain.accounts import sign_in
from eventsapp.domain.checkin import devices, gates
from eventsapp.domain.checkin.models import Scan
from eventsapp.domain.ticketing.models import Product, ProductAdmission, TicketStatus
from eventsapp.gateways import qr
from eventsapp.kernel import clock
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.conftest import COULD_NOT_RUN, in_ci
from tests.domain.checkin import world
from tests.domain.checkin.test_verdicts import VECTORS

PHONE = {"width": 375, "height": 812}
# The rules run on both databases elsewhere; a browser needs one.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def address(app):
    """The application behind a real port, with a real clock."""
    clock.freeze(None)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    at = f"http://127.0.0.1:{server.server_port}"
    settings.use(replace(app.extensions["settings"], base_url=at))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield at
    server.shutdown()
    thread.join(5)
    settings.use(app.extensions["settings"])


@pytest.fixture
def evening(app, address):
    return make.event(title_fr="Grand Opening", starts_at=datetime.now(UTC) - timedelta(minutes=20))


@pytest.fixture
def browser_with_camera(tmp_path):
    """Returns ``launch(film)``: a Chromium whose camera shows the film."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        open_browsers = []

        def launch(film):
            path = tmp_path / "film.mjpeg"
            path.write_bytes(film)
            try:
                browser = playwright.chromium.launch(
                    executable_path=binary,
                    args=[
                        "--no-sandbox",
                        "--disable-gpu",
                        "--use-fake-ui-for-media-stream",
                        "--use-fake-device-for-media-stream",
                        f"--use-file-for-fake-video-capture={path}",
                    ],
                )
            except Exception:
                if in_ci():
                    raise
                COULD_NOT_RUN.add("browser: no Chromium was found on this machine")
                pytest.skip("no Chromium on this machine")
            open_browsers.append(browser)
            return browser

        yield launch
        for browser in open_browsers:
            browser.close()


def film_of(text, frames=8):
    """A hand that holds a code to the camera, not quite straight."""
    code = Image.open(io.BytesIO(qr.png(text, pixels_per_module=9))).convert("RGB")
    film = io.BytesIO()
    for number in range(frames):
        frame = Image.new("RGB", (1280, 720), (64, 58, 52))
        held = code.rotate(number - 4, expand=True, fillcolor=(255, 255, 255))
        frame.paste(held, (400 + 4 * number, 120))
        frame.save(film, "JPEG", quality=80)
    return film.getvalue()


def signed_in(browser, address, account):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    secret = sign_in.open_session(account.id, device="test")
    context.add_cookies([{"name": "session", "value": secret, "url": address}])
    return context.new_page()


def type_in(phone, text):
    phone.get_by_role("button", name="Saisir").click()
    phone.get_by_label("Code du billet").fill(text)
    phone.get_by_role("button", name="Vérifier").click()


# No camera is needed to decide: the codes are typed.
NO_CAMERA = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no camera'))"


def scanner_at(gate, browser, address, script=NO_CAMERA):
    """A phone that scans for the gate, its page kept for a reload without network."""
    context = browser.new_context(viewport=PHONE, locale="fr-FR")
    _device, secret = devices.pair(devices.offer_pairing(gate.id, actor="account:1"), "Nora")
    context.add_cookies([{"name": "door", "value": secret, "url": f"{address}/door/"}])
    context.add_init_script(script)
    phone = context.new_page()
    phone.set_default_timeout(10_000)
    phone.goto(f"{address}/door/")
    expect(phone.locator("#phone[data-kept=yes]")).to_be_attached(timeout=15_000)
    return phone


def answer_with(status, body):
    return lambda asked: asked.fulfill(status=status, body=body)


def verdict_of(phone, text):
    """(colour, word, what stands below) for a code that is typed."""
    type_in(phone, text)
    shown = phone.locator("#verdict:not([hidden])")
    expect(shown).to_be_visible(timeout=10_000)
    colour = shown.get_attribute("class").removeprefix("say is-")
    said = (colour, phone.locator("#word").inner_text(), phone.locator("#detail").inner_text())
    phone.get_by_role("button", name="Suivant").click()
    return said


def test_the_door(app, address, evening, browser_with_camera):
    gate = world.gate(evening)
    good, second, cancelled = (
        world.ticket(evening),
        world.ticket(evening, first_name="Tanguy", last_name="Nguyễn Thị"),
        world.ticket(evening, status=TicketStatus.VOID, voided_at=clock.now()),
    )
    elsewhere = world.ticket(make.event(evening.series, title_fr="Web Fest"))
    browser = browser_with_camera(film_of(world.token(good)))
    desk = signed_in(browser, address, make.account(role="organizer", in_series=evening.series))

    desk.goto(f"{address}/organizer/{evening.series.slug}/door/")
    desk.get_by_role("button", name="Appairer un téléphone").click()
    picture = Image.open(io.BytesIO(desk.locator(".pairing svg").screenshot())).convert("L")
    link = zxingcpp.read_barcodes(picture)[0].text

    context = browser.new_context(
        viewport=PHONE, permissions=["camera"], locale="fr-FR", is_mobile=True, has_touch=True
    )
    phone = context.new_page()
    troubles = []
    phone.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    phone.on("pageerror", lambda error: troubles.append(str(error)))
    phone.goto(link)
    phone.get_by_label("Nom de ce téléphone").fill("Nora")
    phone.get_by_role("button", name="Appairer ce téléphone").click()

    # The camera reads the ticket: green, by name, on the server's word.
    expect(phone.locator("#verdict.is-yes #word")).to_have_text("Entrez", timeout=15_000)
    expect(phone.locator("#name")).to_have_text("Zélie Abelloni")
    expect(phone.locator("#entered")).to_have_text("1")
    # The code is still before the camera: neutral, no alarm.
    expect(phone.locator("#verdict.is-note #word")).to_have_text("Déjà scanné", timeout=15_000)

    phone.evaluate("document.getElementById('video').srcObject.getTracks().forEach(t => t.stop())")
    phone.wait_for_timeout(1500)
    type_in(phone, world.token(second))
    expect(phone.locator("#verdict.is-yes #name")).to_have_text("Tanguy Nguyễn Thị")
    expect(phone.locator("#entered")).to_have_text("2")
    phone.get_by_role("button", name="Annuler").click()
    expect(phone.locator("#entered")).to_have_text("1")

    for text, word, words in (
        (world.token(cancelled), "Annulé", "Billet annulé."),
        (world.token(elsewhere), "Autre événement", "Ce billet est pour"),
        (world.token(good)[:-1] + "%", "Inconnu", "n’est pas un billet"),
    ):
        phone.wait_for_timeout(1400)
        type_in(phone, text)
        expect(phone.locator("#verdict.is-no #word")).to_have_text(word)
        expect(phone.locator("#detail")).to_contain_text(words)
        phone.get_by_role("button", name="Suivant").click()

    # Two came together: one code, both are in.
    together = world.ticket(evening)
    world.companion(together, evening)
    type_in(phone, world.token(together))
    phone.get_by_role("button", name="Tout faire entrer").click()
    expect(phone.locator("#verdict.is-yes #word")).to_have_text("1\u00a0entrée")
    expect(phone.locator("#entered")).to_have_text("3")
    phone.get_by_role("button", name="Suivant").click()

    # A barcode reader types like a keyboard and ends with Enter.
    phone.keyboard.type(world.token(cancelled))
    phone.keyboard.press("Enter")
    expect(phone.locator("#verdict.is-no #word")).to_have_text("Annulé")
    phone.get_by_role("button", name="Suivant").click()

    # Already in, at another gate: when and where.
    south = world.gate(evening, "Porte Sud")
    world.scanned(south, second)
    type_in(phone, world.token(second))
    expect(phone.locator("#verdict.is-no #word")).to_have_text("Déjà entré")
    expect(phone.locator("#detail")).to_contain_text("Porte Sud")
    phone.get_by_role("button", name="Suivant").click()

    # Without network: orange, kept, and sent when it is back; a reload does not end the evening.
    third = world.ticket(evening)
    expect(phone.locator("#phone[data-kept=yes]")).to_be_attached(timeout=10_000)
    context.set_offline(True)
    phone.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no camera'))"
    )
    phone.reload()
    expect(phone.locator("#hint")).to_contain_text("Pas de caméra")
    type_in(phone, world.token(third))
    expect(phone.locator("#verdict.is-kept #word")).to_have_text("Noté", timeout=10_000)
    phone.get_by_role("button", name="Suivant").click()
    expect(phone.locator("#off-words")).to_contain_text("un scan à envoyer")
    context.set_offline(False)
    expect(phone.locator("#entered")).to_have_text("5", timeout=15_000)
    expect(phone.locator("#off")).to_be_hidden(timeout=15_000)

    # The desk watches, prints badges, and takes the phone away.
    desk.goto(f"{address}/organizer/{evening.series.slug}/door/events/{evening.id}/attendance")
    expect(desk.locator(".chart rect").first).to_be_visible()
    badges = desk.request.get(desk.url.replace("/attendance", "/badges.pdf"))
    assert len(PdfReader(io.BytesIO(badges.body())).pages) == 5
    desk.goto(f"{address}/organizer/{evening.series.slug}/door/")
    desk.get_by_role("row", name="Nora").get_by_role("button", name="Révoquer").click()
    expect(phone.get_by_text("n’est pas appairé")).to_be_visible(timeout=15_000)
    assert gate.name == "Porte Nord"
    assert [
        trouble for trouble in troubles if "ERR_INTERNET" not in trouble and "401" not in trouble
    ] == []


def test_the_phone_decides_like_the_server(app, address, evening, browser_with_camera):
    """The cases of verdict-vectors.json, and tokens, in the browser's own code."""
    gate = world.gate(evening)
    context = browser_with_camera(film_of("NOTHING", frames=1)).new_context()
    _device, secret = devices.pair(devices.offer_pairing(gate.id, actor="account:1"), "x")
    context.add_cookies([{"name": "door", "value": secret, "url": f"{address}/door/"}])
    phone = context.new_page()
    phone.goto(f"{address}/door/")

    answers = phone.evaluate("vectors => vectors.map(vector => doorVerdict(vector.given))", VECTORS)
    assert answers == [vector["reason"] for vector in VECTORS]

    text = world.token(world.ticket(evening))
    ask = "text => doorToken(text, JSON.parse(document.getElementById('start').textContent).keys)"
    said = phone.evaluate(ask, text)
    assert said.get("unsure") or said["event"] == evening.id
    for forged in (text[:-1] + ("0" if text[-1] != "0" else "1"), text[1:], "", "é" * 147):
        answer = phone.evaluate(ask, forged)
        assert answer is None or answer.get("unsure")


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
