"""A slot is its row: lines that are added, moved or taken away leave the others alone."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from eventsapp.domain.planning import saving
from eventsapp.domain.programme import releases, talks
from eventsapp.domain.programme.models import Event, Session, Slot
from eventsapp.domain.programme.talks import SessionDraft
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import checkout, papers
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel.clock import local
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import FIXED
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.web.organizer.programme.test_programme import Desk

FIRST = datetime(2026, 9, 24, 16, 30, tzinfo=UTC)  # 18:30 on the wall
STEP = timedelta(minutes=45)
HALF = timedelta(minutes=30)


@pytest.fixture
def desk(client):
    return Desk(client)


@pytest.fixture
def visits(desk):
    """Five visits, a tariff sold per visit, and one ticket for the second (19:15)."""
    event = make.event(desk.series, starts_at=FIRST, ends_at=FIRST + HALF, capacity=90)
    for n in range(1, 5):
        start = FIRST + n * STEP
        make.save(Slot(event_id=event.id, starts_at=start, ends_at=start + HALF, capacity=15))
    with transaction() as session:
        session.get_one(Event, event.id).slots[0].capacity = 15
    product = make.product(event, places=None, per_slot=True)
    slots = slots_of(event.id)
    line = make.line(product, slot_id=slots[1].id)
    buyer = Buyer(email="ada@mail.example")
    checkout.sell(desk.series, [line], buyer, make.nobody(1), payment="offline")
    saving.publish(desk.series.id, actor="test")
    return event.id, db.session.query(Order).one()


def slots_of(event_id):
    rows = select(Slot).where(Slot.event_id == event_id).order_by(Slot.starts_at)
    return list(db.session.scalars(rows))


def wall(instant):
    return f"{local(instant, 'Europe/Paris'):%Y-%m-%dT%H:%M}"


def form_of(desk, event_id, lines=None):
    """The form as the page gives it; ``lines`` replaces the (row, start, end) of its slots."""
    _answer, text = desk.get(f"events/{event_id}")
    event = db.session.get_one(Event, event_id, populate_existing=True)
    if lines is None:
        lines = shown_lines(text)
    form = {
        "version": re.search(r'name="version"[^>]* value="(\d+)"', text)[1],
        "title_fr": event.title_fr,
        "kind": "workshop",
        "domain": "",
        "venue": "",
        "organisation": str(event.organisation_id),
        "state": "confirmed",
        "access": "open",
        "capacity": str(event.capacity or ""),
        "doors_minutes_before": str(event.doors_minutes_before),
        "step": "save",
    }
    for n, (row, start, end) in enumerate(lines):
        form |= {f"slot{n}-row": row, f"slot{n}-starts_at": start, f"slot{n}-ends_at": end}
    return form


def shown_lines(text):
    def values(name):
        tags = re.findall(rf'<input[^>]*name="slot\d+-{name}"[^>]*>', text)
        found = [re.search(r'value="([^"]*)"', tag) for tag in tags]
        return [one[1] if one else "" for one in found]

    return list(zip(values("row"), values("starts_at"), values("ends_at"), strict=True))


def lines_of(desk, event_id):
    return [line for line in shown_lines(desk.get(f"events/{event_id}")[1]) if line[0]]


def test_a_visit_added_before_the_first_moves_nobody(desk, visits):
    event_id, order = visits
    before = {slot.id: (slot.starts_at, slot.uid) for slot in slots_of(event_id)}
    new = ("", wall(FIRST - STEP), wall(FIRST - STEP + HALF))

    lines = [new, *lines_of(desk, event_id)]
    answer, text = desk.post(f"events/{event_id}", **form_of(desk, event_id, lines))
    assert answer.status_code == 302, text

    after = slots_of(event_id)
    assert {s.id: (s.starts_at, s.uid) for s in after if s.id in before} == before
    assert len(after) == 6
    assert after[0].capacity == 15
    assert desk.post("programme/releases")[0].status_code == 302
    order = db.session.get_one(Order, order.id, populate_existing=True)
    address = f"/fr/weeks/orders/{order.code}/{order.secret}"
    assert "19 h 15" in desk.client.get(address).get_data(as_text=True).replace(FIXED, " ")
    own = Calendar.from_ical(desk.client.get(f"{address}/calendar.ics").data).walk("VEVENT")
    assert [(str(e["uid"]), e["dtstart"].dt) for e in own] == [(after[2].uid, FIRST + STEP)]
    paper = papers.paper_of(order.tickets[0], releases.current("weeks"))
    assert "19 h 15" in paper.when.replace(FIXED, " ")
    assert "18 h 45" in paper.advice.replace(FIXED, " ")
    feed = Calendar.from_ical(desk.client.get("/fr/weeks/schedule.ics").data)
    starts = {str(e["uid"]): e["dtstart"].dt for e in feed.walk("VEVENT")}
    assert starts == {slot.uid: slot.starts_at for slot in after}
    days = desk.client.get("/fr/weeks/schedule.json").json["schedule"]["conference"]["days"]
    talks_there = [e for day in days for room in day["rooms"].values() for e in room]
    guids = {e["id"]: e["guid"] for e in talks_there}
    assert guids == {slot.id: slot.uid for slot in after}


def test_a_new_visit_sells_its_own_places_and_the_others_keep_theirs(desk, visits):
    event_id, _ticket = visits
    quotas = select(Quota.slot_id, Quota.size, Quota.taken).where(Quota.slot_id.is_not(None))
    before = {row.slot_id: (row.size, row.taken) for row in db.session.execute(quotas)}
    new = ("", wall(FIRST - STEP), wall(FIRST - STEP + HALF))

    desk.post(f"events/{event_id}", **form_of(desk, event_id, [new, *lines_of(desk, event_id)]))
    assert {row.slot_id: (row.size, row.taken) for row in db.session.execute(quotas)} == before
    desk.post("programme/releases")

    after = {row.slot_id: (row.size, row.taken) for row in db.session.execute(quotas)}
    added = set(after) - set(before)
    assert {key: after[key] for key in before} == before
    assert [after[key] for key in added] == [(15, 0)]


def test_a_visit_with_tickets_that_moves_names_its_holders_and_asks(desk, visits):
    event_id, _ticket = visits
    lines = lines_of(desk, event_id)
    lines[1] = (lines[1][0], wall(FIRST + STEP + HALF / 2), lines[2][1])
    form = form_of(desk, event_id, lines)

    answer, text = desk.post(f"events/{event_id}", **form)

    assert answer.status_code == 422
    assert "1 personne a un billet" in text
    assert slots_of(event_id)[1].starts_at == FIRST + STEP
    seen = re.search(r'name="seen" value="(\w+)"', text)[1]
    refused, _text = desk.post(f"events/{event_id}", **form | {"seen": "0" * 24})
    saved, _text = desk.post(f"events/{event_id}", **form | {"seen": seen})
    assert (refused.status_code, saved.status_code) == (422, 302)
    assert slots_of(event_id)[1].starts_at == FIRST + STEP + HALF / 2


def test_a_visit_with_tickets_does_not_go(desk, visits):
    event_id, _ticket = visits
    lines = lines_of(desk, event_id)

    answer, text = desk.post(
        f"events/{event_id}", **form_of(desk, event_id, [lines[0], *lines[2:]])
    )

    assert answer.status_code == 409
    assert "1 billet(s) donnent accès à la séance que vous retirez" in text
    assert len(slots_of(event_id)) == 5


def test_a_visit_that_nobody_bought_goes_with_its_places(desk, visits):
    event_id, _ticket = visits
    lines = lines_of(desk, event_id)

    answer, text = desk.post(f"events/{event_id}", **form_of(desk, event_id, lines[:4]))

    assert answer.status_code == 302, text
    assert len(slots_of(event_id)) == 4
    assert db.session.query(Quota).filter(Quota.slot_id.is_not(None)).count() == 4


def test_a_line_cannot_name_the_row_of_another_event(desk, visits):
    event_id, _ticket = visits
    foreign = make.event(desk.series)
    row, start = foreign.slots[0].id, foreign.slots[0].starts_at
    lines = lines_of(desk, event_id)
    lines[0] = (str(row), *lines[0][1:])

    answer, _text = desk.post(f"events/{event_id}", **form_of(desk, event_id, lines))

    assert answer.status_code in (404, 409)
    assert db.session.get_one(Slot, row, populate_existing=True).starts_at == start
    assert len(slots_of(event_id)) == 5


@pytest.fixture
def march(desk):
    """An event on 10 March with a talk at ten."""
    start = datetime(2027, 3, 10, 8, 0, tzinfo=UTC)
    event = make.event(desk.series, starts_at=start, ends_at=start + 10 * STEP, capacity=90)
    at = start + timedelta(hours=1)
    draft = SessionDraft("Causerie", "", None, at, at + HALF, "fr", ())
    return event.id, talks.create_session(event.id, draft, actor="test").id, at


def test_a_day_added_before_leaves_the_talks_where_they_are(desk, march):
    event_id, talk_id, at = march
    new = ("", "2027-03-09T09:00", "2027-03-09T17:00")

    answer, text = desk.post(
        f"events/{event_id}", **form_of(desk, event_id, [new, *lines_of(desk, event_id)])
    )

    assert answer.status_code == 302, text
    assert db.session.get_one(Session, talk_id, populate_existing=True).starts_at == at


def test_a_talk_follows_its_own_day_once_the_page_has_said_so(desk, march):
    event_id, talk_id, at = march
    lines = [(lines_of(desk, event_id)[0][0], "2027-03-11T09:00", "2027-03-11T17:00")]
    form = form_of(desk, event_id, lines)

    answer, text = desk.post(f"events/{event_id}", **form)

    assert answer.status_code == 422
    assert "« Causerie » suit sa séance" in text.replace("\u00a0", " ").replace("\u202f", " ")
    assert db.session.get_one(Session, talk_id, populate_existing=True).starts_at == at
    seen = re.search(r'name="seen" value="(\w+)"', text)[1]
    assert desk.post(f"events/{event_id}", **form | {"seen": seen})[0].status_code == 302
    moved = db.session.get_one(Session, talk_id, populate_existing=True)
    assert moved.starts_at == at + timedelta(days=1)
