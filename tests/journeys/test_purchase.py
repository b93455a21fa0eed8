"""Journey 1: paid tickets and a free event in one order, by card, to QR codes and paper.

A real Chromium on the reference programme and its tariffs. Every page is checked with axe.
"""

import io
import threading
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from werkzeug.serving import make_server

from eventsapp import settings
from eventsapp.delivery import worker
from eventsapp.demo import programme, ticketing
from eventsapp.demo.story import Story
from eventsapp.gateways import mail
from eventsapp.kernel import clock
from eventsapp.kernel.transaction import transaction
from eventsapp.web import mount_sandbox
from tests.journeys.sight import check

# A browser needs one database, and this one is where production is; `tests/web` asks for every
# address met here on both, and the sweep of all pages walks the same way on SQLite.
pytestmark = pytest.mark.parametrize("app", ["postgres"], indirect=True)

PHONE = {"width": 375, "height": 812}
DESK = {"width": 1280, "height": 900}
OPENING = "ftw2015/events/grand-opening-des-french-tech-weeks"
FREE = "ftw2015/events/meetup-nfc-et-sans-contact"


@pytest.fixture
def address(app, monkeypatch):
    """The programme and its tariffs, nobody's orders yet, behind a real port, with a real clock."""
    clock.freeze(None)
    story = Story.at()
    with transaction():
        programme.load(story)
        ticketing.load_tariffs(story, programme.event_rows())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    at = f"http://127.0.0.1:{server.server_port}"
    settings.use(replace(app.extensions["settings"], base_url=at))
    # The payment pages of this address: the sandbox knows where it lives.
    monkeypatch.setattr(app, "wsgi_app", app.wsgi_app)
    mount_sandbox(app)
    mail.memory().sent.clear()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield at
    server.shutdown()
    thread.join(5)
    settings.use(app.extensions["settings"])


def visitor(chromium, size, **given):
    page = chromium.new_context(viewport=size, **given).new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def take(page, address, path, places):
    """Put places of the first tariff of an event into the basket."""
    page.goto(f"{address}/{path}")
    page.locator(".buybox .stepper input").first.fill(str(places))
    page.locator(".buybox button.btn-buy").click()


def test_three_tickets_and_a_free_event_in_one_order(app, address, chromium):
    page = visitor(chromium, DESK, locale="fr-FR")
    page.goto(f"{address}/fr/ftw2015/")
    page.get_by_role("link", name="Grand Opening des French Tech Weeks").last.click()
    more = page.locator(".buybox").get_by_role("button", name="Ajouter").first
    for _ in range(3):
        more.click()
    check(page)
    page.get_by_role("button", name="Continuer").click()
    take(page, address, f"fr/{FREE}", 1)

    expect(page.locator(".recap .sum")).to_contain_text("57,00")
    check(page)
    page.get_by_role("button", name="Commander avec obligation de paiement").click()
    errors = page.get_by_role("alert")
    expect(errors).to_contain_text("Donnez une adresse électronique complète")
    expect(errors).to_contain_text("Acceptez les conditions de vente")
    expect(page.locator(".recap .sum")).to_contain_text("57,00")
    check(page)

    page.get_by_label("Adresse électronique").fill("ada@mail.example")
    page.fill("#first-0-0", "Ada")
    page.fill("#last-0-0", "Lovelace")
    page.get_by_label("J’accepte les conditions de vente").check()
    page.get_by_role("button", name="Commander avec obligation de paiement").click()
    check(page)
    page.get_by_role("button", name="Carte refusée").click()
    expect(page.get_by_role("alert")).to_contain_text("Rien n’a été débité")
    check(page)
    page.get_by_role("button", name="Payer : carte acceptée").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("vos 4 billets sont là")
    expect(page.locator("article.ticket .qr svg")).to_have_count(4)
    expect(page.locator("article.ticket").first).to_contain_text("Lovelace")
    check(page)
    paper = page.request.get(address + page.get_by_role("link", name="PDF").get_attribute("href"))
    assert len(PdfReader(io.BytesIO(paper.body())).pages) == 4

    with app.app_context():
        worker.drain()
    [letter] = mail.memory().sent
    assert letter.to == "ada@mail.example"
    page.goto(next(word for word in letter.text.split() if "/orders/" in word))
    expect(page.locator("article.ticket")).to_have_count(4)


def test_an_english_phone_without_scripts_buys_a_ticket(address, chromium):
    page = visitor(chromium, PHONE, locale="en-GB", java_script_enabled=False)
    take(page, address, f"en/{OPENING}", 1)
    page.get_by_role("button", name="Order with obligation to pay").click()
    expect(page.get_by_role("alert")).to_contain_text("Accept the conditions of sale")
    page.get_by_label("E-mail address").fill("grace@mail.example")
    page.get_by_label("I accept the conditions of sale").check()
    page.get_by_role("button", name="Order with obligation to pay").click()
    page.get_by_role("button", name="Pay: card accepted").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("here is your ticket")
    expect(page.locator("article.ticket .qr svg")).to_have_count(1)
    assert "/en/ftw2015/orders/" in page.url


def test_leaving_the_payment_page_keeps_the_places(address, chromium):
    page = visitor(chromium, PHONE, locale="fr-FR")
    take(page, address, f"fr/{OPENING}", 2)
    page.get_by_label("Adresse électronique").fill("ada@mail.example")
    page.get_by_label("J’accepte les conditions de vente").check()
    page.get_by_role("button", name="Commander avec obligation de paiement").click()
    page.get_by_role("button", name="Annuler et revenir").click()

    page.locator("main").get_by_role("button", name="Payer").wait_for()
    check(page)
    page.get_by_role("button", name="Payer").click()
    page.get_by_role("button", name="3-D Secure").click()
    page.get_by_role("button", name="Confirmer le paiement").click()
    expect(page.locator("article.ticket .qr svg")).to_have_count(2)


def test_a_phone_shows_what_is_ordered_before_the_button(address, chromium):
    page = visitor(chromium, PHONE, locale="fr-FR", java_script_enabled=False)
    take(page, address, f"fr/{OPENING}", 2)
    take(page, address, f"fr/{FREE}", 1)
    recap, button = page.locator(".recap"), page.locator("form#commande button.btn-buy")

    expect(recap).to_have_count(1)
    assert recap.bounding_box()["y"] + recap.bounding_box()["height"] <= button.bounding_box()["y"]
    page.get_by_role("button", name="Retirer : Inscription gratuite").click()

    expect(recap.locator("tbody")).not_to_contain_text("Meetup NFC")
    expect(recap.locator(".sum")).to_contain_text("38,00")


def test_what_has_the_focus_is_never_under_the_bar_that_stays(address, chromium):
    page = visitor(chromium, PHONE, locale="fr-FR")
    page.goto(f"{address}/fr/ftw2015/tickets")
    page.locator(".stepper input").first.focus()
    hidden = """() => {
      const bar = document.querySelector('.choose-go'), it = document.activeElement;
      const edge = bar.getBoundingClientRect().top;
      return !bar.contains(it) && it.getBoundingClientRect().bottom > edge;
    }"""

    under = 0
    for _ in range(40):
        page.keyboard.press("Tab")
        under += page.evaluate(hidden)
    assert under == 0
