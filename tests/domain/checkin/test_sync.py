"""Phones that were without network: nothing lost, nothing twice, one first entry each."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.checkin import presence
from eventsapp.domain.checkin.errors import NothingToUndo
from eventsapp.domain.checkin.lookup import GateRef
from eventsapp.domain.checkin.models import Presence, Scan, StrayScan
from eventsapp.domain.checkin.scanning import Code
from eventsapp.domain.checkin.sync import Uploaded, upload
from eventsapp.domain.checkin.undoing import undo
from eventsapp.domain.ticketing.sales.models import Admission, TicketStatus
from eventsapp.kernel.db import db
from tests import make
from tests.domain.checkin import world

DOORS = datetime(2026, 9, 24, 17, 0, tzinfo=UTC)


@pytest.fixture
def evening(now):
    event = make.event()
    now(DOORS + timedelta(hours=2))
    return event


@pytest.fixture
def north(evening):
    return world.gate(evening)


@pytest.fixture
def south(evening):
    return world.gate(evening, "Porte Sud")


def kept(gate, text, uuid, minutes, **more):
    return Uploaded(
        world.code(gate, text, uuid=uuid, scanned_at=DOORS + timedelta(minutes=minutes)), **more
    )


def test_the_earliest_entry_is_the_first_whoever_uploads_first(evening, north, south):
    text = world.token(world.ticket(evening))

    late = upload([kept(south, text, "late", 30)])
    early = upload([kept(north, text, "early", 10)])

    assert (late[0].reading, early[0].reading) == ("first", "first")
    readings = {scan.uuid: scan.reading for scan in world.fresh(Scan)}
    assert readings == {"early": "first", "late": "double_offline"}
    row = db.session.query(Presence).one()
    assert (row.entries, row.first_gate_id) == (2, north.id)


def test_an_online_scan_after_the_upload_is_refused(evening, north, south):
    ticket = world.ticket(evening)
    upload([kept(north, world.token(ticket), "a", 10)])

    passage = world.scanned(south, ticket)

    assert (passage.reason, passage.first_gate) == ("already_in", "Porte Nord")


def test_an_upload_turns_the_later_online_entry_into_the_double(evening, north, south):
    ticket = world.ticket(evening)
    online = world.scanned(south, ticket)

    result = upload([kept(north, world.token(ticket), "a", 10)])

    assert result[0].reading == "first"
    stored = {scan.uuid: (scan.verdict, scan.reading) for scan in world.fresh(Scan)}
    assert stored[online.uuid] == ("accepted", "double_offline")
    assert world.scanned(south, ticket).reason == "already_in"


def test_a_replay_gives_the_same_answers_and_stores_nothing(evening, north):
    items = [kept(north, world.token(world.ticket(evening)), f"u{n}", n) for n in range(5)]

    first, again = upload(items), upload(items + items)

    assert again == first + first
    assert len(world.fresh(Scan)) == 5


def test_unknown_codes_and_refused_scans_are_kept(evening, north):
    ticket = world.ticket(evening)
    results = upload(
        [
            kept(north, "NOBODY", "x", 1),
            kept(north, world.token(ticket), "y", 2, local_verdict="refused", local_reason="void"),
        ]
    )

    assert [(r.verdict, r.reading) for r in results] == [
        ("accepted", "unknown_uploaded"),
        ("refused", None),
    ]
    assert db.session.query(Presence).one().inside is False


def test_a_ticket_void_before_the_scan_is_an_incident(evening, north):
    ticket = world.ticket(
        evening, status=TicketStatus.VOID, void_reason="refunded", voided_at=DOORS
    )

    results = upload([kept(north, world.token(ticket), "x", 5)])

    assert (results[0].verdict, results[0].reading) == ("accepted", "revoked_accepted")


def test_an_unknown_gate_is_kept_apart_and_holds_up_nobody(evening, north):
    bad = Code(
        uuid="b", token="x", gate=GateRef(series_id=evening.series_id, name="?"), source="key:1"
    )

    results = upload([kept(north, "x", "a", 1), Uploaded(bad)])

    assert [(one.uuid, one.reading, one.wrong) for one in results] == [
        ("a", "unknown_uploaded", None),
        ("b", "unreadable", "gate"),
    ]
    assert [scan.uuid for scan in world.fresh(Scan)] == ["a"]


def test_what_the_database_refuses_is_kept_apart(evening, north):
    """Whatever gets past the door of the web: the other 20 of its chunk are stored."""
    good = [kept(north, world.token(world.ticket(evening)), f"good-{n}", n) for n in range(20)]
    bad = kept(north, "x", "bad", 1, local_verdict="accepted")
    bad = replace(bad, code=replace(bad.code, kind="fly"))

    results = upload([*good[:9], bad, *good[9:]])

    assert [one.reading for one in results].count("first") == 20
    assert [row.key for row in world.fresh(StrayScan)] == ["bad"]


def test_four_gates_upload_in_any_order_and_each_ticket_has_one_first(evening, now):
    gates = [world.gate(evening, f"Porte {name}") for name in "ABCD"]
    texts = [world.token(world.ticket(evening)) for _ in range(30)]
    chooser = random.Random(7)
    scans = [
        kept(chooser.choice(gates), text, f"{number}-{copy}", chooser.randint(0, 100))
        for number, text in enumerate(texts)
        for copy in range(2 if number % 10 == 0 else 1)
    ]
    chooser.shuffle(scans)

    for start in range(0, len(scans), 7):
        upload(scans[start : start + 7])

    stored = world.fresh(Scan)
    assert len(stored) == 33
    assert [scan.reading for scan in stored].count("first") == 30
    assert presence.disagreements() == []


def test_undo_takes_the_last_passage_back_and_keeps_both_facts(evening, north):
    ticket = world.ticket(evening)
    code = world.code(north, world.token(ticket))
    world.scan(code)

    undo(code.uuid, uuid="undo-1", source=code.source)
    undo(code.uuid, uuid="undo-1", source=code.source)

    assert [scan.kind for scan in world.fresh(Scan)] == ["entry", "undo"]
    assert world.scanned(north, ticket).reading == "first"


@pytest.mark.parametrize("who", ["another camera", "too late", "refused", "twice"])
def test_undo_is_refused(evening, north, now, who):
    ticket = world.ticket(evening)
    world.scanned(north, ticket) if who == "refused" else None
    code = world.code(north, world.token(ticket))
    world.scan(code)
    source = "device:99" if who == "another camera" else code.source
    if who == "too late":
        now(seconds=21)
    if who == "twice":
        undo(code.uuid, uuid="one", source=source)

    with pytest.raises(NothingToUndo):
        undo(code.uuid, uuid="other", source=source)


def test_first_entries_are_copied_to_the_admissions(evening, north, now):
    world.scanned(north, world.ticket(evening))
    world.ticket(evening)

    assert presence.note_entered() == 1
    assert presence.note_entered() == 0
    assert [row.entered_at for row in world.fresh(Admission)] == [now(), None]


def test_doctor_sees_a_presence_that_the_facts_do_not_explain(evening, north):
    world.scanned(north, world.ticket(evening))
    assert presence.disagreements() == []
    with world.transaction():
        db.session.query(Presence).update({"inside": False})

    assert len(presence.disagreements()) == 1


def test_doctor_reads_every_presence_and_not_the_first_ones(evening, north):
    for _n in range(3):
        world.scanned(north, world.ticket(evening))
    with world.transaction():
        db.session.query(Presence).update({"inside": False})

    assert len(presence.disagreements(size=1)) == 3
