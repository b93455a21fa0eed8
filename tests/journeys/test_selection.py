"""Journeys 2, 3 and 4: a startup applies, jurors judge, an organizer publishes, a winner confirms.

A real Chromium on the reference case. Every page is checked with axe as it is met.
"""

import threading
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from eventsapp import settings
from eventsapp.delivery import worker
from eventsapp.demo import selection
from eventsapp.demo.story import Story
from eventsapp.domain.accounts import sign_in
from eventsapp.domain.accounts.people import find_account
from eventsapp.domain.programme.models import Domain
from eventsapp.domain.selection.calls import queries as calls_queries
from eventsapp.domain.selection.jury import queries
from eventsapp.gateways import mail
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make
from tests.gateways.test_files import PDF
from tests.journeys.sight import check

# A browser needs one database, and this one is where production is; `tests/web` asks for every
# address met here on both, and the sweep of all pages walks the same way on SQLite.
pytestmark = pytest.mark.parametrize("app", ["postgres"], indirect=True)

PHONE = {"width": 375, "height": 812}
DESK = {"width": 1280, "height": 900}
CALL = "/organizer/ftw2015/calls/ftw15-stands"


@pytest.fixture
def address(app):
    """The application with the demo's calls behind a real port, with a real clock."""
    clock.freeze(None)
    series = make.series(slug="ftw2015", is_demo=True)
    make.save(Domain(series_id=series.id, slug="e-sante", name_fr="E-santé", name_en="E-health"))
    selection.load(Story.at())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    at = f"http://127.0.0.1:{server.server_port}"
    settings.use(replace(app.extensions["settings"], base_url=at))
    mail.memory().sent.clear()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield at
    server.shutdown()
    thread.join(5)
    settings.use(app.extensions["settings"])


def visitor(chromium, address, email=None, size=DESK, scripts=True):
    """A page of somebody; with an address it is signed in."""
    context = chromium.new_context(viewport=size, locale="fr-FR", java_script_enabled=scripts)
    if email is not None:
        secret = sign_in.open_session(find_account(email).id, device="test")
        context.add_cookies([{"name": "session", "value": secret, "url": address}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page


def fill(page, **typed):
    for name, text in typed.items():
        page.fill(f'[name="{name.replace("__", ".")}"]', text)


def test_a_late_answer_about_an_earlier_field_says_nothing_any_more(address, chromium):
    page = visitor(chromium, address, size=PHONE)
    page.goto(f"{address}/fr/ftw2015/calls/ftw15-pitch")
    page.get_by_label("Adresse électronique").fill("lente@mistral.example")
    page.get_by_role("button", name="Commencer ma candidature").click()
    page.wait_for_load_state()  # before that nobody listens to the fields
    held = []
    page.route("**/eligibility?*", lambda at: at.continue_() if held else held.append(at))

    fill(page, founded="2001", siren="123456789")
    page.get_by_label("Ville").focus()
    expect(page.locator("#siren-early")).to_contain_text("vérifiez ses chiffres")
    with page.expect_response("**/eligibility?*"):
        held[0].continue_()
    page.wait_for_function("document.readyState === 'complete'")

    expect(page.locator("#siren-early")).to_contain_text("vérifiez ses chiffres")
    expect(page.locator("#founded-early")).to_contain_text("il en faut moins de 8")


def test_a_startup_applies_and_resumes_by_its_link(address, chromium):
    page = visitor(chromium, address, size=PHONE)
    page.goto(f"{address}/fr/ftw2015/calls/")
    check(page)
    page.get_by_role("link", name="Concours de pitch").click()
    check(page)
    page.get_by_label("Adresse électronique").fill("equipe@mistral.example")
    page.get_by_role("button", name="Commencer ma candidature").click()
    page.wait_for_load_state()  # before that nobody listens to the fields

    # Told early, before anything is sent.
    fill(page, founded="2001", siren="123456789")
    page.get_by_label("Ville").focus()
    expect(page.locator("#founded-early")).to_contain_text("il en faut moins de 8")
    expect(page.locator("#siren-early")).to_contain_text("vérifiez ses chiffres")
    fill(page, company="Mistral & Cie", founded="2024", siren="")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
    check(page)

    worker.drain()
    [letter] = [m for m in mail.memory().sent if m.to == "equipe@mistral.example"]
    link = next(word for word in letter.text.split() if word.startswith(address))
    later = visitor(chromium, address)
    later.goto(link)
    expect(later.get_by_label("Nom de l’entreprise")).to_have_value("Mistral & Cie")
    fill(
        later,
        city="Marseille",
        postcode="13002",
        pitch_fr="Nous prévoyons le vent.",
        headcount="3",
        contact__first_name="Ada",
        contact__last_name="Lovelace",
    )
    later.get_by_role("button", name="Envoyer ma candidature").click()
    expect(later.get_by_role("alert")).to_contain_text("Domaine")
    check(later)
    later.select_option('[name="domain"]', "smart-city")
    # A file far over the limit is stopped before it leaves, and nothing typed is lost.
    deck = {"name": "deck.pdf", "mimeType": "application/pdf", "buffer": PDF + b" " * 14_000_000}
    later.set_input_files('[name="deck"]', deck)
    later.get_by_role("button", name="Envoyer ma candidature").click()
    expect(later.locator("#deck-early")).to_contain_text("dépasse 10 Mo")
    deck = {"name": "deck.pdf", "mimeType": "application/pdf", "buffer": PDF}
    later.set_input_files('[name="deck"]', deck)
    later.get_by_role("button", name="Envoyer ma candidature").click()

    expect(later.get_by_text("APP-001")).to_be_visible()
    check(later)
    worker.drain()
    assert "APP-001" in mail.memory().sent[-1].subject


def test_a_startup_applies_without_scripts(address, chromium):
    page = visitor(chromium, address, scripts=False)
    page.goto(f"{address}/en/ftw2015/calls/ftw15-pitch")
    page.get_by_label("E-mail address").fill("team@plain.example")
    page.get_by_role("button", name="Start my application").click()
    fill(
        page,
        company="Plain",
        founded="2024",
        city="Aix",
        postcode="13100",
        pitch_fr="Simple.",
        headcount="2",
        contact__first_name="Ada",
        contact__last_name="Lovelace",
    )
    page.select_option('[name="domain"]', "e-sante")
    page.get_by_role("button", name="Submit my application").click()

    expect(page.get_by_text("Application submitted")).to_be_visible()


def test_a_newcomer_declares_conflicts_and_then_judges_by_keys(address, chromium):
    page = visitor(chromium, address, "julie.marquet@jury.example")
    page.goto(f"{address}/jury/")
    expect(page.get_by_role("heading", name="Conflits d’intérêts")).to_be_visible()
    check(page)
    page.get_by_label("Chercher un nom").fill("olivett")
    page.locator(".names li:not([hidden])").first.get_by_role("checkbox").check()
    page.get_by_label("Je garde pour moi").check()
    page.get_by_role("button", name="Continuer").click()

    check(page)
    page.locator(".jury-go a").click()
    expect(page.locator(".keys")).to_be_visible()
    check(page)
    for key in ("4", "3", "5", "2", "0"):
        page.keyboard.press(key)
    expect(page.locator("[data-mean-here]")).to_contain_text("5 sur 5")
    expect(page.locator("[data-state]")).to_have_text("Enregistré")
    page.get_by_role("button", name="Enregistrer, fiche suivante").click()

    expect(page.get_by_text("1 notée")).to_be_visible()
    juror = next(j for j in queries.jurors_of(_stands().id) if j.reference is None)
    assert sum(task.done for task in queries.tasks_of(juror)) == 1


def test_the_juror_with_twelve_left_works_on_a_phone(address, chromium):
    page = visitor(chromium, address, "josephine.pecoulet@jury.example", size=PHONE)
    page.goto(f"{address}/jury/")
    expect(page.locator(".num-l")).to_have_text("18")
    check(page)
    page.locator(".jury-go a").click()
    check(page)
    for criterion in ("innovation", "marche", "equipe", "territoire", "tech4good"):
        page.locator(f'input[name="score-{criterion}"][value="4"]').check()
    page.get_by_role("button", name="Enregistrer, fiche suivante").click()

    expect(page.get_by_text("19 notées")).to_be_visible()


def test_an_organizer_ranks_publishes_and_a_winner_confirms(address, chromium):
    organizer = make.account("organizer", in_series=_stands().series)
    page = visitor(chromium, address, organizer.email)
    page.goto(f"{address}{CALL}/")
    check(page)
    page.get_by_role("link", name="Classement").click()
    expect(page.locator("tr.is-in")).to_have_count(10)
    expect(page.locator(".apart li")).to_have_count(3)
    check(page)
    page.set_viewport_size(PHONE)
    expect(page.locator("tr.is-in .fig").first).to_be_visible()
    check(page)
    page.set_viewport_size(DESK)
    page.get_by_role("link", name="Aller aux décisions").click()
    page.get_by_role("button", name="Appliquer la règle").click()
    check(page)
    page.get_by_role("link", name="lire le courriel").first.click()
    check(page)
    page.go_back()
    page.get_by_label("Clore le jury maintenant").check()
    page.get_by_label("J’ai lu ce qui manque aux lectures").check()
    page.get_by_label("90 réponses partent").check()
    page.get_by_role("button", name="Publier les décisions").click()
    expect(page.get_by_text("Décisions publiées")).to_be_visible()

    worker.drain()
    # Not the invitation of the juror whom the demo has just invited.
    sent = mail.memory().sent
    letters = [letter for letter in sent if "selection-decision-" in letter.message_id]
    assert len({letter.to for letter in letters}) == len(letters) == 90
    winners = [letter for letter in letters if "Bonne nouvelle" in letter.text]
    assert len(winners) == 10
    # One of them has its place from the rule, which gives each domain its best.
    assert sum("est retenue par le jury" in letter.text for letter in winners) == 9
    link = next(word for word in winners[0].text.split() if word.startswith(address))
    winner = visitor(chromium, address, size=PHONE)
    winner.goto(link)
    check(winner)
    winner.get_by_role("button", name="Je confirme ma place").click()
    expect(winner.get_by_text("Votre place est confirmée.")).to_be_visible()


def test_an_organizer_makes_the_next_call_and_applicants_read_its_rule(address, chromium):
    organizer = make.account("organizer", in_series=_stands().series)
    page = visitor(chromium, address, organizer.email)
    page.goto(f"{address}/organizer/ftw2015/calls/")
    page.get_by_role("link", name="Nouvel appel").click()
    check(page)
    page.get_by_label("Modèle").select_option(str(_stands().id))
    page.get_by_role("button", name="Prendre ce modèle").click()
    page.get_by_label("Titre en français").fill("Stands du printemps")
    page.get_by_label("Ouverture").fill("")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Ouverture")
    check(page)
    page.get_by_label("Ouverture").fill("2026-01-05T09:00")
    page.get_by_label("Au plus par domaine").fill("2")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("L’appel est enregistré")).to_be_visible()
    page.set_viewport_size(PHONE)
    check(page)

    reader = visitor(chromium, address, size=PHONE)
    reader.goto(f"{address}/fr/ftw2015/calls/stands-du-printemps")
    expect(reader.get_by_text("2 au plus par domaine, jusqu’à 10.")).to_be_visible()
    reader.get_by_label("Adresse électronique").fill("equipe@printemps.example")
    reader.get_by_role("button", name="Commencer ma candidature").click()
    expect(reader.get_by_label("Nom de l’entreprise")).to_be_visible()


def _stands():
    db.session.expire_all()
    return calls_queries.call_by_slug("ftw15-stands")
