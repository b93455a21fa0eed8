"""At the gate, where two things meet: two gates, two zones, two evenings, rehearsal and night."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.checkin import gates, presence, scanning
from eventsapp.domain.checkin.errors import ScanUuidTaken, UnknownGate
from eventsapp.domain.checkin.lookup import GateRef
from eventsapp.domain.checkin.models import Device, Presence, Scan
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Series, Slot
from eventsapp.domain.ticketing.sales.models import Admission, TicketStatus
from eventsapp.kernel import i18n
from eventsapp.kernel.db import db
from tests import make
from tests.domain.checkin import world

DOORS = datetime(2026, 9, 24, 17, 0, tzinfo=UTC)


@pytest.fixture
def evening(now):
    event = make.event(make.series())
    now(DOORS + timedelta(minutes=20))
    return event


@pytest.fixture
def gate(evening):
    return world.gate(evening)


def in_series_of(event, **given):
    """Another event of its series, at the same hour."""
    series = db.session.get(Series, event.series_id)
    return make.event(series, **{"starts_at": DOORS + timedelta(minutes=30)} | given)


def admission_of(ticket):
    return db.session.query(Admission).filter_by(ticket_id=ticket.id).one()


def inside(admission, at_gate, since, *, zone_id=None, rehearsal=False):
    return make.save(
        Presence(
            admission_id=admission.id,
            zone_id=zone_id or at_gate.zone_id,
            rehearsal=rehearsal,
            inside=True,
            entries=1,
            first_at=since,
            first_gate_id=at_gate.id,
            last_at=since,
            last_gate_id=at_gate.id,
        )
    )


@pytest.mark.parametrize("rehearsal", [False, True])
def test_the_slower_of_two_gates_says_when_and_where_the_faster_let_him_in(
    evening, now, monkeypatch, rehearsal
):
    """Between this gate's look and its write another one has let the same person in."""
    now(DOORS + timedelta(minutes=-60 if rehearsal else 20))
    annex = in_series_of(evening, venue_id=make.venue(evening.series).id)
    elsewhere = world.gate(annex, "Annexe")
    gate = world.gate(evening, "Porte Est", rehearsal=rehearsal)
    south, west = (
        world.gate(evening, name, rehearsal=rehearsal) for name in ("Porte Sud", "Porte Ouest")
    )
    other, ticket = world.ticket(evening), world.ticket(evening)
    mine = admission_of(ticket)
    true = scanning._enter

    def overtaken(session, seen):
        since = now() - timedelta(minutes=3)
        inside(admission_of(other), west, since, rehearsal=rehearsal)
        inside(mine, elsewhere, since, rehearsal=rehearsal)
        inside(mine, west, since, rehearsal=not rehearsal)
        inside(mine, south, now() - timedelta(seconds=1), rehearsal=rehearsal)
        return true(session, seen)

    monkeypatch.setattr(scanning, "_enter", overtaken)
    passage = world.scanned(gate, ticket)

    assert (passage.verdict, passage.reason, passage.reading) == ("refused", "already_in", "again")
    assert (passage.first_gate, passage.first_at) == ("Porte Sud", now() - timedelta(seconds=1))
    assert passage.rehearsal is rehearsal


def test_a_row_without_a_first_entry_invents_none(evening, gate, now, monkeypatch):
    """An upload is folding this ticket's facts: a row is there, without a first entry."""
    ticket = world.ticket(evening)
    mine = admission_of(ticket)

    def overtaken(session, seen):
        row = inside(mine, gate, now())
        row.first_at = None
        session.flush()
        return

    monkeypatch.setattr(scanning, "_enter", overtaken)
    passage = world.scanned(gate, ticket)

    assert (passage.reason, passage.first_at, passage.first_gate) == ("already_in", None, None)


def test_who_leaves_one_house_is_still_in_the_other_and_on_the_night(evening, gate, now):
    annex = in_series_of(evening, venue_id=make.venue(evening.series).id)
    ticket = world.ticket(evening)
    mine = admission_of(ticket)
    elsewhere = world.gate(annex, "Annexe")
    since = now()
    for rehearsal in (False, True):
        inside(mine, elsewhere, since, rehearsal=rehearsal)
        inside(mine, gate, since, rehearsal=rehearsal)
    inside(admission_of(world.ticket(evening)), gate, since)

    world.scanned(gate, ticket, kind="exit")

    left = [
        (row.admission_id, row.zone_id, row.rehearsal) for row in _presences() if not row.inside
    ]
    assert left == [(mine.id, gate.zone_id, False)]


def _presences():
    return db.session.query(Presence).populate_existing().all()


def test_the_last_entry_is_kept_beside_the_first(evening, gate, now):
    south, ticket = world.gate(evening, "Porte Sud"), world.ticket(evening)
    first = now()
    world.scanned(gate, ticket)
    [row] = _presences()
    assert (row.last_at, row.last_gate_id) == (first, gate.id)

    world.scanned(gate, ticket, kind="exit")
    now(minutes=5)
    world.scanned(south, ticket)

    [row] = _presences()
    assert (row.first_at, row.first_gate_id) == (first, gate.id)
    assert (row.last_at, row.last_gate_id) == (now(), south.id)
    assert presence.disagreements() == []


def test_a_full_room_counts_its_own_people_and_none_of_the_rehearsal(evening, now):
    hall, cinema = (in_series_of(evening, instant_capacity=2) for _ in range(2))
    at_hall, at_cinema = world.gate(hall, "Salle"), world.gate(cinema, "Cinéma", rehearsal=True)
    now(DOORS - timedelta(days=1))
    for _ in range(2):
        assert world.scanned(at_cinema, world.ticket(cinema)).rehearsal
    now(DOORS + timedelta(minutes=1))

    first, second, third = (world.ticket(cinema) for _ in range(3))
    assert world.scanned(at_cinema, first).accepted
    assert world.scanned(at_hall, world.ticket(hall)).accepted
    assert world.scanned(at_cinema, second).accepted
    assert world.scanned(at_cinema, third).reason == "full"
    # Who is inside takes no place a second time.
    assert world.scanned(at_cinema, first).reason == "already_in"
    assert world.scanned(at_hall, world.ticket(hall)).accepted


def test_a_ticket_for_other_evenings_names_three_of_them_in_the_readers_language(evening, gate):
    others = [
        in_series_of(evening, title_fr=f"Soirée {n}", title_en=f"Evening {n}") for n in range(4)
    ]
    ticket = world.ticket(*others)

    assert world.scanned(gate, ticket).event == "Soirée 0, Soirée 1, Soirée 2"
    i18n.set_locale("en")
    assert world.scanned(gate, ticket).event == "Evening 0, Evening 1, Evening 2"


@pytest.fixture
def phone(gate):
    return make.save(
        Device(
            organisation_id=gate.organisation_id,
            series_id=gate.series_id,
            gate_id=gate.id,
            name="Téléphone 1",
            secret_digest="phone",
            paired_at=DOORS,
            paired_by="test",
        )
    )


def test_a_scan_is_kept_with_the_phone_that_sent_it_and_its_number(evening, gate, phone):
    world.scanned(gate, world.ticket(evening), device_id=phone.id, seq=7)

    [fact] = world.fresh(Scan)
    assert (fact.device_id, fact.seq, fact.offline) == (phone.id, 7, False)


def test_a_phone_that_lost_its_memory_counts_from_one_again(evening, gate, phone):
    """The number is taken: the person passes all the same, and is kept without one."""
    first, second = (world.ticket(evening) for _ in range(2))
    for ticket in (first, second):
        passage = world.scanned(gate, ticket, device_id=phone.id, seq=1)
        assert (passage.accepted, passage.ticket_id) == (True, ticket.public_id)

    facts = [(one.ticket_id, one.device_id, one.seq) for one in world.fresh(Scan)]
    assert facts == [(first.id, phone.id, 1), (second.id, phone.id, None)]


def test_who_comes_back_is_told_his_first_entry_of_the_evening(evening, gate, now):
    south, ticket = world.gate(evening, "Porte Sud"), world.ticket(evening)
    first_at = now()
    world.scanned(gate, ticket)
    world.scanned(gate, ticket, kind="exit")
    now(minutes=30)

    back = world.scanned(south, ticket)

    assert (back.accepted, back.first_at, back.first_gate) == (True, first_at, "Porte Nord")


def test_a_refusal_sent_twice_gives_its_reason_twice(evening, gate):
    ticket = world.ticket(evening)
    world.scanned(gate, ticket)
    code = world.code(gate, world.token(ticket))

    first, again = scanning.scan(code), scanning.scan(code)

    assert (first.reason, first.reading) == (again.reason, again.reading) == ("already_in", "again")


def test_a_ticket_for_another_evening_names_it_again_when_the_answer_was_lost(evening, gate):
    gala = in_series_of(evening, title_fr="Gala")
    code = world.code(gate, world.token(world.ticket(gala)))

    answers = [scanning.scan(code), scanning.scan(code)]
    answers.append(scanning.scan(world.code(gate, "another code", uuid=code.uuid)))

    assert [(one.reason, one.event) for one in answers] == [("wrong_event", "Gala")] * 3


def test_a_code_that_is_unknown_has_a_class_of_its_own(gate):
    passage = scanning.scan(world.code(gate, "no ticket at all"))

    assert (passage.reading, passage.event) == ("unknown_uploaded", "")
    assert [one.reading for one in world.fresh(Scan)] == ["unknown_uploaded"]


def test_a_gate_that_is_not_there_is_named_as_it_was_asked_for(evening):
    for asked, named in (
        (GateRef(series_id=evening.series_id, name="Porte Ouest"), "Porte Ouest"),
        (GateRef(gate_id=987654), 987654),
    ):
        with pytest.raises(UnknownGate) as refusal:
            scanning.scan(scanning.Code(uuid="u", token="", gate=asked, source="key:1"))
        assert refusal.value.facts == {"gate": named}


def test_the_holder_is_named_with_company_and_tariff_and_a_stranger_with_nothing(evening, gate):
    ticket = world.ticket(evening, company="Essai SAS")
    passage = world.scanned(gate, ticket)
    assert (passage.company, passage.product, passage.gate) == ("Essai SAS", "Entrée", "Porte Nord")
    i18n.set_locale("en")
    assert world.scanned(gate, ticket).product == "Entry"

    void = {"status": TicketStatus.VOID, "void_reason": "cancelled", "voided_at": DOORS}
    stranger = world.scanned(gate, world.ticket(make.event(), company="Ailleurs SAS", **void))

    told = (stranger.first_name, stranger.last_name, stranger.company, stranger.product)
    assert (told, stranger.ticket_id, stranger.void_reason) == (("",) * 4, None, None)


def test_who_has_no_name_on_the_ticket_has_an_empty_one(evening, gate):
    passage = world.scanned(gate, world.ticket(evening))
    unknown = scanning.scan(world.code(gate, "no ticket at all"))

    assert passage.company == ""
    assert (unknown.first_name, unknown.last_name, unknown.company, unknown.product) == ("",) * 4


class TestTheSameUuidWithAnotherCode:
    """It is answered for the ticket that it was given for, as that stands."""

    def asked_again(self, gate, first):
        return scanning.scan(world.code(gate, "another code", uuid=first.uuid))

    def test_a_refusal_keeps_its_reason(self, evening, gate):
        ticket = world.ticket(evening)
        world.scanned(gate, ticket)
        refused = world.scanned(gate, ticket)

        again = self.asked_again(gate, refused)

        assert (again.verdict, again.reason) == ("refused", "already_in")
        assert again.reading == refused.reading

    def test_the_hours_are_those_that_were_released(self, evening, gate):
        releases.publish(evening.series_id, actor="test")
        with world.transaction() as session:
            slot = session.query(Slot).filter_by(event_id=evening.id).one()
            slot.starts_at += timedelta(days=7)
            slot.ends_at += timedelta(days=7)
        first = world.scanned(gate, world.ticket(evening))

        again = self.asked_again(gate, first)

        assert (again.opens_at, again.closes_at) == (first.opens_at, first.closes_at)
        assert again.opens_at == DOORS

    def test_a_rehearsal_stays_one(self, evening, now):
        now(DOORS - timedelta(days=1))
        gate = world.gate(evening, "Porte Est", rehearsal=True)
        first = world.scanned(gate, world.ticket(evening))

        again = self.asked_again(gate, first)

        assert (again.accepted, again.rehearsal) == (True, True)
        assert again.first_gate == "Porte Est"

    def test_of_a_pass_it_is_the_evening_of_now(self, evening, now):
        second = in_series_of(evening, starts_at=DOORS + timedelta(days=3), title_fr="Clôture")
        gate = gates.create_gate(
            evening.series_id, "Toutes", event_ids=[evening.id, second.id], actor="test"
        )
        now(DOORS + timedelta(days=3))
        first = world.scanned(gate, world.ticket(evening, second))

        assert first.event == self.asked_again(gate, first).event == "Clôture"

    def test_an_exit_stays_an_exit(self, evening, gate):
        ticket = world.ticket(evening)
        first = world.scanned(gate, ticket, kind="exit")

        again = self.asked_again(gate, first)

        assert (again.kind, again.ticket_id) == ("exit", ticket.public_id)

    def test_that_of_another_series_is_named_in_the_refusal(self, evening, gate):
        elsewhere = make.event()
        first = world.scanned(world.gate(elsewhere, "Porte Est"), world.ticket(elsewhere))

        with pytest.raises(ScanUuidTaken) as refusal:
            self.asked_again(gate, first)
        assert refusal.value.facts == {"uuid": first.uuid}
