"""Tickets: as many as were sold, for the right events, each with an id used once."""

import pytest
from sqlalchemy import func, select

from eventsapp.domain.ticketing.catalogue import passes
from eventsapp.domain.ticketing.catalogue.models import ProductKind
from eventsapp.domain.ticketing.catalogue.products import NewProduct
from eventsapp.domain.ticketing.sales import checkout, orders, tickets
from eventsapp.domain.ticketing.sales.models import Admission, Ticket, TicketStatus
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from tests import make

ADA = Buyer("ada@example.org")


def admitted() -> list[list[int]]:
    """Event ids of each ticket, in the order of issue."""
    rows = db.session.scalars(select(Ticket).order_by(Ticket.id))
    return [sorted(one.event_id for one in row.admissions) for row in rows]


def test_names_go_to_their_tickets_and_missing_ones_stay_open(app):
    product = make.product()
    people = [[Attendee("Ada", "Byron", reference="TKT-1"), Attendee("Grace", "Hopper")]]
    checkout.sell(product.event.series, [make.line(product, 3)], ADA, people, payment="offline")
    rows = db.session.scalars(select(Ticket).order_by(Ticket.id))
    assert [(row.name, row.reference) for row in rows] == [
        ("Ada Byron", "TKT-1"),
        ("Grace Hopper", None),
        ("", None),
    ]


def test_an_option_gives_a_ticket_to_show_and_no_way_in(app):
    event = make.event()
    entry = make.product(event, code="STD")
    dinner = make.product(event, kind=ProductKind.ADD_ON, requires=["STD"])
    lines = [make.line(entry), make.line(dinner)]
    checkout.sell(event.series, lines, ADA, make.nobody(1, 1), payment="offline")
    assert admitted() == [[entry.event_id], []]


def test_a_pass_for_two_admits_each_of_them_to_every_event(app):
    series = make.series()
    first, second = make.event(series, capacity=10), make.event(series, capacity=10)
    new = NewProduct("PASS", "Pass", "Pass", 4999, kind=ProductKind.PASS, tickets_per_unit=2)
    whole = passes.add_pass(
        series.id,
        new,
        [(first.id, 1900), (second.id, 3900)],
        actor="test",
        organisation_id=series.organisation_id,
    )
    checkout.sell(series, [make.line(whole)], ADA, make.nobody(2), payment="offline")
    assert admitted() == [sorted([first.id, second.id])] * 2


def test_an_id_is_sixteen_random_bytes_and_never_used_again(app):
    product = make.product()
    gone = make.paid_order(product, 3)
    orders.cancel(gone.order_id, actor="test", reason="erreur")
    make.paid_order(product, 3)
    ids = list(db.session.scalars(select(Ticket.public_id)))
    assert len(set(ids)) == 6
    assert {len(bytes.fromhex(one)) for one in ids} == {16}


def test_voiding_says_why_and_when_and_leaves_what_was_void(app, now):
    product = make.product()
    written = make.paid_order(product, 2)
    orders.cancel(written.order_id, actor="test", reason="erreur")
    rows = list(db.session.scalars(select(Ticket)))
    assert {(row.status, row.void_reason, row.voided_at) for row in rows} == {
        (TicketStatus.VOID, "cancelled", now())
    }
    assert db.session.scalar(select(func.count(Admission.id))) == 2  # the door can say why


def test_another_name_keeps_the_code_and_is_written_down_without_the_names(app):
    make.paid_order(make.product())
    ticket = db.session.scalars(select(Ticket)).one()
    before = ticket.public_id
    tickets.rename(ticket.id, first_name=" Zélie ", last_name="Abelloni", company="", actor="test")
    after = db.session.get(Ticket, ticket.id, populate_existing=True)
    assert (after.name, after.public_id) == ("Zélie Abelloni", before)
    note = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "ticket.renamed")).one()
    assert "Zélie" not in str(note.detail)


@pytest.mark.parametrize("length", [100, 5000])
def test_a_name_is_cut_where_the_badge_ends(app, length):
    make.paid_order(make.product())
    ticket = db.session.scalars(select(Ticket)).one()
    renamed = tickets.rename(
        ticket.id, first_name="a" * length, last_name="b" * length, company="", actor="test"
    )
    assert (len(renamed.first_name), len(renamed.last_name)) == (100, 100)
