"""One ticket for another at the desk: name, tariff, hour; places, money and codes follow."""

import re

import pytest

from eventsapp.delivery import worker
from eventsapp.domain.billing.money import bills
from eventsapp.domain.billing.money.models import Payment, PaymentMethod, Refund
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.asking.models import GivenAnswer
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import queries
from eventsapp.domain.ticketing.sales.models import Admission, Order, Ticket, TicketStatus
from eventsapp.gateways import mail
from eventsapp.kernel import clock
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from tests import make


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.fixture
def desk(client):
    series = make.series(slug="essai")
    token = make.signed_in(client, make.account("owner", in_series=series))
    event = make.event(series, free=False, capacity=2)
    cheap = make.product(event, places=None, price_cents=1900, label_fr="Simple")
    dear = make.product(event, places=None, price_cents=5000, label_fr="Soutien")
    few = make.product(
        make.event(series, free=False), places=1, price_cents=1900, label_fr="Visite"
    )
    releases.publish(series.id, actor="test")

    class Desk:
        def __init__(self):
            self.series, self.cheap, self.dear, self.few = series, cheap, dear, few

        def post(self, ticket, product, step, **form):
            order = db.session.get(Order, ticket.order_id)
            path = f"/organizer/essai/orders/{order.code}/tickets/{ticket.public_id}"
            data = {
                "first_name": "Zoé", "last_name": "Martin", "tariff": str(product.id),
                "step": step, "csrf_token": token,
            }  # fmt: skip
            return client.post(path, data=data | form)

        def exchange(self, ticket, product, **form):
            """As a person does: see first, then do what the page says."""
            seen = self.post(ticket, product, "see")
            assert seen.status_code == 200, seen.text
            shown = re.search('name="shown" value="(-?[0-9]+)"', seen.text)[1]
            return plain(seen.text), self.post(ticket, product, "exchange", shown=shown, **form)

    return Desk()


def bought(product, quantity=1):
    order = make.paid_order(product, quantity)
    return tickets_of(order.order_id)


def tickets_of(order_id):
    return db.session.query(Ticket).filter_by(order_id=order_id).order_by(Ticket.id).all()


def states(order_id):
    db.session.expire_all()
    return [(one.product_id, one.status.value) for one in tickets_of(order_id)]


def taken(product):
    whole = db.session.query(Quota.taken).filter_by(event_id=product.event_id, whole_event=True)
    return whole.scalar()


def sound():
    return queries.unbalanced_quotas() == []


def test_a_full_evening_changes_its_tariffs_and_the_difference_is_paid(desk):
    ticket = bought(desk.cheap, 2)[0]
    assert taken(desk.cheap) == 2
    worker.drain()
    mail.memory().sent.clear()

    page, answer = desk.exchange(ticket, desk.dear, settled="terminal", reason="soutien")

    assert answer.status_code == 302, answer.text
    assert "31,00 € sont à payer maintenant" in page and "Une place est prise" in page
    assert states(ticket.order_id) == [
        (desk.cheap.id, "void"), (desk.cheap.id, "valid"), (desk.dear.id, "valid"),
    ]  # fmt: skip
    assert taken(desk.cheap) == 2 and sound()
    order = db.session.get(Order, ticket.order_id)
    assert (order.total_cents, order.bill.total_cents) == (6900, 6900)
    assert bills.kept_cents(order.bill_id) == 6900
    assert (
        db.session.query(Payment).filter_by(method=PaymentMethod.TERMINAL).one().amount_cents
        == 3100
    )
    assert sum(line.gross_cents for line in order.bill.lines) == 6900
    new = tickets_of(order.id)[-1]
    assert (new.name, new.public_id != ticket.public_id) == ("Zoé Martin", True)
    assert [one.event_id for one in db.session.query(Admission).filter_by(ticket_id=new.id)] == [
        desk.dear.event_id
    ]
    worker.drain()
    assert len(mail.memory().sent) == 1
    assert (
        db.session.query(AuditEntry).filter_by(action="ticket.exchanged").one().detail["cents"]
        == 3100
    )


def test_a_cheaper_one_gives_the_difference_back(desk):
    (ticket,) = bought(desk.dear)

    page, answer = desk.exchange(ticket, desk.cheap)

    assert answer.status_code == 302 and "31,00 € sont remboursés" in page
    assert [one.amount_cents for one in db.session.query(Refund)] == [3100]
    order = db.session.get(Order, ticket.order_id, populate_existing=True)
    assert order.total_cents == 1900 == bills.kept_cents(order.bill_id)
    assert sound()


def test_a_given_difference_asks_why_and_costs_nothing(desk):
    (ticket,) = bought(desk.cheap)
    _page, refused = desk.exchange(ticket, desk.dear, settled="given")
    assert refused.status_code == 422 and "Dites pourquoi" in refused.text
    _page, unsaid = desk.exchange(ticket, desk.dear)
    assert unsaid.status_code == 422 and "Dites comment" in unsaid.text
    assert states(ticket.order_id) == [(desk.cheap.id, "valid")] and sound()

    _page, answer = desk.exchange(ticket, desk.dear, settled="given", reason="panne de scène")

    assert answer.status_code == 302
    order = db.session.get(Order, ticket.order_id, populate_existing=True)
    assert order.total_cents == 1900 and db.session.query(Payment).count() == 1


def test_the_places_move_both_ways_and_never_beyond_what_there_is(desk):
    (ticket,) = bought(desk.cheap)
    (other,) = bought(desk.cheap)
    _page, answer = desk.exchange(ticket, desk.few)
    assert answer.status_code == 302
    assert (taken(desk.cheap), taken(desk.few)) == (1, 1) and sound()

    full = desk.post(other, desk.few, "see")

    assert full.status_code == 409 and "il ne reste plus de place" in plain(full.text)
    assert states(other.order_id) == [(desk.cheap.id, "valid")]


def test_another_holder_gets_another_code_and_a_spelling_keeps_it(desk):
    (ticket,) = bought(desk.cheap)
    assert desk.post(ticket, desk.cheap, "rename").status_code == 302
    assert [(one.name, one.public_id) for one in tickets_of(ticket.order_id)] == [
        ("Zoé Martin", ticket.public_id)
    ]

    page, answer = desk.exchange(ticket, desk.cheap)

    assert answer.status_code == 302 and "Le prix ne change pas" in page
    assert states(ticket.order_id) == [(desk.cheap.id, "void"), (desk.cheap.id, "valid")]
    assert taken(desk.cheap) == 1 and db.session.query(Payment).count() == 1 and sound()


def test_answers_stay_with_their_place(desk):
    question = make.question(desk.series)
    first, ticket = bought(desk.cheap, 2)
    with transaction() as session:
        session.add(
            GivenAnswer(
                question_id=question.id,
                order_id=ticket.order_id,
                hold_line_id=ticket.hold_line_id,
                place=ticket.place,
                value="végétarien",
                answered_at=clock.now(),
            )  # fmt: skip
        )

    for product in (desk.cheap, desk.dear):
        current = tickets_of(first.order_id)[-1]
        assert desk.exchange(current, product, settled="terminal")[1].status_code == 302
        new = tickets_of(first.order_id)[-1]
        answer = db.session.query(GivenAnswer).populate_existing().one()
        assert (answer.hold_line_id, answer.place) == (new.hold_line_id, new.place)
    assert {one.place for one in tickets_of(first.order_id) if one.product_id == desk.cheap.id} == {
        0, 1,
    }  # fmt: skip


def test_what_is_void_used_or_of_a_group_is_not_changed(desk):
    group = make.product(desk.cheap.event, places=None, tickets_per_unit=2, label_fr="Duo")
    (used,) = bought(desk.cheap)
    assert desk.post(used, group, "see").status_code == 409
    with transaction():
        db.session.query(Admission).one().entered_at = clock.now()

    refused = desk.post(used, desk.dear, "see")

    assert refused.status_code == 409 and "déjà entré" in refused.text
    desk.exchange(used, desk.cheap)
    void = tickets_of(used.order_id)[0]
    assert void.status is TicketStatus.VOID
    assert desk.post(void, desk.dear, "see").status_code == 409


def test_another_difference_than_the_page_showed_is_asked_again(desk):
    (ticket,) = bought(desk.cheap)

    for shown in ("0", "", "x", "-"):
        answer = desk.post(ticket, desk.dear, "exchange", shown=shown, settled="terminal")
        assert answer.status_code == 409 and "Le total n’est plus" in answer.text, shown
    assert states(ticket.order_id) == [(desk.cheap.id, "valid")]


def test_a_ticket_of_another_order_or_a_tariff_of_another_series_is_none(client, desk):
    (ticket,), (other,) = bought(desk.cheap), bought(desk.cheap)
    order = db.session.get(Order, ticket.order_id)
    path = f"/organizer/essai/orders/{order.code}/tickets/{other.public_id}"
    assert client.get(path).status_code == 404

    foreign = make.product(make.event(make.series(slug="autre")))
    assert desk.post(ticket, foreign, "see").status_code == 409
    assert desk.post(ticket, desk.dear, "see", tariff="²").status_code == 422
