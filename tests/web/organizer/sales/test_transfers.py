"""Money by transfer: the whole, a part, too much, twice, too late; reminded and given up."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.cli import worker as cli_worker
from eventsapp.delivery import promises, worker
from eventsapp.domain.accounts import organisations
from eventsapp.domain.billing.money import bills
from eventsapp.domain.billing.money.models import Bill, LedgerEntry, Payment, Refund
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.domain.ticketing.sales import checkout, queries, ways_out
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.gateways import mail
from eventsapp.kernel.db import db
from tests import make

IBAN = "FR7630006000011234567890189"


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.fixture
def street(client):
    series = make.series(slug="essai")
    owner = make.account("owner", in_series=series)
    make.signed_in(client, owner)
    product = make.product(make.event(series, free=False), places=1, price_cents=5000)
    releases.publish(series.id, actor="test")
    organisations.set_identity(series.organisation_id, "Asso", {"iban": IBAN}, actor="test")

    class Street:
        def __init__(self):
            self.series, self.product, self.client = series, product, client

        def order(self):
            written = checkout.sell(
                series, [make.line(product)], Buyer("ada@mail.example"), make.nobody(1),
                payment="transfer",
            )  # fmt: skip
            settle()
            mail.memory().sent.clear()
            return written

        def page(self, order):
            make.signed_in(client, owner)  # days have passed
            return plain(client.get(f"/organizer/essai/orders/{order.code}").text)

        def buyer_reads(self, order):
            return plain(client.get(f"/fr/essai/orders/{order.code}/{order.secret}").text)

        def post(self, order, path, **form):
            address = f"/organizer/essai/orders/{order.code}/{path}"
            token = make.signed_in(client, owner)
            assert f'action="{address}"' in client.get(address.rsplit("/", 1)[0]).text
            return client.post(address, data=form | {"csrf_token": token})

        def receives(self, order, amount, reference="VIR 1"):
            return self.post(
                order, "transfers", on="2026-09-09", amount=amount, reference=reference
            )

    return Street()


def settle():
    for _turn in range(2):
        cli_worker.run_periodic([0.0] * len(cli_worker.PERIODIC))
        worker.drain()


def letters():
    settle()
    told = [plain(message.text) for message in mail.memory().sent]
    mail.memory().sent.clear()
    return told


def fresh(order):
    return db.session.get(Order, order.order_id, populate_existing=True)


def flag(order):
    return db.session.get(Bill, order.bill_id, populate_existing=True).attention


def taken():
    return db.session.query(Quota.taken).filter(Quota.whole_event.is_(True)).scalar()


def test_the_whole_of_it_pays_the_order(street):
    order = street.order()

    assert street.receives(order, "50,00").status_code == 302

    assert fresh(order).status is OrderStatus.PAID
    assert [one.amount_cents for one in db.session.query(LedgerEntry)] == [5000]
    assert len(letters()) == 1 and flag(order) is None


def test_a_part_keeps_the_place_and_the_rest_is_asked_for(street, now):
    order = street.order()
    street.receives(order, "30")

    assert fresh(order).status is OrderStatus.AWAITING_TRANSFER
    assert flag(order) == "amount_mismatch"
    assert "Ne payez pas une seconde fois" in letters()[0]
    assert "Il manque 20,00 €" in street.page(order)

    assert street.post(order, "rests", until="2026-10-05").status_code == 302
    (letter,) = letters()
    for part in ("Reste à virer", "20,00 €", "30,00 €", "5 octobre 2026", order.code):
        assert part in letter, part
    assert "Reste à virer" in street.buyer_reads(order)
    assert promises.sweep() == 0 and flag(order) is None

    assert street.receives(order, "20", "VIR 2").status_code == 302
    assert fresh(order).status is OrderStatus.PAID and bills.booked_cents(order.bill_id) == 5000
    assert len(letters()) == 1 and flag(order) is None


def test_a_rest_that_does_not_come_waits_for_a_person_again(street, now):
    order = street.order()
    street.receives(order, "30")
    street.post(order, "rests", until="2026-09-15")
    now(fresh(order).deadline + timedelta(minutes=1))
    settle()

    assert fresh(order).status is OrderStatus.AWAITING_TRANSFER and taken() == 1
    assert flag(order) == "amount_mismatch"
    assert "Argent reçu sans billet" in street.page(order)


def test_a_part_is_accepted_or_all_of_it_goes_back(street):
    order = street.order()
    street.receives(order, "30")
    assert street.post(order, "acceptance").status_code == 302
    assert fresh(order).status is OrderStatus.PAID


def test_a_part_goes_back_with_the_order(street):
    order = street.order()
    street.receives(order, "30")
    page = street.page(order)
    assert "Retournent à la vente : 1 × " in page and "30,00 € déjà reçus sont rendus" in page

    assert street.post(order, "cancellations", reason="trop tard").status_code == 302
    settle()

    assert fresh(order).status is OrderStatus.CANCELLED and taken() == 0
    assert [one.amount_cents for one in db.session.query(Refund)] == [3000]
    assert queries.unbalanced_quotas() == []


def test_too_much_pays_and_the_rest_goes_back(street):
    order = street.order()
    street.receives(order, "62,50")
    assert fresh(order).status is OrderStatus.PAID and flag(order) == "overpaid"
    letters()

    assert street.post(order, "excesses").status_code == 302
    (letter,) = letters()

    assert "12,50 €" in letter and "différence" in letter
    assert [one.amount_cents for one in db.session.query(Refund)] == [1250]
    assert len([one for one in fresh(order).tickets if one.status.value == "valid"]) == 1
    assert "excesses" not in street.page(order)


def test_the_same_line_of_the_statement_is_booked_once(street):
    order = street.order()
    street.receives(order, "30")

    again = street.receives(order, "30")

    assert again.status_code == 409 and "déjà enregistré" in again.text
    assert db.session.query(Payment).count() == 1
    assert bills.booked_cents(order.bill_id) == 3000


@pytest.mark.parametrize("amount", ["0", "-5", "douze", "1e9", "²"])
def test_an_amount_that_is_none_is_asked_for_again(street, amount):
    order = street.order()

    answer = street.receives(order, amount)

    assert answer.status_code == 422 and "par exemple 19,00" in answer.text
    assert 'value="VIR 1"' in answer.text and db.session.query(Payment).count() == 0


def test_after_its_date_it_is_seated_if_a_place_is_left(street, now):
    order = street.order()
    now(fresh(order).deadline + timedelta(hours=1))
    settle()
    assert fresh(order).status is OrderStatus.EXPIRED and taken() == 0

    assert street.receives(order, "50").status_code == 302
    assert fresh(order).status is OrderStatus.PAID and taken() == 1


def test_after_its_date_and_full_the_money_waits_to_be_given_back(street, now):
    order = street.order()
    now(fresh(order).deadline + timedelta(hours=1))
    settle()
    make.paid_order(street.product)

    assert street.receives(order, "50").status_code == 302
    assert fresh(order).status is OrderStatus.EXPIRED and taken() == 1
    assert flag(order) == "late_transfer" and bills.booked_cents(order.bill_id) == 5000
    gone = street.post(order, "acceptance")
    assert gone.status_code == 409 and "revendues" in gone.text

    street.post(order, "refunds", what="order", reason="complet")
    settle()
    assert [one.amount_cents for one in db.session.query(Refund)] == [5000]


def test_who_has_not_paid_is_reminded_once_before_the_end(street, now):
    order = street.order()
    assert letters() == []
    now(fresh(order).deadline - timedelta(days=2))
    (letter,) = letters()
    assert order.code in letter and "50,00 €" in letter
    assert letters() == [] and ways_out.remind_due() == 0
    assert "Relancé le" in street.page(order)


def test_a_reminder_by_hand_keeps_the_places_longer(street, now):
    order = street.order()
    before = fresh(order).deadline
    assert street.post(order, "reminders", until="2026-09-01").status_code == 422
    assert street.post(order, "reminders", until="x").status_code == 422
    assert street.post(order, "reminders", until="2026-10-20").status_code == 302

    (letter,) = letters()
    assert "20 octobre 2026" in letter
    assert fresh(order).deadline > before
    now(before + timedelta(hours=1))
    settle()
    assert fresh(order).status is OrderStatus.AWAITING_TRANSFER and taken() == 1


def test_a_place_that_is_given_up_is_free_at_once(street):
    order = street.order()
    page = street.page(order)
    assert "Oui, annuler et rendre les places" in page

    street.post(order, "cancellations", reason="doublon")

    assert fresh(order).status is OrderStatus.CANCELLED and taken() == 0
    assert "doublon" in letters()[0]


def test_a_statement_of_today_is_of_the_day_where_the_series_is(street, now):
    """Half past eleven in UTC is the next day in Aix."""
    order = street.order()
    now(datetime(2026, 9, 10, 23, 30, tzinfo=UTC))
    line = {"amount": "50,00", "reference": "VIR 1"}

    tomorrow = street.post(order, "transfers", on="2026-09-12", **line)
    today = street.post(order, "transfers", on="2026-09-11", **line)

    assert (tomorrow.status_code, today.status_code) == (422, 302)
    assert fresh(order).status is OrderStatus.PAID
