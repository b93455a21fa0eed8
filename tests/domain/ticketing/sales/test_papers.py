"""A ticket on paper: what it says, in both languages."""

import pytest
from sqlalchemy import select

from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales import checkout, papers
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer
from eventsapp.kernel import i18n
from eventsapp.kernel.db import db
from tests import make


@pytest.fixture
def ticket(app) -> Ticket:
    series = make.series()
    place = make.venue(series, name="Cité du Livre", street="8 rue des Allumettes")
    event = make.event(
        series,
        venue_id=place.id,
        address_hidden=True,
        title_fr="Nuit des réseaux",
        title_en="Night of networks",
    )
    product = make.product(event, price_cents=1900, label_fr="Entrée", label_en="Entry")
    releases.publish(series.id, actor="test")
    people = [[Attendee("Zoé", "d’Aix", company="Mistral")]]
    checkout.sell(series, [make.line(product)], Buyer("a@b.example"), people, payment="offline")
    return db.session.scalars(select(Ticket)).one()


def paper(ticket, lang):
    shown = releases.current(ticket.event.series.slug)
    with i18n.use_locale(lang):
        return papers.paper_of(ticket, shown)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("lang", "event", "product", "price"),
    [
        ("fr", "Nuit des réseaux", "Entrée", "19,00 €"),
        ("en", "Night of networks", "Entry", "€19.00"),
    ],
)
def test_a_ticket_speaks_its_readers_language(ticket, lang, event, product, price):
    made = paper(ticket, lang)
    assert (plain(made.event), plain(made.product), plain(made.price)) == (event, product, price)
    assert (made.first_name, made.last_name, made.company) == ("Zoé", "d’Aix", "Mistral")


def test_its_holder_may_know_an_address_that_is_not_public(ticket):
    made = paper(ticket, "fr")
    assert (made.where, made.address) == (
        "Cité du Livre",
        "8 rue des Allumettes, 13100 Aix-en-Provence",
    )


def test_all_tickets_of_an_order_are_one_pdf(ticket):
    shown = releases.current(ticket.event.series.slug)
    assert papers.tickets_paper([ticket, ticket], shown, "fr").startswith(b"%PDF-")


def test_the_prices_on_the_tickets_of_a_duo_add_up_to_it(app):
    product = make.product(price_cents=3999, tickets_per_unit=2)
    releases.publish(product.series_id, actor="test")
    make.paid_order(product, 2, attendees=make.nobody(4))
    rows = list(db.session.scalars(select(Ticket).order_by(Ticket.id)))
    said = [plain(paper(row, "fr").price) for row in rows]
    assert said == ["20,00 €", "19,99 €", "20,00 €", "19,99 €"]
