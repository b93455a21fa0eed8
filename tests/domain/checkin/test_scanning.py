"""At the gate: what each code gets, and that nobody gets in twice."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.checkin import gates
from eventsapp.domain.checkin.errors import GateHeld, UnknownGate
from eventsapp.domain.checkin.lookup import GateRef
from eventsapp.domain.checkin.models import Presence, Scan
from eventsapp.domain.checkin.scanning import Code, scan
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Slot
from eventsapp.domain.ticketing.sales import tokens
from eventsapp.domain.ticketing.sales.models import TicketStatus
from eventsapp.kernel.db import db
from tests import make
from tests.domain.checkin import world

DOORS = datetime(2026, 9, 24, 17, 0, tzinfo=UTC)


@pytest.fixture
def evening(now):
    """The opening night, twenty minutes after the doors opened."""
    event = make.event(make.series())
    now(DOORS + timedelta(minutes=20))
    return event


@pytest.fixture
def gate(evening):
    return world.gate(evening)


def test_a_valid_ticket_passes_and_its_holder_is_named(evening, gate, now):
    ticket = world.ticket(evening)

    passage = world.scanned(gate, ticket)

    assert (passage.verdict, passage.reason, passage.reading) == ("accepted", None, "first")
    assert (passage.first_name, passage.last_name) == ("Zélie", "Abelloni")
    assert (passage.first_at, passage.first_gate) == (now(), "Porte Nord")
    assert passage.ticket_id == ticket.public_id


def test_the_second_time_says_when_and_where_it_was_first(evening, gate, now):
    ticket = world.ticket(evening)
    south = world.gate(evening, "Porte Sud")
    first_at = now()
    world.scanned(gate, ticket)
    now(minutes=11)

    passage = world.scanned(south, ticket)

    assert (passage.verdict, passage.reason, passage.reading) == ("refused", "already_in", "again")
    assert (passage.first_at, passage.first_gate) == (first_at, "Porte Nord")


def test_the_same_uuid_gets_the_same_verdict_whatever_happened_since(evening, gate):
    ticket = world.ticket(evening)
    code = world.code(gate, world.token(ticket))

    first, again = scan(code), scan(code)

    assert (first.verdict, again.verdict) == ("accepted", "accepted")
    assert again.reading == "first"
    assert len(world.fresh(Scan)) == 1


def test_a_forged_code_is_unknown_and_kept(evening, gate):
    text = world.token(world.ticket(evening))
    forged = text[:-1] + ("0" if text[-1] != "0" else "1")

    passage = scan(world.code(gate, forged))

    assert (passage.verdict, passage.reason) == ("refused", "unknown")
    assert passage.ticket_id is None
    assert world.fresh(Scan)[0].token_digest == tokens.token_digest(forged)


@pytest.mark.parametrize("text", ["", "x", "é" * 147, "0" * 147, "A" * 5000])
def test_any_text_is_unknown(gate, text):
    assert scan(world.code(gate, text)).reason == "unknown"


def test_a_ticket_of_another_evening_says_which(evening, gate):
    other = make.event(db.session.get(type(evening.series), evening.series_id), title_fr="Gala")

    passage = world.scanned(gate, world.ticket(other))

    assert (passage.reason, passage.event) == ("wrong_event", "Gala")


def test_a_ticket_of_another_series_gives_no_name(gate):
    passage = world.scanned(gate, world.ticket(make.event()))

    assert (passage.reason, passage.last_name, passage.event) == ("wrong_event", "", "")


def test_a_cancelled_ticket_says_why(evening, gate, now):
    ticket = world.ticket(
        evening, status=TicketStatus.VOID, void_reason="cancelled", voided_at=now()
    )

    passage = world.scanned(gate, ticket)

    assert (passage.reason, passage.void_reason) == ("void", "cancelled")


def test_a_gate_for_chosen_products_refuses_the_others(evening):
    ticket = world.ticket(evening)
    exhibitors = world.gate(evening, "Porte Exposants", products=[ticket.product_id + 1])

    assert world.scanned(exhibitors, ticket).reason == "wrong_gate"


def test_too_early_and_too_late(evening, gate, now):
    now(DOORS - timedelta(minutes=11))
    assert world.scanned(gate, world.ticket(evening)).reason == "too_early"
    now(DOORS - timedelta(minutes=9))
    assert world.scanned(gate, world.ticket(evening)).reason is None
    now(DOORS + timedelta(hours=8))
    assert world.scanned(gate, world.ticket(evening)).reason == "too_late"


def test_doors_open_as_released_and_not_as_drafted(evening, gate, now):
    """An organizer who is moving the evening in the draft closes no door tonight."""
    releases.publish(evening.series_id, actor="test")
    with world.transaction() as session:
        slot = session.query(Slot).filter_by(event_id=evening.id).one()
        slot.starts_at += timedelta(days=7)
        slot.ends_at += timedelta(days=7)

    assert world.scanned(gate, world.ticket(evening)).accepted

    releases.publish(evening.series_id, actor="test")
    assert world.scanned(gate, world.ticket(evening)).reason == "too_early"


def test_a_full_room_refuses_until_somebody_leaves(now):
    event = make.event(instant_capacity=1)
    gate = world.gate(event)
    now(DOORS)
    inside, waiting = world.ticket(event), world.ticket(event)
    world.scanned(gate, inside)
    assert world.scanned(gate, waiting).reason == "full"

    world.scanned(gate, inside, kind="exit")

    assert world.scanned(gate, waiting).accepted


def test_going_out_and_in_again(evening, gate):
    ticket = world.ticket(evening)
    world.scanned(gate, ticket)
    assert world.scanned(gate, ticket, kind="exit").reading == "exit"

    back = world.scanned(gate, ticket)

    assert (back.accepted, back.reading) == (True, "again")
    assert db.session.query(Presence).one().entries == 2


def test_an_exit_is_always_accepted(evening, gate):
    passage = world.scanned(gate, world.ticket(evening), kind="exit")

    assert (passage.accepted, passage.reading) == (True, "exit")


def test_a_pass_enters_each_evening_once(evening, now):
    series = db.session.get(type(evening.series), evening.series_id)
    second = make.event(series, starts_at=DOORS + timedelta(days=3))
    ticket = world.ticket(evening, second)
    gate = gates.create_gate(series.id, "Toutes", event_ids=[evening.id, second.id], actor="test")
    assert world.scanned(gate, ticket).accepted
    assert world.scanned(gate, ticket).reason == "already_in"

    now(days=3)

    assert world.scanned(gate, ticket).accepted


def test_rehearsal_gives_the_verdict_of_the_night_and_keeps_its_facts_apart(evening, now):
    now(DOORS - timedelta(days=14))
    gate = world.gate(evening, rehearsal=True)
    ticket = world.ticket(evening)

    first, second = world.scanned(gate, ticket), world.scanned(gate, ticket)

    assert (first.verdict, first.rehearsal, second.reason) == ("accepted", True, "already_in")
    now(DOORS + timedelta(minutes=5))
    opened = world.scanned(gate, ticket)
    assert (opened.accepted, opened.rehearsal, opened.reading) == (True, False, "first")


def test_a_rehearsal_can_be_cleared_and_the_night_cannot(evening, now):
    now(DOORS - timedelta(days=14))
    gate = world.gate(evening, rehearsal=True)
    ticket = world.ticket(evening)
    world.scanned(gate, ticket)

    assert gates.clear_rehearsal(gate.id, actor="test") == 1
    assert world.scanned(gate, ticket).accepted
    gates.set_rehearsal(gate.id, False, actor="test")
    with pytest.raises(gates.NotInRehearsal):
        gates.clear_rehearsal(gate.id, actor="test")


def test_holding_the_door_stops_entries_at_every_gate(evening, gate):
    south = world.gate(evening, "Porte Sud")
    gates.hold_doors(evening.series_id, True, actor="test")
    for at in (gate, south):
        with pytest.raises(GateHeld) as refusal:
            world.scanned(at, world.ticket(evening))
        assert refusal.value.facts == {"gate": at.name}
    assert world.scanned(gate, world.ticket(evening), kind="exit").accepted

    gates.hold_doors(evening.series_id, False, actor="test")

    assert world.scanned(gate, world.ticket(evening)).accepted


def test_a_gate_is_found_by_name_or_slug_in_its_series(evening, gate):
    text = world.token(world.ticket(evening))
    for name in ("porte-nord", "Porte Nord"):
        ref = GateRef(series_id=evening.series_id, name=name)
        assert scan(Code(uuid=f"u-{name}", token=text, gate=ref, source="key:1")).gate == gate.name

    with pytest.raises(UnknownGate):
        ref = GateRef(series_id=evening.series_id, name="Porte Ouest")
        scan(Code(uuid="u", token=text, gate=ref, source="key:1"))


def test_a_late_upload_is_judged_at_its_own_time(evening, gate, now):
    scanned_at = now()
    now(hours=12)

    passage = world.scanned(gate, world.ticket(evening), scanned_at=scanned_at)

    assert (passage.accepted, passage.first_at) == (True, scanned_at)


@pytest.mark.parametrize("times", [1, 2])
def test_a_scan_takes_three_statements_also_on_a_repeat(evening, gate, statements, times):
    code = [world.code(gate, world.token(world.ticket(evening))) for _ in range(2)]
    for _ in range(times - 1):
        world.scan(world.code(gate, code[0].token))
    db.session.remove()
    statements.clear()

    world.scan(code[0])

    seen = [text for text in statements if not text.startswith(("BEGIN", "SET"))]
    assert len(seen) == (3 if times == 1 else 2)
