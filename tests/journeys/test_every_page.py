"""Every page a person can open, on the whole demo: axe, both schemes, a phone and a desk.

One Chromium, one load a page. A page that is new and not visited fails the inventory at the end.
"""

import threading
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from eventsapp import settings
from eventsapp.demo import load
from eventsapp.demo.programme import series_row
from eventsapp.demo.story import Story
from eventsapp.domain.accounts import inviting, sign_in
from eventsapp.domain.accounts.people import find_account
from eventsapp.domain.messages import automatic, campaigns, gathering, recipients
from eventsapp.domain.messages.models import Occasion, Recipient
from eventsapp.domain.programme.models import Event, Session, Slot
from eventsapp.domain.selection.calls.models import Application
from eventsapp.domain.ticketing.catalogue import guest_links, guests
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.domain.ticketing.catalogue.offers import Line
from eventsapp.domain.ticketing.catalogue.sale import Way
from eventsapp.domain.ticketing.sales import holds, queries
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.web import mount_sandbox
from tests import make
from tests.journeys.sight import AGAIN, TOO_WIDE, WEIGHED, blamed

# The rules run on both databases elsewhere; a browser needs one.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PHONE = {"width": 375, "height": 812}
DESK = {"width": 1280, "height": 900}
REFLOW = {"width": 320, "height": 640}  # WCAG 1.4.10: a desk at 400 %
KINDS = ("line", "text", "choice", "choices", "number", "date")
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 2
SERIES = "/fr/ftw2015"
ORGANIZER = "/organizer/ftw2015"
CALL = f"{ORGANIZER}/calls/ftw15-stands"
OPENING = f"{SERIES}/events/grand-opening-des-french-tech-weeks"
FREE = f"{SERIES}/events/meetup-nfc-et-sans-contact"

EVERYBODY = (
    f"{SERIES}/",
    f"{SERIES}/?view=venue",
    "/en/ftw2015/?view=domain",
    OPENING,
    FREE,
    f"{SERIES}/events/forum-smart-city-mediterranee",  # tariffs, rooms in parallel
    f"{SERIES}/events/datacenter-by-night-visites-guidees",  # slots, on approval
    f"{SERIES}/events/diner-des-investisseurs",  # by invitation
    f"{SERIES}/events/marseille-web-fest",  # elsewhere, two days
    f"{SERIES}/events/atelier-datavisualisation-citoyenne",  # pay what you want
    f"{SERIES}/venues/conservatoire-darius-milhaud",
    f"{SERIES}/people/josephine-nguyen-thi",
    f"{SERIES}/legal/cgv",
    f"{SERIES}/legal/mentions",
    f"{SERIES}/legal/privacy",
    f"{SERIES}/legal/accessibility",
    f"{SERIES}/tickets",
    f"{SERIES}/checkout",  # nothing is held
    f"{SERIES}/orders",
    f"{SERIES}/calls/",
    f"{SERIES}/calls/ftw15-pitch",
    f"{SERIES}/calls/ftw15-stands",
    "/fr/sign-in",
    "/fr/sign-in/link-sent",
    f"/fr/sign-in/{'x' * 32}",
    f"{SERIES}/nope",  # 404
    f"{SERIES}/hold",  # 405
    "/door/",
)
DESK_PAGES = (
    "/account/",
    "/account/closing",
    "/host/",
    "/organizer/series/new",
    f"{ORGANIZER}/",
    f"{ORGANIZER}/settings",
    f"{ORGANIZER}/programme",
    f"{ORGANIZER}/programme/releases",
    f"{ORGANIZER}/events/new",
    f"{ORGANIZER}/events/{{event}}",
    f"{ORGANIZER}/events/{{spoken}}/sessions/new",
    f"{ORGANIZER}/events/{{spoken}}/sessions/{{session}}",
    f"{ORGANIZER}/events/{{visits}}/slots",
    f"{ORGANIZER}/events/{{elsewhere}}/access",
    f"{ORGANIZER}/events/{{event}}/texts",
    f"{ORGANIZER}/events/{{event}}/details",
    f"{ORGANIZER}/tags",
    f"{ORGANIZER}/events/{{event}}/picture",
    f"{ORGANIZER}/speakers/1/picture",
    f"{ORGANIZER}/partners/1/picture",
    f"{ORGANIZER}/events/{{dinner}}/guests",
    f"{ORGANIZER}/events/{{dinner}}/guests/{{guest}}",
    f"{ORGANIZER}/events/{{visits}}/slots/{{visit}}",
    f"{ORGANIZER}/venues",
    f"{ORGANIZER}/venues/new",
    f"{ORGANIZER}/venues/2",
    f"{ORGANIZER}/speakers",
    f"{ORGANIZER}/speakers/1",
    f"{ORGANIZER}/catalogue",
    f"{ORGANIZER}/catalogue/events/{{event}}/new",
    f"{ORGANIZER}/catalogue/tariffs/{{tariff}}",
    f"{ORGANIZER}/catalogue/passes/new",
    f"{ORGANIZER}/catalogue/passes/{{bundle}}",
    f"{ORGANIZER}/catalogue/questions",
    f"{ORGANIZER}/catalogue/questions/new?kind=choice",
    f"{ORGANIZER}/catalogue/questions/{{question}}",
    f"{ORGANIZER}/codes",
    f"{ORGANIZER}/orders",
    f"{ORGANIZER}/orders?q=nobody",
    f"{ORGANIZER}/orders/{{code}}",
    f"{ORGANIZER}/orders/{{code}}/tickets/{{ticket}}",
    f"{ORGANIZER}/search",
    f"{ORGANIZER}/search?q=a",
    f"{ORGANIZER}/sales/new",
    f"{ORGANIZER}/sales/{{basket}}",
    f"{ORGANIZER}/orders?sort=total_cents&col=code&col=buyer&col=email&col=tickets&page=2",
    f"{ORGANIZER}/attendees",
    f"{ORGANIZER}/answers",
    f"{ORGANIZER}/needs",
    f"{ORGANIZER}/door/scans",
    f"{ORGANIZER}/jobs/{{job}}",
    f"{ORGANIZER}/messages",
    f"{ORGANIZER}/campaigns",
    f"{ORGANIZER}/notices",
    f"{ORGANIZER}/events/{{event}}/messages",
    f"{ORGANIZER}/campaigns/new",
    f"{ORGANIZER}/campaigns/new?to=holders",
    f"{ORGANIZER}/campaigns/{{letter}}",
    f"{ORGANIZER}/campaigns/{{letter}}/words",
    f"{ORGANIZER}/campaigns/{{sent}}",
    f"{ORGANIZER}/campaigns/{{sent}}/recipients",
    f"{ORGANIZER}/team",
    f"{ORGANIZER}/partners",
    f"{ORGANIZER}/keys",
    f"{ORGANIZER}/journal",
    f"{ORGANIZER}/calls/",
    f"{ORGANIZER}/calls/new",
    f"{CALL}/settings",
    f"{CALL}/criteria",
    f"{CALL}/questions",
    f"{CALL}/questions/pitch_fr",
    f"{ORGANIZER}/calls/{{written}}/criteria",
    f"{ORGANIZER}/calls/{{written}}/questions",
    f"{ORGANIZER}/calls/{{written}}/questions/new?kind=choice",
    f"{CALL}/",
    f"{CALL}/applications/{{application}}",
    f"{CALL}/jury",
    f"{CALL}/ranking",
    f"{CALL}/decisions",
    f"{ORGANIZER}/door/",
    f"{ORGANIZER}/door/events/{{free}}/attendance",
    f"{ORGANIZER}/door/events/{{free}}/list",
    "/jury/9/",  # 403
)
# What a GET answers that is no page: files, feeds, data, programs.
NO_PAGES = {
    "static", "assets.plain", "assets.versioned", "health.alive", "health.arrival",
    "health.ready", "health.metrics",
    "health.security_txt", "health.robots", "door.worker", "door.state", "door.list_companions",
    "public_feeds.ical", "public_feeds.event_ical", "public_feeds.frab", "public_feeds.c3voc",
    "public_orders.ical", "public_orders.pdf", "public_applications.download",
    "public_calls.eligibility_now", "public_pictures.picture", "public_elsewhere.go",
    "jury.download",
    "organizer_selection.download",
    "organizer_selection.export", "organizer_guests.export", "organizer_orders.export",
    "organizer_orders.export_attendees",
    "organizer_needs.export", "organizer_needs.export_answers", "organizer_orders.pdf",
    "organizer_discounts.export", "organizer_door_scans.export", "organizer_jobs.download",
    "organizer_door.badges_pdf",
    "public_tickets.extend", "public_tickets.apply_code", "public_tickets.remove",
}  # fmt: skip
# WCAG 2.2, 2.5.8: 24 px, save links in a sentence, controls inside their label, the pins of a map
# (its list has the same links), and what only a keyboard meets.
SMALL = """() => [...document.querySelectorAll("a[href], button, summary, select, input")]
  .filter((it) => {
    const box = it.getBoundingClientRect();
    if (!box.width || it.closest(".sr, .skip, label, svg") || it.type === "hidden") return false;
    const inline = getComputedStyle(it).display === "inline";
    if (inline && it.closest("p, dd, li, td, th, span")) return false;
    return box.width < 23.5 || box.height < 23.5;
  }).map((it) => `${it.tagName} ${it.textContent.trim().slice(0, 30)}`)"""


class Sweep:
    """Opens pages and keeps what is wrong with each, so that one run tells everything."""

    def __init__(self, app, address):
        self.routes = app.url_map.bind("localhost")
        self.address = address
        self.seen = set()
        self.wrong = []

    def open(self, page, path):
        answer = page.goto(self.address + path)
        assert answer.status < 500, path
        self.seen.add(self._endpoint(path))  # it may have led elsewhere
        self.look(page)

    def look(self, page):
        path = page.url.removeprefix(self.address)
        self.seen.add(self._endpoint(path))
        self._blame(path, "light desk", page, WEIGHED)
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme="dark")
        self._blame(path, "dark phone", page, AGAIN)
        page.set_viewport_size(REFLOW)
        self._measure(path, "reflow", page)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESK)

    def _endpoint(self, path):
        try:
            return self.routes.match(path.partition("?")[0], method="GET")[0]
        except HTTPException:  # an error page, an answer to a POST, the payment pages
            return None

    def _blame(self, path, where, page, rules):
        for name, nodes in blamed(page, rules):
            self.wrong.append(f"{path} ({where}): {name} at {nodes}")
        self._measure(path, where, page)

    def _measure(self, path, where, page):
        if page.evaluate(TOO_WIDE):
            self.wrong.append(f"{path} ({where}): wider than the screen")
        self.wrong += [f"{path} ({where}): small {it}" for it in page.evaluate(SMALL)]


@pytest.fixture
def address(app, monkeypatch):
    """The whole demo behind a real port, with a real clock and the payment pages."""
    clock.freeze(None)
    load.load(Story.at())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    at = f"http://127.0.0.1:{server.server_port}"
    settings.use(replace(app.extensions["settings"], base_url=at))
    monkeypatch.setattr(app, "wsgi_app", app.wsgi_app)
    mount_sandbox(app)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield at
    server.shutdown()
    thread.join(5)
    settings.use(app.extensions["settings"])


@pytest.fixture
def visitor(address, chromium):
    def come(email=None):
        context = chromium.new_context(
            viewport=DESK, color_scheme="light", locale="fr-FR", reduced_motion="reduce"
        )
        if email is not None:
            secret = sign_in.open_session(find_account(email).id, device="test")
            context.add_cookies([{"name": "session", "value": secret, "url": address}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: pytest.fail(f"{page.url}: {error}"))
        return page

    return come


def buy(sweep, page):
    """Through the checkout, refused once, to the order page; returns its address."""
    page.goto(sweep.address + OPENING)
    page.locator(".buybox .stepper input").first.fill("2")
    page.locator(".buybox button.btn-buy").click()
    sweep.look(page)
    page.goto(sweep.address + FREE)
    page.locator(".buybox .stepper input").first.fill("1")
    page.locator(".buybox button.btn-buy").click()
    page.fill("#email", "ada")
    page.locator("form#commande button.btn-buy").click()
    expect(page.get_by_role("alert")).to_be_visible()
    sweep.look(page)
    page.fill("#email", "ada@mail.example")
    page.fill("#first-0-0", LONG)
    page.fill("#company-0-0", LONG)
    page.check("#terms")
    page.locator("form#commande button.btn-buy").click()
    sweep.look(page)  # the payment page
    page.get_by_role("button", name="Annuler et revenir").click()
    page.locator("main").get_by_role("button", name="Payer").wait_for()
    sweep.look(page)  # waiting for payment
    page.locator("main").get_by_role("button", name="Payer").click()
    page.locator("button[value=card]").click()
    page.locator("article.ticket .qr").first.wait_for()
    sweep.look(page)
    return page.url.removeprefix(sweep.address).partition("?")[0]


def refund_one(sweep, desk, code):
    desk.goto(f"{sweep.address}{ORGANIZER}/orders/{code}")
    desk.locator("[name=ticket]").first.check()
    desk.fill("[name=reason]", "Empêchement du participant, prévenu par téléphone")
    desk.locator("button[value=tickets]").click()
    expect(desk.locator(".tag.is-bad")).to_be_visible()


def ask_for_a_file(address, desk):
    """The page of a long work; no worker runs here, so it waits."""
    desk.goto(f"{address}{ORGANIZER}/attendees")
    desk.get_by_role("button", name="XLSX").click()
    desk.get_by_text("En attente").wait_for()
    return desk.url.rsplit("/", 1)[1]


def invitation():
    """An invitation that waits at the team's page, and what its letter leads to."""
    owner = find_account("proprietaire@demo.example")
    asked = make.invitation(series_row(), "door", by=owner, email="nora@porte.example", name=LONG)
    return f"/fr/invitations/{inviting.link_of(asked)}"


def sent_message():
    """A message on its way, with letters that left, wait and failed."""
    made = make.campaign(series_row(), body_fr=f"{LONG}\n\nhttps://fr.example/{LONG}")
    campaigns.send(made.id, 1, actor="test", locale="fr")
    gathering.gather(made.id, after=0, done=0, saved=lambda *_given: None)
    waiting = db.session.scalars(select(Recipient.id).where(Recipient.campaign_id == made.id))
    for recipient_id in waiting.all()[:3]:
        recipients.gave_up(recipient_id, f"550 {LONG}")
    return made.id


def decide(sweep, desk):
    desk.goto(f"{sweep.address}{CALL}/decisions")
    desk.locator(".decide button.btn-ink").click()
    sweep.look(desk)
    desk.locator("a[href*='/letters/']").first.click()
    sweep.look(desk)


def gate(sweep, desk, phone):
    """A phone is paired; its page is the scanner."""
    desk.goto(f"{sweep.address}{ORGANIZER}/door/")
    desk.locator("form[action$='/pairings'] button").first.click()
    sweep.look(desk)
    phone.goto(desk.locator(".pairing code").inner_text())
    sweep.look(phone)
    phone.locator("button.big").click()
    phone.locator("#phone").wait_for()
    sweep.look(phone)
    phone.locator("#type").click()
    phone.fill("#token", "INCONNU")
    phone.locator("#typed button.is-full").click()
    phone.locator("#verdict").wait_for()
    sweep.look(phone)
    desk.goto(f"{sweep.address}{ORGANIZER}/door/")
    revoked_at = desk.locator("form[action$='/revocations']").first.get_attribute("action")
    desk.goto(sweep.address + revoked_at.replace("/revocations", "/departure"))
    sweep.look(desk)


def apply(sweep, page):
    page.goto(f"{sweep.address}{SERIES}/calls/ftw15-pitch")
    page.locator("main input[type=email]").fill("equipe@mistral.example")
    page.locator("main form button").last.click()
    sweep.look(page)
    page.get_by_role("button", name="Envoyer ma candidature").click()
    expect(page.get_by_role("alert")).to_be_visible()
    sweep.look(page)


def test_every_page_is_readable_in_both_schemes_on_a_phone_and_a_desk(app, address, visitor):
    sweep = Sweep(app, address)
    anyone, desk = visitor(), visitor("proprietaire@demo.example")
    for path in EVERYBODY:
        sweep.open(anyone, path)
    apply(sweep, anyone)
    sent = db.session.scalars(select(Application).where(Application.number == 1)).first()
    sweep.open(anyone, f"{SERIES}/applications/{sent.secret}")

    asked = [make.question(series_row(), kind, label_fr=LONG) for kind in KINDS]
    make.question(
        series_row(), "consent", label_fr="J’accepte d’être pris en photo", per_order=True
    )
    make.question(series_row(), "choice", label_fr="Repas", sensitive=True)
    order = buy(sweep, anyone)
    code = order.split("/")[-2]
    refund_one(sweep, desk, code)
    sweep.open(anyone, order)
    sweep.open(anyone, f"{order}/note")
    anyone.goto(address + order)
    anyone.get_by_role("link", name="Conditions acceptées").click()
    sweep.look(anyone)

    talk = db.session.scalars(select(Session).order_by(Session.id)).first()
    numbered = {event.number: event.id for event in db.session.scalars(select(Event))}
    names = {"event": numbered[1], "free": numbered[4]}
    names |= {"spoken": talk.event_id, "session": talk.id}
    visit = db.session.scalars(
        select(Slot).join(Event).where(Event.number == 11).order_by(Slot.id)
    ).first()
    names |= {"visits": visit.event_id, "visit": visit.id, "elsewhere": numbered[17]}
    dinner = db.session.get_one(Event, numbered[16])
    guest = make.guest(dinner, guests.openable(dinner.id)[0])
    names |= {"dinner": dinner.id, "guest": guest.id}
    names["written"] = make.call(series_row(), slug="ecrit").slug
    names["tariff"] = db.session.scalar(select(func.min(Product.id)))  # sold already
    names["bundle"] = db.session.scalar(select(func.max(Product.id)))
    names |= {
        "question": asked[2].id,
        "code": code,
        "ticket": queries.order_by_code(series_row().id, code).tickets[0].public_id,
        "basket": holds.make(series_row(), [Line(names["tariff"], 1)], way=Way.ORGANIZER),
        "application": sent.id,
        "job": ask_for_a_file(address, desk),
    }
    names |= {"letter": make.campaign(series_row(), urgent=True).id, "sent": sent_message()}
    automatic.turn(series_row().id, numbered[1], Occasion.BEFORE, 24, on=True, actor="test")
    make.notice(series_row(), text_fr=f"Le lieu change : {LONG}")
    decide(sweep, desk)
    invited = invitation()
    for path in DESK_PAGES:
        sweep.open(desk, path.format(**names))
    sweep.open(visitor(), invited)
    sweep.open(visitor(), f"{SERIES}/invited/{guest_links.link_of(guest)}")
    sweep.open(visitor(), f"{SERIES}/invited/passee")
    sweep.open(visitor(), f"/unsubscribe/{make.news_link(series_row())}")
    gate(sweep, desk, visitor())
    sweep.open(visitor("porte@demo.example"), "/door/")

    juror = visitor("josephine.pecoulet@jury.example")
    sweep.open(juror, "/jury/")
    sweep.open(juror, f"{juror.url.removeprefix(address)}conflicts")
    juror.goto(f"{address}/jury/")
    juror.locator(".jury-go a").click()
    sweep.look(juror)

    # A second series: the doors that led straight in now offer a choice.
    make.series(slug="hiver", organisation_id=series_row().organisation_id, release_number=1)
    for path in ("/fr/", "/", "/organizer/", "/jury/"):
        sweep.open(desk, path)

    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    pages = {endpoint for endpoint in pages - NO_PAGES if not endpoint.startswith("api")}
    assert not sweep.wrong, "\n".join(sweep.wrong)
    assert pages - sweep.seen == set()
