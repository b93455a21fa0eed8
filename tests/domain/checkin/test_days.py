"""An event of several days: how often one ticket enters, online, at two gates, and read anew."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from eventsapp.domain.checkin import companions, gates, hours, presence, queries, scanning, sync
from eventsapp.domain.checkin.models import Presence, Scan
from eventsapp.domain.checkin.sync import Uploaded
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import EntryPolicy, Event, Slot
from eventsapp.kernel import memory
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.domain.checkin import world

SATURDAY = datetime(2026, 9, 26, 7, 0, tzinfo=UTC)  # 9:00 on the wall, until 18:00
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def weekend(app, now):
    """Two days, 9:00 to 18:00; half past nine on the first."""
    event = make.event(
        make.series(slug="weeks"), starts_at=SATURDAY, ends_at=SATURDAY + 9 * HOUR, released=False
    )
    make.save(Slot(event_id=event.id, starts_at=SATURDAY + DAY, ends_at=SATURDAY + DAY + 9 * HOUR))
    publish(event)
    now(SATURDAY + HOUR / 2)
    return event


def publish(event, **values):
    with transaction() as session:
        row = session.get_one(Event, event.id)
        for name, value in values.items():
            setattr(row, name, value)
    releases.publish(event.series_id, actor="test")
    memory.forget_everything()


def said(gate, ticket, **given):
    passage = world.scanned(gate, ticket, **given)
    return passage.reason or passage.reading


def test_by_default_each_day_once(weekend, now):
    gate, south = world.gate(weekend), world.gate(weekend, "Porte Sud")
    ticket = world.ticket(weekend)

    first = [said(gate, ticket), said(south, ticket), said(gate, ticket, kind="exit")]
    again = said(south, ticket)
    now(SATURDAY + DAY + HOUR)
    second = [said(south, ticket), said(gate, ticket)]

    assert first == ["first", "already_in", "exit"]
    assert again == "already_in"
    assert second == ["again", "already_in"]
    assert presence.disagreements() == []


def test_what_is_said_on_the_second_day_is_of_the_second_day(weekend, now):
    gate, south = world.gate(weekend), world.gate(weekend, "Porte Sud")
    ticket = world.ticket(weekend)
    said(gate, ticket)
    morning = now(SATURDAY + DAY + HOUR) or SATURDAY + DAY + HOUR
    said(south, ticket)
    now(SATURDAY + DAY + 2 * HOUR)

    refused = world.scanned(gate, ticket)

    assert (refused.first_at, refused.first_gate) == (morning, "Porte Sud")


def test_after_midnight_is_the_day_of_the_evening(app, now):
    evening = datetime(2026, 9, 26, 18, 0, tzinfo=UTC)  # 20:00 to 2:00, two nights
    event = make.event(make.series(), starts_at=evening, ends_at=evening + 6 * HOUR)
    make.save(Slot(event_id=event.id, starts_at=evening + DAY, ends_at=evening + DAY + 6 * HOUR))
    publish(event)
    gate, ticket = world.gate(event), world.ticket(event)
    now(evening + HOUR)
    assert said(gate, ticket) == "first"

    now(evening + 5 * HOUR)  # one at night
    assert said(gate, ticket) == "already_in"
    now(evening + DAY)
    assert said(gate, ticket) == "again"


@pytest.mark.parametrize(
    ("policy", "saturday", "sunday"),
    [
        (EntryPolicy.ONCE, ["first", "already_in", "exit", "already_in"], "already_in"),
        (EntryPolicy.DAILY, ["first", "already_in", "exit", "already_in"], "again"),
        (EntryPolicy.RETURN, ["first", "already_in", "exit", "again"], "again"),
        (EntryPolicy.FREE, ["first", "again", "exit", "again"], "again"),
    ],
)
def test_each_policy(weekend, now, policy, saturday, sunday):
    publish(weekend, entry=policy)
    gate, ticket = world.gate(weekend), world.ticket(weekend)

    told = []
    for kind in ("entry", "entry", "exit", "entry"):
        now(minutes=1)
        told.append(said(gate, ticket, kind=kind))
    now(SATURDAY + DAY + HOUR)

    assert (told, said(gate, ticket)) == (saturday, sunday)
    assert presence.disagreements() == []


@pytest.mark.parametrize("policy", [EntryPolicy.ONCE, EntryPolicy.FREE])
def test_a_policy_acts_with_the_release(weekend, policy):
    gate, ticket = world.gate(weekend), world.ticket(weekend)
    with transaction() as session:
        session.get_one(Event, weekend.id).entry = policy

    told = [said(gate, ticket), said(gate, ticket)]

    assert told == ["first", "already_in"]


def test_one_evening_stays_as_it_was(app, now):
    event = make.event(make.series())
    publish(event)
    gate, ticket = world.gate(event), world.ticket(event)
    now(event.slots[0].starts_at)

    told = [said(gate, ticket, kind=kind) for kind in ("entry", "entry", "exit", "entry")]

    assert told == ["first", "already_in", "exit", "again"]


def test_a_visit_of_an_event_of_several_days_is_one_day(weekend, now):
    visit = db.session.scalars(select(Slot).where(Slot.event_id == weekend.id)).first()
    event = releases.current("weeks").event_by_id(weekend.id)

    assert (event.policy(visit.id), event.policy()) == ("return", "daily")


def test_nobody_of_yesterday_is_counted_inside_today(weekend, now):
    gate = world.gate(weekend)
    for ticket in [world.ticket(weekend) for _n in range(3)]:
        said(gate, ticket)
    today = world.ticket(weekend)
    now(SATURDAY + DAY + HOUR)
    said(gate, today)

    emptied = hours.emptied("weeks", [weekend.id], now())
    counted = queries.count([weekend.id], rehearsal=False, emptied=emptied)
    arrived = queries.arrivals([weekend.id], rehearsal=False, since=emptied[weekend.id])

    assert (counted.inside, counted.entered) == (1, 4)
    assert sum(number for _at, number in arrived) == 1


def test_a_night_that_is_open_empties_nothing(app, now):
    event = make.event(make.series(slug="nuit"), starts_at=SATURDAY, ends_at=SATURDAY + 33 * HOUR)
    publish(event)
    shown = releases.current("nuit").event_by_id(event.id)

    assert shown.policy() == "daily"
    assert [one.day for one in shown.mornings()] == [26, 27]
    assert [one.day for one in shown.emptied()] == [26]


def test_a_full_house_of_yesterday_is_empty_today(weekend, now):
    publish(weekend, instant_capacity=2)
    gate = world.gate(weekend)
    tickets = [world.ticket(weekend) for _n in range(3)]
    assert [said(gate, one) for one in tickets] == ["first", "first", "full"]

    now(SATURDAY + DAY + HOUR)

    assert [said(gate, one) for one in tickets] == ["again", "again", "full"]


def test_the_others_of_an_order_are_offered_each_day(weekend, now):
    gate, ticket = world.gate(weekend), world.ticket(weekend)
    world.companion(ticket, weekend)
    source = "device:1"

    def others(uuid):
        world.scanned(gate, ticket, uuid=uuid, source=source)
        waiting = companions.count(uuid, source=source)
        companions.let_in(uuid, gate_id=gate.id, source=source, device_id=None)
        return waiting, companions.count(uuid, source=source)

    assert others("saturday-1") == (1, 0)
    now(SATURDAY + DAY + HOUR)
    assert others("sunday-1") == (1, 0)


def test_offline_scans_of_two_days_are_read_anew_by_the_same_rule(weekend, now):
    gate, south = world.gate(weekend), world.gate(weekend, "Porte Sud")
    ticket = world.ticket(weekend)
    at = [SATURDAY + HOUR, SATURDAY + 3 * HOUR, SATURDAY + DAY + HOUR, SATURDAY + DAY + 2 * HOUR]
    now(SATURDAY + DAY + 3 * HOUR)

    sent = [
        Uploaded(world.code(where, world.token(ticket), uuid=f"offline-{n}", scanned_at=moment))
        for n, (where, moment) in enumerate(zip((gate, south, gate, south), at, strict=True))
    ]
    sync.upload(list(reversed(sent)))

    readings = dict(db.session.execute(select(Scan.uuid, Scan.reading)).all())
    assert [readings[f"offline-{n}"] for n in range(4)] == [
        "first", "double_offline", "again", "double_offline",
    ]  # fmt: skip
    assert db.session.scalars(select(Presence.entries)).one() == 4
    assert said(gate, ticket) == "already_in"
    assert presence.disagreements() == []


def test_between_two_days_the_door_is_closed_and_says_when_it_opens(weekend, now):
    gate, ticket = world.gate(weekend), world.ticket(weekend)
    now(SATURDAY + 9 * HOUR + timedelta(minutes=11))

    evening = world.scanned(gate, ticket)
    now(SATURDAY + DAY - timedelta(minutes=40))
    early = said(gate, ticket)
    now(SATURDAY + DAY + 10 * HOUR)
    late = world.scanned(gate, ticket)

    assert (evening.reason, evening.opens_at) == ("too_early", SATURDAY + DAY - HOUR / 2)
    assert early == "first"
    assert (late.reason, late.closes_at) == ("too_late", SATURDAY + DAY + 9 * HOUR)


def test_a_break_at_noon_closes_no_door(app, now):
    event = make.event(make.series(), starts_at=SATURDAY, ends_at=SATURDAY + 3 * HOUR)
    afternoon = {"starts_at": SATURDAY + 5 * HOUR, "ends_at": SATURDAY + 9 * HOUR}
    make.save(Slot(event_id=event.id, **afternoon))
    publish(event)
    gate, ticket = world.gate(event), world.ticket(event)

    now(SATURDAY + 4 * HOUR)

    assert said(gate, ticket) == "first"


def test_a_rehearsal_plays_one_evening(weekend, now):
    now(SATURDAY - 5 * DAY)
    gate, ticket = world.gate(weekend, rehearsal=True), world.ticket(weekend)
    assert gates.in_rehearsal(gate)
    told = [said(gate, ticket)]
    now(SATURDAY - 4 * DAY)
    told.append(said(gate, ticket))

    assert told == ["first", "already_in"]


def test_a_house_that_was_full_yesterday_lets_others_in_today(weekend, now):
    publish(weekend, instant_capacity=2)
    gate = world.gate(weekend)
    first, second, third = (world.ticket(weekend) for _n in range(3))
    assert [said(gate, first), said(gate, second), said(gate, third)] == ["first", "first", "full"]

    now(SATURDAY + DAY + HOUR)

    assert [said(gate, third), said(gate, first), said(gate, second)] == ["first", "again", "full"]


def test_who_comes_as_the_day_begins_is_of_that_day(app, now):
    """Doors at five in the morning, which is when a programme day begins."""
    five = datetime(2026, 9, 26, 3, 0, tzinfo=UTC)
    event = make.event(make.series(slug="aube"), starts_at=five, ends_at=five + 5 * HOUR)
    make.save(Slot(event_id=event.id, starts_at=five + DAY, ends_at=five + DAY + 5 * HOUR))
    publish(event, instant_capacity=1)
    gate = world.gate(event)
    now(five + DAY)

    assert [said(gate, world.ticket(event)) for _n in range(2)] == ["first", "full"]


def test_the_slower_of_two_gates_names_the_entry_of_today(weekend, now, monkeypatch):
    """Between its look and its write another gate has let the same person in."""
    gate, south = world.gate(weekend), world.gate(weekend, "Porte Sud")
    ticket = world.ticket(weekend)
    said(gate, ticket)
    now(SATURDAY + DAY + HOUR)
    true = scanning._enter

    def overtaken(session, seen):
        row = session.scalars(select(Presence)).one()
        row.last_at, row.last_gate_id = now() - timedelta(seconds=1), south.id
        session.flush()
        return true(session, seen)

    monkeypatch.setattr(scanning, "_enter", overtaken)
    passage = world.scanned(gate, ticket)

    assert passage.reason == "already_in"
    assert (passage.first_at, passage.first_gate) == (now() - timedelta(seconds=1), "Porte Sud")


def test_what_is_said_tells_the_policy_and_a_ticket_without_a_name_has_none(weekend):
    ticket = world.ticket(weekend, first_name="", last_name="")

    passage = world.scanned(world.gate(weekend), ticket)

    assert (passage.policy, passage.first_name, passage.last_name) == ("daily", "", "")


def test_an_event_of_one_day_is_emptied_by_nobody(weekend, now):
    evening = make.event(weekend.series, starts_at=SATURDAY + HOUR, ends_at=SATURDAY + 3 * HOUR)
    publish(evening)
    now(SATURDAY + DAY + HOUR)

    assert list(hours.emptied("weeks", [weekend.id, evening.id, 0], now())) == [weekend.id]


def test_two_programme_days_that_touch_are_one_opening(app, now):
    """Until six in the morning, and on from six: nobody is sent away between them."""
    six = datetime(2026, 9, 27, 4, 0, tzinfo=UTC)
    event = make.event(make.series(slug="nuit"), starts_at=six - 8 * HOUR, ends_at=six)
    make.save(Slot(event_id=event.id, starts_at=six, ends_at=six + 4 * HOUR))
    publish(event)
    gate = world.gate(event)
    now(six - 8 * HOUR)

    passage = world.scanned(gate, world.ticket(event))

    assert passage.closes_at == six + 4 * HOUR


def test_a_visit_enters_by_its_own_rule_and_its_own_day(app, now):
    """Visits go out and in again; the event as a whole lets a ticket in once a day."""
    event = make.event(make.series(slug="visites"), starts_at=SATURDAY, ends_at=SATURDAY + HOUR)
    for day in (1, 2):
        start = SATURDAY + day * DAY
        make.save(Slot(event_id=event.id, starts_at=start, ends_at=start + HOUR))
    publish(event)
    shown = releases.current("visites").event_by_id(event.id)
    second = event.slots[1].id if event.slots else None

    whole, visit = hours.entry_of(shown), hours.entry_of(shown, second)

    assert (whole.policy, visit.policy) == ("daily", "return")
    assert (visit.mornings, visit.emptied) == (shown.mornings(second), shown.emptied(second))
    assert whole.mornings != visit.mornings or whole.emptied != visit.emptied
