"""Phones that leave the door with scans in hand: nothing is lost that the desk did not give up."""

import re

import pytest
from playwright.sync_api import expect

from eventsapp.domain.accounts import sign_in
from eventsapp.domain.checkin import devices, revoking
from eventsapp.domain.checkin.models import Device, Scan
from tests import make
from tests.domain.checkin import world
from tests.journeys.phones import ask_module, scanner_at, verdict_of

# The rules run on both databases elsewhere; a browser needs one.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def gate(evening):
    return world.gate(evening)


def hold_three(phone, evening):
    """Three people enter while the phone has no network."""
    phone.context.set_offline(True)
    for _ in range(3):
        assert verdict_of(phone, world.token(world.ticket(evening)))[0] == "kept"


def nothing_stays(phone):
    """What the page and the browser still hold of the door, once the page has had its time: it
    opens its store to count what was lost, and deletes it then."""
    phone.wait_for_load_state()
    for _ in range(50):
        held = phone.evaluate(
            """async () => ({
              databases: (await indexedDB.databases()).map((one) => one.name),
              caches: await caches.keys(),
              notes: Object.keys(localStorage).filter((name) => name.startsWith("door-")),
              workers: (await navigator.serviceWorker.getRegistrations()).length,
            })"""
        )
        if held == NOTHING:
            break
        phone.wait_for_timeout(100)
    return held


NOTHING = {"databases": [], "caches": [], "notes": [], "workers": 0}


def test_the_desk_lets_a_phone_hand_over_and_then_it_is_revoked(
    app, address, evening, gate, chromium
):
    phone = scanner_at(gate, chromium, address)
    # The server hears nothing of what is scanned, and hears that there is something.
    phone.route(re.compile("/door/scans"), lambda route: route.abort())
    for _ in range(3):
        assert verdict_of(phone, world.token(world.ticket(evening)))[0] == "kept"
    account = make.account(role="organizer", in_series=evening.series)
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    secret = sign_in.open_session(account.id, device="test")
    context.add_cookies([{"name": "session", "value": secret, "url": address}])
    desk = context.new_page()
    row = desk.get_by_role("row", name="Nora")
    for _ in range(10):
        desk.goto(f"{address}/organizer/{evening.series.slug}/door/")
        if row.locator("[data-label='À envoyer']").inner_text() == "3":
            break
        desk.wait_for_timeout(1000)

    row.get_by_role("button", name="Révoquer").click()
    expect(desk.get_by_text("annonçait 3 scans")).to_be_visible()
    desk.get_by_role("button", name="Le laisser transmettre d’abord").click()
    expect(row).to_contain_text("transmet ses scans, restent 3")
    expect(phone.locator("#leaving")).to_be_visible(timeout=15_000)
    expect(phone.locator("#left")).to_contain_text("3 scans")
    expect(phone.locator("#thumb")).to_be_hidden()
    phone.unroute(re.compile("/door/scans"))

    expect(phone.get_by_text("n’est pas appairé")).to_be_visible(timeout=15_000)
    desk.reload()
    expect(row).to_contain_text("révoqué")
    assert [scan.reading for scan in world.fresh(Scan)] == ["first"] * 3
    assert nothing_stays(phone) == NOTHING


def test_a_phone_revoked_while_it_is_away_loses_nothing(app, address, evening, gate, chromium):
    phone = scanner_at(gate, chromium, address)
    hold_three(phone, evening)
    revoking.revoke(world.fresh(Device)[0].id, actor="account:1")

    phone.context.set_offline(False)

    expect(phone.get_by_text("n’est pas appairé")).to_be_visible(timeout=15_000)
    assert [scan.reading for scan in world.fresh(Scan)] == ["first"] * 3
    assert [row.queued for row in world.fresh(Device)] == [0]
    assert nothing_stays(phone) == NOTHING


def test_a_reload_while_it_hands_over_loses_nothing_and_scans_nothing(
    app, address, evening, gate, chromium
):
    phone = scanner_at(gate, chromium, address)
    hold_three(phone, evening)
    revoking.ask_to_hand_over(world.fresh(Device)[0].id, actor="account:1")
    phone.route(re.compile("/door/scans"), lambda route: route.abort())
    phone.context.set_offline(False)
    expect(phone.locator("#leaving")).to_be_visible(timeout=15_000)

    phone.reload()
    expect(phone.locator("#leaving")).to_be_visible()
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("#leaving")).to_be_visible()
    expect(phone.locator("#left")).to_contain_text("3 scans")
    phone.unroute(re.compile("/door/scans"))
    phone.context.set_offline(False)

    expect(phone.get_by_text("n’est pas appairé")).to_be_visible(timeout=15_000)
    assert [scan.reading for scan in world.fresh(Scan)] == ["first"] * 3


def test_a_phone_that_was_cut_off_forgets_and_says_how_many_did_not_arrive(
    app, address, evening, gate, chromium
):
    phone = scanner_at(gate, chromium, address)
    hold_three(phone, evening)
    revoking.cut_off(world.fresh(Device)[0].id, actor="account:1")

    phone.context.set_offline(False)

    expect(phone.get_by_role("alert")).to_contain_text("3 scans de ce téléphone", timeout=15_000)
    assert world.fresh(Scan) == []
    assert nothing_stays(phone) == NOTHING


def test_the_same_when_the_page_is_opened_anew(app, address, evening, gate, chromium):
    """The scanner itself never hears of it: it was closed."""
    phone = scanner_at(gate, chromium, address)
    phone.route(re.compile("/door/(scans|state|handovers)"), lambda route: route.abort())
    scan = {"uuid": "kept-kept-kept", "token": "X", "kind": "entry", "seq": 1}
    ask_module(phone, "queue", "(queue, scan) => queue.add(scan)", scan)
    revoking.cut_off(world.fresh(Device)[0].id, actor="account:1")

    phone.goto(f"{address}/door/")

    expect(phone.get_by_role("alert")).to_contain_text("1 scan de ce téléphone", timeout=15_000)
    assert nothing_stays(phone) == NOTHING


def test_a_phone_paired_anew_takes_along_what_it_could_not_send(
    app, address, evening, gate, chromium
):
    phone = scanner_at(gate, chromium, address)
    hold_three(phone, evening)
    revoking.ask_to_hand_over(world.fresh(Device)[0].id, actor="account:1")
    phone.route(re.compile("/door/scans"), lambda route: route.abort())
    phone.context.set_offline(False)
    expect(phone.locator("#leaving")).to_be_visible(timeout=15_000)

    phone.goto(f"{address}/door/pair/{devices.offer_pairing(gate.id, actor='account:1')}")
    phone.get_by_role("button", name="Appairer ce téléphone").click()
    phone.unroute(re.compile("/door/scans"))

    expect(phone.locator("#entered")).to_have_text("3", timeout=15_000)
    assert verdict_of(phone, world.token(world.ticket(evening)))[:2] == ("yes", "Entrez")


def test_a_phone_that_lost_its_cookie_keeps_what_it_holds_until_it_is_paired_anew(
    app, address, evening, gate, chromium
):
    """A browser that forgets its cookies is not cut off: nobody has told it to forget its scans."""
    phone = scanner_at(gate, chromium, address)
    hold_three(phone, evening)
    phone.context.clear_cookies()

    phone.context.set_offline(False)

    expect(phone.get_by_role("alert")).to_contain_text("garde 3 scans", timeout=15_000)
    assert world.fresh(Scan) == []
    phone.goto(f"{address}/door/pair/{devices.offer_pairing(gate.id, actor='account:1')}")
    phone.get_by_role("button", name="Appairer ce téléphone").click()
    expect(phone.locator("#entered")).to_have_text("3", timeout=15_000)
    assert [scan.reading for scan in world.fresh(Scan)] == ["first"] * 3
