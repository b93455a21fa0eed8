"""Who an audience is: each with somebody inside and somebody outside."""

from datetime import timedelta

import pytest

from eventsapp.domain.accounts import people
from eventsapp.domain.accounts.models import RoleName
from eventsapp.domain.messages import segments
from eventsapp.domain.messages.models import Audience, Purpose
from eventsapp.domain.messages.sources import STATUSES, Segment
from eventsapp.domain.programme.models import Series
from eventsapp.domain.ticketing.catalogue import guests
from eventsapp.domain.ticketing.sales.models import Admission, Ticket, TicketStatus
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make


def addresses(series, audience, **narrowed):
    series = db.session.get(Series, series.id)
    rows = segments.portion(
        series, Segment(audience, **narrowed), Purpose.SERVICE, after=0, limit=100
    )
    return sorted({row.email for row in rows})


def test_holders_are_found_by_event_tariff_day_language_and_what_the_door_saw(app):
    evening = make.event()
    other = make.event(evening.series, starts_at=evening.slots[0].starts_at + timedelta(days=1),
                       ends_at=evening.slots[0].starts_at + timedelta(days=1, hours=2))  # fmt: skip
    tariff, cheap, elsewhere = make.product(evening), make.product(evening), make.product(other)
    make.paid_order(tariff, buyer=Buyer("ada@mail.example"))
    make.paid_order(cheap, buyer=Buyer("grace@mail.example", locale="en"))
    make.paid_order(elsewhere, buyer=Buyer("noor@mail.example"))
    make.paid_order(make.product(make.event()), buyer=Buyer("stranger@mail.example"))
    with transaction() as session:
        ticket = session.query(Ticket).filter_by(product_id=cheap.id).one()
        session.query(Admission).filter_by(ticket_id=ticket.id).one().entered_at = clock.now()
    series, holders = evening.series, Audience.HOLDERS
    day = clock.local_day(evening.slots[0].starts_at, series.timezone)

    both = ["ada@mail.example", "grace@mail.example"]
    assert addresses(series, holders) == [*both, "noor@mail.example"]
    assert addresses(series, holders, event_id=evening.id) == both
    assert addresses(series, holders, day=day) == both
    assert addresses(series, holders, product_id=tariff.id) == ["ada@mail.example"]
    assert addresses(series, holders, locale="en") == ["grace@mail.example"]
    assert addresses(series, holders, event_id=evening.id, entered="yes") == ["grace@mail.example"]
    assert addresses(series, holders, event_id=evening.id, entered="no") == ["ada@mail.example"]
    assert addresses(series, holders, status="void") == []


def test_a_ticket_that_was_given_back_is_of_the_void_ones(app):
    tariff = make.product()
    make.paid_order(tariff, buyer=Buyer("ada@mail.example"))
    with transaction() as session:
        session.query(Ticket).one().status = TicketStatus.VOID

    assert addresses(tariff.event.series, Audience.HOLDERS) == []
    assert addresses(tariff.event.series, Audience.HOLDERS, status="void") == ["ada@mail.example"]


def test_the_holder_is_written_to_and_not_who_paid(app):
    tariff = make.product()
    named = [[Attendee(first_name="Noor", email="noor@mail.example"), Attendee()]]
    make.paid_order(tariff, 2, buyer=Buyer("ada@mail.example"), attendees=named)

    assert addresses(tariff.event.series, Audience.HOLDERS) == [
        "ada@mail.example", "noor@mail.example",
    ]  # fmt: skip
    assert addresses(tariff.event.series, Audience.BUYERS) == ["ada@mail.example"]


def test_buyers_by_state_event_and_tariff(app):
    evening = make.event()
    tariff, other = make.product(evening), make.product(make.event(evening.series))
    make.paid_order(tariff, buyer=Buyer("paid@mail.example"))
    make.paid_order(other, buyer=Buyer("other@mail.example"))
    make.web_order(tariff, email="waits@mail.example")
    series, buyers = evening.series, Audience.BUYERS

    assert addresses(series, buyers) == ["other@mail.example", "paid@mail.example"]
    assert addresses(series, buyers, event_id=evening.id) == ["paid@mail.example"]
    assert addresses(series, buyers, product_id=other.id) == ["other@mail.example"]
    assert addresses(series, buyers, status="awaiting_payment") == ["waits@mail.example"]


def test_guests_by_what_they_took_and_none_that_were_withdrawn(app):
    tariff = make.product()
    make.guest(tariff.event, tariff, "in@mail.example")
    gone = make.guest(tariff.event, tariff, "gone@mail.example")
    guests.withdraw(gone.series_id, gone.id, actor="test")
    series = tariff.event.series

    assert addresses(series, Audience.GUESTS) == ["in@mail.example"]
    assert addresses(series, Audience.GUESTS, event_id=tariff.event_id) == ["in@mail.example"]
    assert addresses(series, Audience.GUESTS, status="untaken") == ["in@mail.example"]
    assert addresses(series, Audience.GUESTS, status="taken") == []


def test_applicants_and_jurors_of_a_call(app):
    call = make.call()
    sent, draft = make.application(call), make.draft(call)
    juror = make.juror(call)
    other = make.call(call.series)
    series = call.series

    assert addresses(series, Audience.APPLICANTS) == [sent.email]
    assert addresses(series, Audience.APPLICANTS, status="draft") == [draft.email]
    assert addresses(series, Audience.APPLICANTS, call_id=other.id) == []
    assert addresses(series, Audience.APPLICANTS, status="accepted") == []
    assert addresses(series, Audience.JURORS) == [juror.account.email]
    assert addresses(series, Audience.JURORS, call_id=other.id) == []


def test_the_team_and_the_partners_are_two(app):
    series = make.series()
    owner = make.account("owner", in_series=series)
    door = make.account("door", in_series=series)
    make.account("owner", in_series=make.series())
    guest_house = make.organisation()
    make.partner(series, guest_house.id)
    partner = make.account()
    people.grant_role(
        partner.id,
        RoleName.CONTRIBUTOR,
        organisation_id=guest_house.id,
        series_id=series.id,
    )

    assert addresses(series, Audience.TEAM) == sorted([owner.email, door.email])
    assert addresses(series, Audience.PARTNERS) == [partner.email]


@pytest.mark.parametrize("audience", list(Audience))
def test_each_state_of_each_audience_can_be_asked(app, audience):
    series = make.series()
    for status in ("", *STATUSES[audience]):
        for purpose in Purpose:
            counted = segments.count(series, Segment(audience, status=status), purpose)
            assert (counted.people, counted.left_out) == (0, {})


def test_a_portion_is_one_statement_whatever_it_holds(app, statements):
    tariff = make.product()
    series_id, event_id, seen = tariff.series_id, tariff.event_id, []
    for count in (1, 49):
        for _one in range(count):
            make.paid_order(tariff, buyer=Buyer(f"p{make.number()}@mail.example"))
        series = db.session.get(Series, series_id)
        segment = Segment(Audience.HOLDERS, event_id=event_id)
        statements.clear()
        rows = segments.portion(series, segment, Purpose.NEWS, after=0, limit=500)
        seen.append((len(statements), len(rows)))

    assert seen == [(1, 1), (1, 50)]
