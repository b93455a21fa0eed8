"""Orders for addresses with accents, through the worker, to a server without SMTPUTF8."""

import email
import email.policy
from dataclasses import replace

import pytest

from eventsapp import settings
from eventsapp.delivery import worker
from eventsapp.domain.programme import releases
from eventsapp.kernel.db import db
from eventsapp.kernel.outbox import OutboxMessage
from tests import make
from tests.gateways.test_mail import serving
from tests.web.organizer.programme.test_programme import Desk


@pytest.fixture
def smtp():
    yield from serving(smtputf8=False)


@pytest.fixture
def post(client, smtp):
    """Order for an address, let the worker work; returns the desk of the series."""
    desk = Desk(client)
    product = make.product(make.event(desk.series))
    releases.publish(desk.series.id, actor="test")
    settings.use(replace(settings.current(), mail_url=smtp.url))

    def order(address):
        make.paid_order(product, email=address)
        worker.drain()
        return desk

    return order


def test_tickets_reach_a_domain_with_accents(post, smtp):
    desk = post("ada@bücher.example")

    assert smtp.recipients == [["ada@xn--bcher-kva.example"]]
    letter = email.message_from_bytes(smtp.letters[0], policy=email.policy.default)
    assert letter["To"] == "ada@xn--bcher-kva.example"
    assert "ada@bücher.example" in desk.get("orders")[1]


def test_what_the_server_cannot_take_is_final_at_once_and_to_be_settled(post, smtp):
    desk = post("zélie@mail.example")

    row = db.session.query(OutboxMessage).filter(OutboxMessage.failed_at.is_not(None)).one()
    assert (row.attempts, smtp.letters) == (1, [])
    assert "1 message n’est pas parti" in desk.get("")[1].replace("\u00a0", " ")
