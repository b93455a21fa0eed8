"""Journey 6: a phone is paired by QR, its camera reads tickets, the desk watches.

A real Chromium; the camera is a film of the ticket, the second phone is the picture of the pairing
page. Where no browser is installed the test says so.
"""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader

from eventsapp.domain.accounts import sign_in
from eventsapp.domain.ticketing.sales.models import TicketStatus
from eventsapp.kernel import clock
from tests import make
from tests.domain.checkin import world
from tests.journeys.phones import PHONE, film_of, type_in

# The rules run on both databases elsewhere; a browser needs one.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def signed_in(browser, address, account):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    secret = sign_in.open_session(account.id, device="test")
    context.add_cookies([{"name": "session", "value": secret, "url": address}])
    return context.new_page()


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
    picture = Image.open(io.BytesIO(desk.locator(".pairing .qr-code").screenshot())).convert("L")
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
