"""The reminder before an event and the thanks after it: off at first, once each, by themselves."""

from datetime import timedelta

import pytest

from eventsapp.delivery import jobs, worker
from eventsapp.domain.messages import automatic
from eventsapp.domain.messages.models import Campaign, Occasion
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Event, EventState, Series, Slot
from eventsapp.domain.ticketing.sales.models import Admission, Ticket, TicketStatus
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.gateways import mail
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.web.organizer.programme.test_programme import Desk


class Evening:
    """A released event with two tickets; ``act`` does what the worker does now."""

    def __init__(self):
        event = make.event(title_fr="Grande soirée", title_en="Grand night")
        tariff = make.product(event)
        releases.publish(event.series_id, actor="test")
        for email in ("ada@mail.example", "grace@mail.example"):
            make.paid_order(tariff, buyer=Buyer(email, first_name="Ada"))
        self.id, self.series_id, self.tariff_id = event.id, event.series_id, tariff.id
        self.starts_at, self.ends_at = event.slots[0].starts_at, event.slots[0].ends_at
        self.act()

    @property
    def series(self):
        return db.session.get(Series, self.series_id)

    def turn(self, occasion, hours=24, *, on=True):
        automatic.turn(self.series_id, self.id, occasion, hours, on=on, actor="test")

    def act(self):
        mail.memory().sent.clear()
        automatic.send_due()
        jobs.drain()
        worker.drain()
        return sorted(one.to for one in mail.memory().sent)


@pytest.fixture
def evening(app):
    return Evening()


BOTH = ["ada@mail.example", "grace@mail.example"]


def test_nothing_leaves_that_nobody_turned_on(evening, now):
    now(evening.starts_at - timedelta(hours=1))
    assert evening.act() == []
    evening.turn(Occasion.BEFORE, on=False)
    assert evening.act() == []


def test_the_reminder_leaves_in_its_time_once(evening, now):
    evening.turn(Occasion.BEFORE, 24)
    now(evening.starts_at - timedelta(hours=25))
    assert evening.act() == []

    now(evening.starts_at - timedelta(hours=23))
    assert evening.act() == BOTH
    [letter, _other] = mail.memory().sent
    assert letter.subject.startswith("Bientôt") and "Grande soirée" in letter.subject
    assert "{" not in letter.text and "/orders/" in letter.text
    assert evening.act() == []


def test_a_moved_event_sends_no_second_one(evening, now):
    evening.turn(Occasion.BEFORE, 24)
    now(evening.starts_at - timedelta(hours=23))
    assert evening.act() == BOTH
    with transaction() as session:
        slot = session.query(Slot).filter_by(event_id=evening.id).one()
        slot.starts_at += timedelta(days=10)
        slot.ends_at += timedelta(days=10)
    releases.publish(evening.series_id, actor="test")

    now(evening.starts_at + timedelta(days=9, hours=5))
    assert evening.act() == []


def test_it_follows_the_event_as_released_and_not_its_draft(evening, now):
    evening.turn(Occasion.BEFORE, 24)
    with transaction() as session:
        slot = session.query(Slot).filter_by(event_id=evening.id).one()
        slot.starts_at += timedelta(days=10)
        slot.ends_at += timedelta(days=10)

    now(evening.starts_at - timedelta(hours=23))
    assert evening.act() == BOTH


@pytest.mark.parametrize("released", [False, True])
def test_a_cancelled_event_sends_nothing(evening, now, released):
    evening.turn(Occasion.BEFORE, 24)
    with transaction() as session:
        session.get(Event, evening.id).state = EventState.CANCELLED
    if released:
        releases.publish(evening.series_id, actor="test")
    now(evening.starts_at - timedelta(hours=23))

    assert [one for one in evening.act() if one in BOTH] == []


def test_an_event_cancelled_while_the_letters_wait_sends_no_more(evening, now):
    evening.turn(Occasion.BEFORE, 24)
    now(evening.starts_at - timedelta(hours=23))
    automatic.send_due()
    jobs.drain()
    with transaction() as session:
        session.get(Event, evening.id).state = EventState.CANCELLED
    mail.memory().sent.clear()
    worker.drain()

    assert mail.memory().sent == []


def test_a_ticket_that_was_given_back_gets_nothing(evening, now):
    evening.turn(Occasion.BEFORE, 24)
    with transaction() as session:
        session.query(Ticket).order_by(Ticket.id).first().status = TicketStatus.VOID
    now(evening.starts_at - timedelta(hours=23))

    assert evening.act() == ["grace@mail.example"]


def test_thanks_go_to_who_came_in_and_not_weeks_later(evening, now):
    evening.turn(Occasion.AFTER, 24)
    with transaction() as session:
        session.query(Admission).order_by(Admission.id).first().entered_at = clock.now()
    now(evening.ends_at + timedelta(hours=23))
    assert evening.act() == []

    now(evening.ends_at + timedelta(hours=25))
    assert evening.act() == ["ada@mail.example"]


def test_thanks_that_were_never_sent_are_not_sent_too_late(evening, now):
    evening.turn(Occasion.AFTER, 24)
    with transaction() as session:
        session.query(Admission).order_by(Admission.id).first().entered_at = clock.now()
    now(evening.ends_at + timedelta(days=5))
    assert evening.act() == []


def test_the_page_turns_it_on_with_words_that_can_be_changed(evening, client):
    desk = Desk(client, series=evening.series)
    path = f"events/{evening.id}/messages"
    assert desk.get(path)[1].count("éteint") == 2

    assert desk.post(f"{path}/before", hours="48", on="y")[0].status_code == 302
    page = desk.get(path)[1]
    assert "activé" in page and "Part " in page and page.count("éteint") == 1
    row = db.session.query(Campaign).one()
    assert (row.hours, row.enabled, row.event_id) == (48, True, evening.id)
    assert "Bientôt" in desk.get(f"campaigns/{row.id}")[1]
    assert "Oui, envoyer" not in desk.get(f"campaigns/{row.id}")[1]
    assert "Bientôt" not in desk.get("campaigns")[1]

    assert desk.post(f"{path}/before", hours="48")[0].status_code == 302
    assert db.session.query(Campaign.enabled).scalar() is False
    assert desk.post(f"{path}/before", hours="5", on="y")[0].status_code == 422
    assert desk.post(f"{path}/never", hours="24", on="y")[0].status_code == 404


def test_its_words_stay_with_its_event(evening, client):
    evening.turn(Occasion.BEFORE, 24)
    row = db.session.query(Campaign).one()
    desk = Desk(client, series=evening.series)
    other = make.event(evening.series)
    form = {name: getattr(row, name) for name in ("subject_fr", "subject_en", "body_fr", "body_en")}

    answer, _page = desk.post(
        f"campaigns/{row.id}/words", version="1", event_id=str(other.id), **form
    )

    assert answer.status_code == 422


def test_what_has_left_is_turned_neither_on_nor_off(evening, client, now):
    evening.turn(Occasion.BEFORE, 24)
    now(evening.starts_at - timedelta(hours=23))
    evening.act()
    desk = Desk(client, series=evening.series)

    answer, page = desk.post(f"events/{evening.id}/messages/before", hours="24", on="y")

    assert answer.status_code == 409 and "envoyé" in page
