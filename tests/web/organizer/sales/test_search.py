"""What is said on the phone finds the order, and the ticket, whoever says it and however."""

import pytest

from eventsapp.domain.ticketing.sales import codes, finding, token_ends
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make


@pytest.fixture
def product(app):
    return make.product(make.event(make.series(slug="weeks"), title_fr="Soirée"), places=900,
                        per_order_max=100)  # fmt: skip


@pytest.fixture
def find(client, product):
    make.signed_in(client, make.account("owner", in_series=product.event.series))

    def search(typed):
        return client.get("/organizer/weeks/search", query_string={"q": typed}).text

    return search


def sold(product, first="Ada", last="Byron", **buyer):
    given = {"email": "desk@mail.example"} | buyer
    return make.paid_order(
        product,
        buyer=Buyer(**given),
        attendees=[[Attendee(first, last, "holder@atelier.example", "Œuvres & Cie")]],
    )


def ticket_of(written):
    return db.session.query(Ticket).filter_by(order_id=written.order_id).one()


def test_anything_said_on_the_phone_finds_the_order(find, product):
    other = sold(product, "Grace", "Hopper", company="Autre", email="x@other.example")
    buyer = {"email": "compta@duval.example", "first_name": "Zoë", "company": "Société Éclair"}
    wanted = sold(product, "Chloé", "N'Guyen", last_name="Duval", **buyer)
    ticket = ticket_of(wanted)
    short = codes.short(ticket)

    for typed in (
        "zoe duval", "ÉCLAIR", "compta@duval", "duval.example", "chloe nguyen", "NGUYEN Chloé",
        wanted.code, wanted.code.lower(), short, short.lower(), short.replace("-", " "),
        short.replace("-", ""), short.replace("-", "–"), short.replace("0", "O").replace("1", "l"),
        f"Chloé {short}", "duval chloe",
    ):  # fmt: skip
        page = find(typed)
        assert f"orders/{wanted.code}" in page, typed
        assert f"orders/{other.code}" not in page, typed
    assert short in find("chloe") and short not in find("zoe")
    assert "Rien ne correspond" in find("personne")


def test_the_last_four_of_the_code_find_its_ticket(find, product):
    tickets = [ticket_of(sold(product)) for _ in range(40)]

    for ticket in tickets:
        end = codes.token(ticket)[-4:]
        if not end.strip(" $%*+-./:") and len(codes.end_of(end)) < 2:
            continue  # one sign and three spaces, in one code of a hundred thousand
        for typed in (end, end.lower(), end.strip()):
            assert f"orders/{ticket.order.code}" in find(typed), end
        assert codes.short(ticket) in find(end), end


@pytest.mark.parametrize("end", ["*. :", ":*. ", "  $%", "A B ", "/-.+", "7 :9"])
def test_ends_of_signs_and_spaces_find_their_ticket(find, product, end):
    """One end in a thousand is signs and spaces alone, which nobody reads out as words."""
    ticket = ticket_of(sold(product))
    with transaction():
        db.session.get_one(Ticket, ticket.id).token_end = codes.end_of(end)

    for typed in (end, end.lower(), end.strip()):
        assert f"orders/{ticket.order.code}" in find(typed), typed


def test_tickets_of_before_get_their_end_from_the_worker(find, product):
    ticket = ticket_of(sold(product))
    written = ticket.token_end
    with transaction():
        db.session.get_one(Ticket, ticket.id).token_end = None

    assert (token_ends.fill(), token_ends.fill()) == (1, 0)

    assert db.session.get_one(Ticket, ticket.id, populate_existing=True).token_end == written


def test_signs_alone_or_nothing_find_nothing(find, product):
    written = sold(product)

    for typed in ("", " ", "%", "_", "-"):
        assert written.code not in find(typed), typed


def test_one_statement_more_or_less_whatever_is_found(find, product, statements):
    counts = []
    for number in (1, 50):
        while db.session.query(Ticket).count() < number:
            sold(product)
        find("byron")
        statements.clear()
        find("byron")
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_a_large_order_says_how_many_more_there_are(find, product):
    people = [Attendee("Ada", f"Groupe {number}") for number in range(30)]
    make.paid_order(product, 30, attendees=[people])

    page = find("groupe")

    assert page.count("Groupe ") == finding.MOST_TICKETS
    assert "et 25 autres billets" in page


def test_the_box_is_in_the_head_of_the_desk_for_who_may_read_orders(client, product):
    series = product.event.series
    make.signed_in(client, make.account("accountant", in_series=series))
    assert 'href="/organizer/weeks/search"' in client.get("/organizer/weeks/orders").text

    make.signed_in(client, make.account("care", in_series=series))
    assert 'href="/organizer/weeks/search"' not in client.get("/organizer/weeks/needs").text
    assert client.get("/organizer/weeks/search").status_code == 403
