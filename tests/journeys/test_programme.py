"""Journey 5, and the reader's side of it: plan, see the conflict, accept it, publish, read.

A real Chromium on the reference programme. Every page is checked with axe as it is met.
"""

import threading
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from eventsapp import settings
from eventsapp.demo import programme
from eventsapp.demo.story import Story
from eventsapp.domain.accounts import sign_in
from eventsapp.domain.programme import releases
from eventsapp.kernel import clock
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.journeys.sight import check

# A browser needs one database; `tests/web` asks for every address met here on both.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PHONE = {"width": 375, "height": 812}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def address(app):
    """The application with the reference programme behind a real port, with a real clock."""
    clock.freeze(None)
    with transaction():
        programme.load(Story.at())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    at = f"http://127.0.0.1:{server.server_port}"
    settings.use(replace(app.extensions["settings"], base_url=at))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield at
    server.shutdown()
    thread.join(5)
    settings.use(app.extensions["settings"])


def open_page(chromium, size=DESK, scheme="light", **given):
    context = chromium.new_context(viewport=size, color_scheme=scheme, locale="fr-FR", **given)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def test_an_organizer_plans_with_conflicts_shown_first_and_publishes(address, chromium):
    series = releases.current("ftw2015")
    medinjob = next(event for event in series.events if event.number == 8)
    day = medinjob.day.isoformat()
    page = open_page(chromium)
    account = make.account("owner", in_series=programme.series_row())
    secret = sign_in.open_session(account.id, device="test")
    page.context.add_cookies([{"name": "session", "value": secret, "url": address}])

    page.goto(f"{address}/organizer/ftw2015/venues/new")
    check(page)
    page.get_by_label("Nom du lieu").fill("Maison du numérique")
    page.get_by_label("Ville").fill("Aix-en-Provence")
    page.get_by_label("Salles").fill("Grande salle ; 150")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status")).to_contain_text("Le lieu est enregistré")

    page.goto(f"{address}/organizer/ftw2015/events/new")
    check(page)
    page.get_by_label("Titre en français").fill("Atelier d’essai")
    page.get_by_label("Début").fill(f"{day}T09:30")
    page.get_by_label("Fin").fill(f"{day}T12:00")
    page.get_by_label("Lieu", exact=True).select_option(str(medinjob.venue.id))
    page.get_by_label("Places en tout").fill("300")
    page.get_by_label("État").select_option("confirmed")
    page.get_by_role("button", name="Enregistrer", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("lieu occupé")
    expect(page.get_by_role("alert")).to_contain_text("MedInJob")
    check(page)
    page.get_by_label("Pourquoi enregistrer quand même").fill("Deux étages")
    page.get_by_role("button", name="Enregistrer quand même").click()
    expect(page.get_by_role("status")).to_contain_text("C’est enregistré")

    page.get_by_role("link", name="Ajouter").click()
    page.get_by_label("Titre en français").fill("Capteurs du quotidien")
    page.get_by_label("Fin").fill(f"{day}T10:30")
    page.get_by_label("Intervenants").fill("Ada Lovelace, Analytique")
    check(page)
    page.get_by_role("button", name="Enregistrer", exact=True).click()

    page.goto(f"{address}/organizer/ftw2015/programme?day={day}")
    check(page)
    page.get_by_role("link", name="Publier…").click()
    expect(page.get_by_role("main")).to_contain_text("Atelier d’essai")
    check(page)
    page.get_by_role("button", name="Publier la version 2").click()

    reader = open_page(chromium, PHONE)
    reader.goto(f"{address}/fr/ftw2015/")
    reader.get_by_role("link", name="Atelier d’essai").last.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Atelier d’essai")
    expect(reader.get_by_text("Capteurs du quotidien")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
def test_a_reader_finds_filters_and_keeps_an_event(address, chromium, size, scheme):
    page = open_page(chromium, size, scheme)
    page.goto(f"{address}/fr/ftw2015/")
    check(page)

    page.get_by_role("link", name="Aix-en-Provence 7").click()
    expect(page.locator("article.ev")).to_have_count(7)
    check(page)

    page.locator(".star").first.click()
    expect(page.locator(".star").first).to_have_attribute("aria-pressed", "true")
    page.goto(f"{address}/en/ftw2015/#agenda")
    expect(page.locator("article.ev:visible")).to_have_count(1)

    page.locator("article.ev:visible a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("French Tech Weeks grand opening")
    check(page)


def test_the_programme_is_whole_without_scripts(address, chromium):
    page = open_page(chromium, java_script_enabled=False)
    page.goto(f"{address}/fr/ftw2015/?view=venue")

    expect(page.locator("article.ev")).to_have_count(23)
    expect(page.locator(".star:visible")).to_have_count(0)
    page.locator("article.ev a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_public_page_asks_nothing_of_third_parties(address, chromium):
    page = open_page(chromium)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/fr/ftw2015/")
    page.goto(f"{address}/fr/ftw2015/events/grand-opening-des-french-tech-weeks")

    assert [url for url in asked if not url.startswith(address)] == []
    assert page.context.cookies() == []


def test_a_first_visit_is_light_and_nothing_moves(address, chromium):
    page = open_page(chromium, PHONE)
    page.add_init_script("""window.moved = 0;
      new PerformanceObserver((list) => {
        for (const shift of list.getEntries()) window.moved += shift.value;
      }).observe({type: "layout-shift", buffered: true});""")
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    received = []
    wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(f"{address}/fr/ftw2015/", wait_until="networkidle")

    assert len(received) > 5  # the page, its sheets and its fonts
    assert sum(received) <= 120 * 1024
    assert page.evaluate("moved") == 0


def test_a_long_word_of_a_title_is_whole_on_a_phone(address, chromium):
    page = open_page(chromium, PHONE)
    page.goto(f"{address}/fr/ftw2015/events/atelier-datavisualisation-citoyenne")
    lines = """title => {
      const words = document.createRange();
      const start = title.firstChild.data.indexOf('datavisualisation');
      words.setStart(title.firstChild, start);
      words.setEnd(title.firstChild, start + 'datavisualisation'.length);
      return words.getClientRects().length;
    }"""

    assert page.locator("h1").evaluate(lines) == 1


def test_a_dark_screen_prints_on_white_without_what_one_clicks(address, chromium):
    page = open_page(chromium, PHONE, "dark")
    page.goto(f"{address}/fr/ftw2015/events/grand-opening-des-french-tech-weeks")
    page.emulate_media(media="print")

    for clicked in (".btn:visible", ".mast nav:visible", ".foot:visible", "button:visible"):
        expect(page.locator(clicked)).to_have_count(0)
    paper = "body => [getComputedStyle(body).backgroundColor, getComputedStyle(body).color]"
    assert page.locator("body").evaluate(paper) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
