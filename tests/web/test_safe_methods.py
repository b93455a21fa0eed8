"""GET and HEAD change nothing: each route is asked with things that are there, and the database
hears no write. A route that is new and has no address here fails."""

import re

import pytest

from eventsapp.domain.accounts import api_keys, inviting, people, sign_in
from eventsapp.domain.accounts.models import RoleName, SignInLink
from eventsapp.domain.checkin import devices, scanning
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Person, Session, SessionPerson
from eventsapp.domain.selection.jury import dealing, jury
from eventsapp.domain.ticketing.catalogue import guest_links, passes
from eventsapp.domain.ticketing.catalogue.drafts import NewProduct
from eventsapp.domain.ticketing.catalogue.models import ProductKind
from eventsapp.domain.ticketing.sales import holds, queries
from eventsapp.domain.ticketing.sales.models import Hold
from eventsapp.kernel import clock, jobs
from eventsapp.kernel.db import db
from eventsapp.web.organizer.jobs import TITLES
from tests import make
from tests.domain.checkin import world

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

WRITE = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
# What is written is no change of anything that was asked about: a phone says that it lives, and who
# took a copy of personal data is written down.
NOTES = {
    "door.state": {"device"},
    "organizer_orders.export": {"audit_entry"},
    "organizer_needs.export": {"audit_entry"},
    "organizer_needs.export_answers": {"audit_entry"},
    "organizer_orders.export_attendees": {"audit_entry"},
    "organizer_door_scans.export": {"audit_entry"},
    "organizer_selection.export": {"audit_entry"},
    "organizer_guests.export": {"audit_entry"},
}
# Files by name and the two feeds of one event beside it: the walk of test_inventory opens them.
FILES = {"static", "assets.plain", "assets.versioned"}
# With one series, one call and a filled basket these lead on to it.
LEADING = {
    "public_programme.home", "public_programme.home_in", "organizer_dashboard.home", "jury.home",
    "public_tickets.apply_code", "public_tickets.extend", "public_tickets.remove",
    "public_guests.show",
}  # fmt: skip
# No file was sent, no decision taken, no terms accepted; the schema of tests has no number.
MISSING = {
    "public_applications.download", "organizer_selection.download", "jury.download",
    "public_pictures.picture",  # no picture was sent
    "public_elsewhere.go",  # what it counts: tests/web/public/test_access.py
    "organizer_jobs.download",
    "organizer_selection_ranking.letter", "public_orders.accepted_terms", "health.ready",
    "health.arrival",  # for the doctor's signature alone
}  # fmt: skip


@pytest.fixture
def rooms(app, client, monkeypatch):
    """Address by endpoint: one thing of each kind, and a browser that may see them all."""
    series = make.series(slug="essai")
    event = make.event(series, venue_id=make.venue(series).id)
    talk, speaker = spoken(event)
    product = make.product(event)
    releases.publish(series.id, actor="test")
    order = queries.order_by_code(series.id, make.paid_order(product, 1).code)
    call = make.call(series)
    draft, sent = make.draft(call), make.application(call)
    juror = make.juror(call, email="jury@demo.example", declared=False)
    owner = juror.account
    people.grant_role(owner.id, RoleName.OWNER, organisation_id=series.organisation_id)
    people.make_host(owner.id, actor="test")
    for other in range(2):  # an application is read by several
        make.juror(call, email=f"autre-{other}@demo.example")
    jury.declare(juror.id, {}, actor="test")
    dealing.assign_missing(call.id, actor="test")
    gate = world.gate(event)
    _device, phone = devices.pair(devices.offer_pairing(gate.id, actor="account:1"), "Nora")
    scan = scanning.scan(world.code(gate, "X", uuid="11111111-1111", source=f"device:{_device.id}"))
    hold = holds.make(series, [make.line(product)])
    client.set_cookie("door", phone, path="/door")
    client.set_cookie("hold", hold)
    make.signed_in(client, owner)
    monkeypatch.setitem(TITLES, "count", "Compter")
    whose = {"organisation_id": series.organisation_id, "series_id": series.id}
    job = jobs.ask("count", "k", {}, actor=f"account:{owner.id}", locale="fr", **whose)
    guest = make.guest(event, product)
    letter = make.campaign(series, event)
    values = {
        "campaign_id": letter.id,
        "job": job,
        "lang": "fr", "series": series.slug, "code": order.code, "secret": order.secret,
        "event_id": event.id, "venue_id": make.venue(series).id, "application_id": sent.id,
        "device_id": _device.id,
        "juror_id": juror.id, "uuid": scan.uuid, "person_id": speaker.id,
        "slot_id": event.slots[0].id, "guest_id": guest.id, "session_id": talk.id,
        "question_id": make.question(series).id, "ticket_code": order.tickets[0].public_id,
        "product_id": product.id, "decision_id": 0, "line_id": 1, "question": "deck",
        "digest": "0" * 64, "page": "cgv", "key": "a" * 32, "width": 480, "ending": "webp",
        "partner_id": make.partner(series, make.organisation().id).id,
    }  # fmt: skip
    asked = inviting.link_of(make.invitation(series))
    own = {
        "account_invitations.show": {"secret": asked},
        "public_programme.event": {"slug": event.slug},
        "public_feeds.event_ical": {"slug": event.slug},
        "public_elsewhere.go": {"slug": event.slug},
        "public_guests.show": {"secret": guest_links.link_of(guest)},
        "public_unsubscribing.show": {"secret": make.news_link(series)},
        "public_programme.venue": {"slug": event.venue.slug},
        "public_programme.person": {"slug": speaker.slug},
        "public_applications.form": {"secret": draft.secret},
        "public_applications.download": {"secret": draft.secret},
        "account.with_link": {"secret": sign_in.new_link(owner.id)},
        "door.pair": {"code": devices.offer_pairing(gate.id, actor="account:1")},
        "organizer_passes.edit": {"product_id": a_pass(event).id},
        "organizer_selling.details": {"secret": holds.make(series, [make.line(product)])},
    }
    key = api_keys.create(
        "all",
        series_id=series.id,
        organisation_id=series.organisation_id,
        scopes=["orders:read", "attendees:read", "programme:read"],
    )

    api_keys.find(key)  # the use of a key is noted once in ten minutes: this is it

    def fill(rule):
        given = values | own.get(rule.endpoint, {})
        if "/calls/" in rule.rule:
            given |= {"slug": call.slug}
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(given[found[1]]), rule.rule)

    return {
        rule.endpoint: (fill(rule), {"Authorization": f"Bearer {key}"})
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and rule.endpoint not in FILES
    }


def a_pass(event):
    """A pass for this event alone."""
    new = NewProduct("PASS", "Pass", "Pass", 3000, kind=ProductKind.PASS)
    own = {"actor": "test", "organisation_id": event.organisation_id}
    return passes.add_pass(event.series_id, new, [(event.id, 1900)], **own)


def spoken(event):
    """A talk at the event, and who gives it."""
    own = {"series_id": event.series_id, "organisation_id": event.organisation_id}
    speaker = make.save(Person(**own, slug="ada", first_name="Ada", last_name="Byron"))
    slot = event.slots[0]
    talk = Session(
        event_id=event.id,
        title_fr="Exposé",
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        uid="t",
    )
    talk = make.save(talk)
    make.save(SessionPerson(session_id=talk.id, person_id=speaker.id))
    return talk, speaker


def test_no_route_writes_when_it_is_read(client, rooms, statements):
    """Twice each: what is remembered by the first look is no excuse for the second."""
    wrote, unread = [], set()
    for endpoint, (path, headers) in rooms.items():
        for method in ("HEAD", "GET"):
            statements.clear()
            answer = client.open(path, method=method, headers=headers)
            tables = {found[2] for line in statements if (found := WRITE.match(line))}
            if tables - NOTES.get(endpoint, set()):
                wrote.append(f"{method} {path}: {sorted(tables)}")
            if answer.status_code != 200:
                unread.add(endpoint)
    assert wrote == []
    assert unread == LEADING | MISSING


def test_head_answers_as_get_does_and_without_a_body(client, rooms):
    differ = []
    for path, headers in rooms.values():
        head = client.open(path, method="HEAD", headers=headers)
        get = client.open(path, method="GET", headers=headers)
        if (head.status_code, head.data) != (get.status_code, b""):
            differ.append(f"{path}: {head.status_code}, {get.status_code}")
    assert differ == []


def test_a_look_at_a_one_time_link_leaves_it_to_its_owner(app, client):
    account = make.account("owner")
    link = f"/fr/sign-in/{sign_in.new_link(account.id)}"

    looked = client.head(link)
    used = db.session.query(SignInLink).one().used_at

    assert (looked.status_code, looked.headers.get("Set-Cookie"), used) == (200, None, None)
    assert client.post(link).status_code == 302


def test_a_look_at_the_basket_keeps_no_place_longer(app, client, now):
    product = make.product()
    secret = holds.make(product.event.series, [make.line(product)])
    client.set_cookie("hold", secret)
    before = db.session.query(Hold).one().expires_at
    now(minutes=10)

    client.head(f"/fr/{product.event.series.slug}/checkout/extensions")

    db.session.expire_all()
    assert db.session.query(Hold).one().expires_at == before
    assert clock.now() < before
