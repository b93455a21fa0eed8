"""An order made at the desk: given, paid on the spot, or to be paid by transfer."""

from datetime import timedelta

import pytest

from eventsapp.cli import worker as cli_worker
from eventsapp.delivery import worker
from eventsapp.domain.accounts import organisations
from eventsapp.domain.billing.money import payments
from eventsapp.domain.billing.money.models import Payment, PaymentMethod
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.asking.models import GivenAnswer
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import holds, persons, queries
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.gateways import mail
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from tests import make

IBAN, SIRET = "FR76 3000 6000 0112 3456 7890 189", "73282932000074"


@pytest.fixture
def house(client):
    series = make.series(slug="essai")
    token = make.signed_in(client, make.account("owner", in_series=series))
    product = make.product(make.event(series, free=False), places=5, per_order_max=2)
    releases.publish(series.id, actor="test")

    class House:
        def __init__(self):
            self.series, self.product, self.client = series, product, client

        def choose(self, quantity=1, **form):
            data = {f"qty-{product.id}": quantity, "csrf_token": token} | form
            return client.post("/organizer/essai/sales/new", data=data)

        def sell(self, quantity=1, choosing=None, **form):
            held = self.choose(quantity, **(choosing or {}))
            assert held.status_code == 303, held.text
            shown = client.get(held.location).text
            total = 1900 * quantity
            assert f'name="shown_total" value="{total}"' in shown
            data = {"csrf_token": token, "shown_total": total, "locale": "fr"} | form
            return client.post(held.location, data=data)

    return House()


def sold():
    return db.session.query(Order).order_by(Order.id.desc()).first()


def with_account(series):
    organisations.set_identity(
        series.organisation_id, "Organisateur", {"iban": IBAN.replace(" ", "")}, actor="test"
    )


def letters():
    for _turn in range(2):
        cli_worker.run_periodic([0.0] * len(cli_worker.PERIODIC))
        worker.drain()
    return [message.subject for message in mail.memory().sent]


def taken():
    return db.session.query(Quota.taken).filter(Quota.whole_event.is_(True)).scalar()


def told(action):
    return db.session.query(AuditEntry).filter_by(action=action).one().detail


def test_a_gift_costs_nothing_and_keeps_its_reason(house):
    mail.memory().sent.clear()
    answer = house.sell(2, means="given", reason="intervenante", email="zoe@mail.example",
                        notify="y", **{"first-0-0": "Zoé", "last-0-0": "Martin"})  # fmt: skip

    assert answer.status_code == 303
    order = sold()
    assert (order.status, order.total_cents, order.channel) == (OrderStatus.PAID, 0, "desk")
    assert [one.name for one in order.tickets] == ["Zoé Martin", ""]
    assert [line.list_cents for line in order.hold.lines] == [1900]
    assert told("order.made") | {"code": 0} == {
        "means": "given", "cents": 0, "reason": "intervenante", "beyond": "", "code": 0,
    }  # fmt: skip
    assert [subject.split(" :")[0].split("\u00a0")[0] for subject in letters()] == ["Vos 2 billets"]
    assert taken() == 2 and queries.unbalanced_quotas() == []


def test_a_gift_without_a_reason_is_not_made(house):
    answer = house.sell(means="given", email="zoe@mail.example", notify="y")

    assert answer.status_code == 422
    assert "Dites pourquoi elle est offerte" in answer.text
    assert sold() is None and taken() == 1


def test_somebody_at_the_door_pays_on_the_spot_and_needs_no_address(house):
    mail.memory().sent.clear()

    assert house.sell(means="terminal").status_code == 303

    order, payment = sold(), db.session.query(Payment).one()
    assert (order.status, order.email, len(order.tickets)) == (OrderStatus.PAID, "", 1)
    assert (payment.method, payment.received_cents) == (PaymentMethod.TERMINAL, 1900)
    assert letters() == []
    page = house.client.get(f"/organizer/essai/orders/{order.code}").text
    assert "sur place" in page and "/mails" not in page


def test_a_transfer_keeps_the_places_and_its_letter_says_where_to(house, now):
    with_account(house.series)
    mail.memory().sent.clear()

    answer = house.sell(means="transfer", email="compta@mail.example", due="2026-09-20")

    assert answer.status_code == 303, answer.text
    order = sold()
    assert order.status is OrderStatus.AWAITING_TRANSFER and not order.tickets
    letters()
    (letter,) = mail.memory().sent
    for part in (IBAN, order.code, "19,00", "20 septembre 2026"):
        assert part in letter.text.replace("\u202f", " ").replace("\u00a0", " "), part
    link = f"/fr/essai/orders/{order.code}/{order.secret}"
    for path in (link, f"{link}/note"):
        assert IBAN in house.client.get(path).text.replace("\u00a0", " "), path
    assert taken() == 1

    now(order.deadline + timedelta(minutes=6))
    letters()
    assert db.session.get(Order, order.id, populate_existing=True).status is OrderStatus.EXPIRED
    assert taken() == 0


def test_a_transfer_without_an_account_or_after_the_event_is_not_promised(house):
    form = {"means": "transfer", "email": "compta@mail.example"}

    assert "Un virement demande un IBAN" in house.sell(due="2026-09-20", **form).text
    with_account(house.series)
    late = house.sell(due="2026-12-01", **form)
    assert late.status_code == 422 and "vient après l’événement" in late.text
    assert "Donnez un jour à venir" in house.sell(due="2026-09-01", **form).text
    assert "est écrite à cette adresse" in house.sell(means="transfer", due="2026-09-20").text
    assert sold() is None

    assert house.sell(due="2026-12-01", beyond="mairie", **form).status_code == 303
    assert told("order.made")["beyond"] == "mairie"


def test_a_purchase_order_has_its_numbers_on_the_bill(house):
    with_account(house.series)
    form = {
        "means": "purchase_order", "email": "mairie@mail.example", "company": "Mairie",
        "due": "2026-09-20", "service": "CULT", "engagement": "EJ-4711",
    }  # fmt: skip

    for wrong in ("", "73282932000075", "7328", "7328293200007٤"):
        refused = house.sell(siret=wrong, **form)
        assert refused.status_code == 422 and "quatorze chiffres" in refused.text, wrong
    assert house.sell(siret="732 829 320 00074", **form).status_code == 303

    order = sold()
    assert order.bill.buyer["siret"] == SIRET
    page = house.client.get(f"/fr/essai/orders/{order.code}/{order.secret}/note").text
    for part in (SIRET, "CULT", "EJ-4711", "Mairie", "Somme à payer"):
        assert part in page, part


def test_limits_are_passed_with_a_reason_and_places_never(house):
    persons.set_limit(house.product.event_id, 1, actor="test")
    refused = house.choose(3)
    assert refused.status_code == 422 and "2 au plus" in refused.text.replace("\u202f", " ")

    beyond = {"beyond": "classe de 3e"}
    held = house.choose(3, **beyond)
    token_page = house.client.get(held.location).text
    assert "classe de 3e" in token_page
    answer = house.sell(2, means="terminal", email="ada@mail.example")
    assert answer.status_code == 422 and "1 place(s) au plus par personne" in answer.text
    assert sold() is None
    # Three and two places are kept by these two: nothing is left, whatever the reason.
    full = house.choose(1, **beyond)
    assert full.status_code == 409 and "il ne reste plus de place" in full.text

    db.session.rollback()
    ended = house.client.get(held.location)
    assert ended.status_code == 200


def test_three_at_once_with_a_reason_are_sold_and_noted(house):
    answer = house.sell(
        3,
        {"beyond": "classe de 3e"},
        means="terminal",
        email="ada@mail.example",
        beyond="classe de 3e",
    )

    assert answer.status_code == 303
    assert len(sold().tickets) == 3 and told("order.made")["beyond"] == "classe de 3e"


def test_questions_are_asked_at_the_desk_too(house):
    question = make.question(house.series, required=True)
    refused = house.sell(means="terminal")
    assert refused.status_code == 422

    answer = house.sell(means="terminal", **{f"q{question.id}-0-0": "oui"})

    assert answer.status_code == 303, answer.text
    assert [one.value for one in db.session.query(GivenAnswer)] == ["oui"]


def test_the_same_form_twice_gives_one_order(house):
    held = house.choose(1)
    token = make.signed_in(house.client, make.account("owner", in_series=house.series))
    form = {"means": "terminal", "shown_total": 1900, "locale": "fr", "csrf_token": token}

    first = house.client.post(held.location, data=form)
    second = house.client.post(held.location, data=form)

    assert first.location.split("?")[0] == second.location.split("?")[0]
    assert db.session.query(Order).count() == 1 and db.session.query(Payment).count() == 1


def test_a_basket_of_another_series_or_of_nobody_is_none_of_this_desk(house):
    other = make.product(make.event(make.series(slug="autre")))
    foreign = holds.make(other.event.series, [make.line(other)])

    for secret in (foreign, "x" * 40):
        assert house.client.get(f"/organizer/essai/sales/{secret}").status_code == 404


def test_hidden_tariffs_are_given_and_drafts_are_not(house):
    hidden = make.product(house.product.event, hidden=True, label_fr="Presse")
    draft = make.product(make.event(house.series, released=False), label_fr="Brouillon")

    page = house.client.get("/organizer/essai/sales/new").text
    assert f"qty-{hidden.id}" in page and f"qty-{draft.id}" not in page
    given = house.choose(0, **{f"qty-{hidden.id}": 1})
    assert given.status_code == 303
    assert house.choose(0, **{f"qty-{draft.id}": 1}).status_code == 409


def test_money_taken_on_the_spot_is_no_payment_of_ours(house):
    house.sell(means="terminal")

    assert payments.sweep() == 0
    assert house.client.get("/organizer/essai/orders").status_code == 200


def test_cash_is_not_taken_down_for_that_would_make_a_till_of_it(house):
    answer = house.sell(means="cash")

    assert answer.status_code == 422
    assert "espèces" not in answer.text
    assert sold() is None
