"""Tariffs of many events: found by their names, and ticked all at once."""

import pytest
from playwright.sync_api import expect

from eventsapp.domain.accounts import sign_in
from tests import make

# A rule of a page: the database is only there to serve it.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def page(app, address, chromium):
    """The codes of a series of six evenings with two tariffs each."""
    series = make.series(slug="essai")
    for n in range(6):
        event = make.event(series, number=n, title_fr=f"Soirée {'ÀÉÎÔÙÇ'[n]}")
        make.product(event, label_fr="Étudiants")
        make.product(event, label_fr="Plein")
    context = chromium.new_context(locale="fr-FR")
    secret = sign_in.open_session(make.account("owner", in_series=series).id, device="test")
    context.add_cookies([{"name": "session", "value": secret, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/organizer/essai/codes")
    return page


def test_a_tariff_is_found_by_its_event_or_its_own_name(page):
    shown = page.locator("[data-pick-one]:visible")
    search = page.get_by_label("Chercher un événement ou un tarif")
    expect(shown).to_have_count(12)

    search.fill("soiree e")
    expect(shown).to_have_count(2)
    shown.first.locator("input").check()
    search.fill("plein")
    # What is ticked stays in sight.
    expect(shown).to_have_count(7)
    search.fill("zz")
    expect(shown).to_have_count(1)
    search.fill("")
    expect(shown).to_have_count(12)


def test_all_of_an_event_is_ticked_and_unticked(page):
    evening = page.locator("[data-pick-group]").nth(2)
    whole = evening.get_by_label("tous les tarifs")
    whole.check()
    for n in range(2):
        expect(evening.locator("[data-pick-one] input").nth(n)).to_be_checked()

    evening.locator("[data-pick-one] input").first.uncheck()

    expect(whole).not_to_be_checked()
    expect(evening.locator("[data-pick-one] input").nth(1)).to_be_checked()
