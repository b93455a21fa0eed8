"""The text of a QR code: always the same, read by the key, without a name."""

from sqlalchemy import select

from eventsapp import settings
from eventsapp.domain.ticketing.sales import codes, tickets, tokens
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.gateways.signing_key import public_keys
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make


def one_ticket() -> Ticket:
    make.paid_order(make.product())
    return db.session.scalars(select(Ticket)).one()


def test_the_code_of_a_ticket_says_which_ticket_and_is_the_same_after_a_new_name(app):
    ticket = one_ticket()
    first = codes.token(ticket)
    tickets.rename(ticket.id, first_name="Zélie", last_name="A", company="", actor="test")
    assert codes.token(db.session.get(Ticket, ticket.id, populate_existing=True)) == first

    said = tokens.verify(first, public_keys(settings.current().data_dir))
    assert said.ticket_id.hex() == ticket.public_id
    assert (said.event, said.product) == (ticket.event_id, ticket.product_id)
    assert (said.not_before, said.not_after) == (
        int(ticket.valid_from.timestamp()),
        int(ticket.valid_until.timestamp()),
    )


def test_what_is_read_out_at_the_desk_is_short(app):
    ticket = one_ticket()
    head = ticket.public_id[:8].upper()
    assert codes.short(ticket) == f"{head[:4]}-{head[4:]}"


def test_the_code_of_a_pass_names_no_event(app):
    ticket = one_ticket()
    with transaction():
        ticket.event_id = None

    said = tokens.verify(codes.token(ticket), public_keys(settings.current().data_dir))

    assert (said.event, said.product) == (0, ticket.product_id)
