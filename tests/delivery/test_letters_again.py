"""Letters that somebody asks for once more are letters of their own."""

import pytest

from eventsapp.delivery import worker
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.sales import checkout, copies
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.gateways import mail
from eventsapp.kernel.db import db
from tests import make


def sent_by(command):
    before = len(mail.memory().sent)
    command()
    worker.drain()
    return mail.memory().sent[before:]


def last_order():
    return db.session.query(Order).order_by(Order.id.desc()).first()


def released_product():
    product = make.product()
    releases.publish(product.event.series_id, actor="test")
    return product


def test_tickets_sent_again_are_no_copy_that_a_mailbox_would_drop(app):
    """Many mailboxes keep one letter of each Message-ID, and drop the second without a word."""
    product = released_product()
    [first] = sent_by(lambda: make.paid_order(product))
    order = last_order()

    [second] = sent_by(lambda: copies.send_tickets_again(order.id))
    [third] = sent_by(lambda: copies.send_tickets_again(order.id))

    assert len({first.message_id, second.message_id, third.message_id}) == 3


def test_tickets_are_sent_again_although_the_order_asked_for_no_letter(app):
    product = released_product()
    assert sent_by(lambda: make.paid_order(product, notify=False)) == []

    assert len(sent_by(lambda: copies.send_tickets_again(last_order().id))) == 1


def test_links_asked_for_twice_come_twice(app):
    product = released_product()
    sent_by(lambda: make.paid_order(product))
    order = last_order()

    [first] = sent_by(lambda: copies.send_links(order.series_id, order.email))
    [second] = sent_by(lambda: copies.send_links(order.series_id, order.email))

    assert first.message_id != second.message_id


@pytest.mark.parametrize(("locale", "said"), [("en", "Order: "), ("fr", "Commande\u00a0: ")])
def test_a_letter_has_the_spaces_of_its_language(app, locale, said):
    product = released_product()
    buyer = Buyer(email="ada@mail.example", locale=locale)
    series = product.event.series
    [letter] = sent_by(
        lambda: checkout.sell(
            series, [make.line(product)], buyer, make.nobody(1), payment="offline"
        )
    )

    assert f"{said}{last_order().code}" in letter.text
    assert "Open my order:\n" in letter.text if locale == "en" else "\u00a0:\n" in letter.text
