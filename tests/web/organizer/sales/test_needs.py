"""Sensitive answers: read by few, in no general list, gone 30 days after their event."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventsapp.cli import doctor
from eventsapp.cli.worker import PERIODIC
from eventsapp.delivery import jobs as work
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.asking.answering import Typed
from eventsapp.domain.ticketing.asking.models import GivenAnswer
from eventsapp.domain.ticketing.catalogue import passes
from eventsapp.domain.ticketing.catalogue.drafts import NewProduct
from eventsapp.domain.ticketing.catalogue.models import ProductKind
from eventsapp.domain.ticketing.sales import checkout, forgetting, orders
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.domain.ticketing.sales.orders import Attendee, Buyer
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.programme.test_programme import Desk


class Kitchen:
    """A dinner whose guests say what they eat and what they do."""

    def __init__(self, client):
        self.desk = Desk(client)
        self.series = self.desk.series
        self.event = make.event(self.series, title_fr="Dîner")
        self.tariff = make.product(self.event, per_order_max=60)
        meals = [("Viande", "Meat"), ("Végétarien", "Vegetarian")]
        self.meal = make.question(
            self.series, "choice", label_fr="Régime", choices=meals, sensitive=True
        )
        self.work = make.question(self.series, label_fr="Métier")
        self.topics = make.question(self.series, "choices", label_fr="Sujets", per_order=True)

    def eat(self, *meals, tariff=None, **given):
        seats = {
            (0, place): {f"q{self.meal.id}": meal, f"q{self.work.id}": f"métier {place}"}
            for place, meal in enumerate(meals)
        }
        people = [[Attendee(f"P{n}", "Byron") for n in range(len(meals))]]
        typed = Typed({f"q{self.topics.id}": ["oui", "non"]}, seats)
        return make.paid_order(
            tariff or self.tariff, len(meals), answers=typed, attendees=people, **given
        )

    def sheet(self, path):
        answer, text = self.desk.get(path)
        assert answer.status_code == 200
        return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter(text)))


def delimiter(text):
    return ";" if ";" in text.splitlines()[0] else ","


@pytest.fixture
def kitchen(client):
    return Kitchen(client)


def left():
    return db.session.scalar(select(func.count(GivenAnswer.id)))


def test_general_lists_and_their_files_have_every_answer_but_the_sensitive(kitchen):
    kitchen.eat("viande", "vegetarien")

    plain = kitchen.desk.get("attendees")[1]
    assert "Régime" not in plain and "métier 0" not in plain and "Métier" in plain
    chosen = kitchen.desk.get(
        f"attendees?col=last_name&col=q{kitchen.work.id}&col=q{kitchen.topics.id}"
        f"&col=q{kitchen.meal.id}&sort=q{kitchen.work.id}"
    )[1]
    assert chosen.count("métier 0") == 1 and chosen.count("Oui, Non") == 2
    assert "Végétarien" not in chosen
    header, *rows = kitchen.sheet("attendees.csv")
    assert {"metier", "sujets"} <= set(header) and "regime" not in header
    assert sorted(row[header.index("metier")] for row in rows) == ["métier 0", "métier 1"]
    assert not any("Viande" in cell or "viande" in cell for row in rows for cell in row)


def test_needs_are_counted_and_listed_by_name(kitchen):
    kitchen.eat("viande", "vegetarien", "vegetarien")
    ended = kitchen.eat("viande")
    orders.cancel(ended.order_id, actor="test", reason="")
    other = make.event(kitchen.series, title_fr="Autre soir")
    kitchen.eat("viande", tariff=make.product(other))

    page = kitchen.desk.get("needs")[1]
    assert [count_of(page, meal) for meal in ("Viande", "Végétarien")] == [2, 2]
    assert "métier 0" not in page and "Métier" not in page
    page = kitchen.desk.get(f"needs?event={kitchen.event.id}")[1]
    assert [count_of(page, meal) for meal in ("Viande", "Végétarien")] == [1, 2]
    header, *rows = kitchen.sheet("needs.csv")
    assert header == ["last_name", "first_name", "buyer", "event", "product", "regime"]
    assert sorted(row[-1] for row in rows) == ["Viande", "Viande", "Végétarien", "Végétarien"]
    told = db.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.action == "needs.exported")
    ).one()
    assert told == {"rows": 4}


def count_of(page, choice):
    cell = f'<th scope="row">{choice}</th><td class="r num">'
    return int(page.partition(cell)[2].partition("<")[0])


def test_the_workbook_of_the_needs_is_its_readers_alone(kitchen):
    kitchen.eat("viande")

    answer, _text = kitchen.desk.post("needs/files")
    assert answer.status_code in (302, 303)
    while work.work_once():
        pass
    job = answer.location.rsplit("/", 1)[1].partition("?")[0]
    file = kitchen.desk.client.get(kitchen.desk.url(f"jobs/{job}/file"))
    assert (file.status_code, file.data[:2]) == (200, b"PK")
    Desk(kitchen.desk.client, "organizer", series=kitchen.series)
    assert kitchen.desk.client.get(kitchen.desk.url(f"jobs/{job}/file")).status_code == 404


@pytest.mark.parametrize(("role", "may"), [("care", True), ("organizer", False)])
def test_a_role_reads_them_and_another_does_not(kitchen, client, role, may):
    kitchen.eat("vegetarien")
    desk = Desk(client, role, series=kitchen.series)

    assert desk.get("needs")[0].status_code == (200 if may else 403)
    assert ("Besoins d’accueil" in desk.get("")[1]) is may
    # Whoever writes the question is not told how many eat what.
    if not may:
        text = desk.get(f"catalogue/questions/{kitchen.meal.id}")[1]
        assert "is-counts" not in text and "needs" not in text
        assert "is-counts" in desk.get(f"catalogue/questions/{kitchen.topics.id}")[1]


def test_sensitive_answers_go_thirty_days_after_their_event_and_the_others_stay(kitchen, now):
    kitchen.eat("viande")
    end = kitchen.event.slots[0].ends_at
    assert (left(), forgetting.forget_sensitive()) == (3, 0)

    now(end + timedelta(days=30))
    assert forgetting.forget_sensitive() == 0
    now(end + timedelta(days=30, minutes=1))
    assert (forgetting.kept(), forgetting.overdue()) == (1, 0)
    assert forgetting.forget_sensitive() == 1

    assert (left(), forgetting.kept()) == (2, 0)
    note = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "answers.forgotten")
    ).one()
    assert note.detail == {"answers": 1} and note.series_id == kitchen.series.id


def test_all_that_is_due_goes_at_once_however_much_it_is(kitchen, now, monkeypatch):
    monkeypatch.setattr(forgetting, "BATCH", 2)
    for _ in range(5):
        kitchen.eat("viande")

    now(kitchen.event.slots[0].ends_at + timedelta(days=31))

    assert (forgetting.forget_sensitive(), forgetting.kept()) == (5, 0)


def test_answers_of_a_pass_wait_for_its_last_event(kitchen, now):
    twenty_days_on = kitchen.event.slots[0].starts_at + timedelta(days=20)
    later = make.event(kitchen.series, starts_at=twenty_days_on)
    seats = {(0, 0): {f"q{kitchen.meal.id}": "viande"}}
    checkout.sell(
        kitchen.series,
        [make.line(a_pass(kitchen.event, later))],
        Buyer("ada@example.org"),
        make.nobody(1),
        payment="offline",
        answers=Typed(seats=seats),
    )

    now(kitchen.event.slots[0].ends_at + timedelta(days=31))
    assert forgetting.forget_sensitive() == 0
    now(later.slots[0].ends_at + timedelta(days=31))
    assert forgetting.forget_sensitive() == 1


def a_pass(*events):
    new = NewProduct("PASS", "Pass", "Pass", 3000, kind=ProductKind.PASS)
    own = {"actor": "test", "organisation_id": events[0].organisation_id}
    return passes.add_pass(events[0].series_id, new, [(one.id, 1900) for one in events], **own)


def test_an_order_that_ended_keeps_them_thirty_days_and_a_demo_for_ever(kitchen, now):
    written = kitchen.eat("viande")
    orders.cancel(written.order_id, actor="test", reason="")
    far = make.series(is_demo=True)
    tariff = make.product(make.event(far))
    asked = make.question(far, sensitive=True)
    make.paid_order(tariff, answers=Typed(seats={(0, 0): {f"q{asked.id}": "x"}}))

    ended = db.session.get(Order, written.order_id).ended_at
    now(ended + timedelta(days=31))
    assert forgetting.forget_sensitive() == 1
    now(days=1000)
    assert (forgetting.forget_sensitive(), forgetting.kept()) == (0, 1)


def test_the_worker_erases_and_the_doctor_counts(kitchen, now, monkeypatch):
    monkeypatch.setattr(doctor.schema, "refuse_old", lambda: None)
    assert forgetting.forget_sensitive in [command for _seconds, command in PERIODIC]
    kitchen.eat("viande")
    now(kitchen.event.slots[0].ends_at + timedelta(days=40))

    found = {check.name: check for check in doctor.examine()}[
        "sensitive answers are erased in time"
    ]

    assert (found.broken, found.ok) == (1, False)
    assert found.detail.startswith("1 kept")


def test_the_buyer_is_told_who_reads_it_and_how_long(kitchen, client):
    releases.publish(kitchen.series.id, actor="test")
    client.post(f"/fr/{kitchen.series.slug}/hold", data={f"qty-{kitchen.tariff.id}": "1"})

    page = client.get(f"/fr/{kitchen.series.slug}/checkout").text

    assert page.count("effacé 30 jours après") == 1


@pytest.mark.parametrize("page", ["needs", "answers", "attendees"])
def test_lists_take_as_many_statements_for_fifty(kitchen, statements, page):
    def count_of_page():
        db.session.expire_all()
        statements.clear()
        columns = "&".join(f"col=q{one}" for one in range(1, 60))
        assert kitchen.desk.get(f"{page}?col=last_name&{columns}")[0].status_code == 200
        return len(statements)

    kitchen.eat("viande")
    count_of_page()
    one = count_of_page()
    for n in range(48):
        make.question(kitchen.series, sensitive=n % 2 == 0)
    kitchen.eat(*["vegetarien"] * 50)

    assert count_of_page() == one <= 14


def test_the_order_at_the_desk_tells_the_answers_that_its_reader_may_read(kitchen, client):
    written = kitchen.eat("viande", "vegetarien")

    owner = kitchen.desk.get(f"orders/{written.code}")[1]
    assert owner.count("<dt>Régime</dt>") == 2 and "<dd>Végétarien</dd>" in owner
    assert owner.count("<dd>Oui, Non</dd>") == 1 and "<dd>métier 1</dd>" in owner

    organizer = Desk(client, "organizer", series=kitchen.series).get(f"orders/{written.code}")[1]
    assert "Régime" not in organizer and "<dd>métier 1</dd>" in organizer


@pytest.mark.parametrize("path", ["door/events/{event}/list", "door/events/{event}/badges.pdf"])
def test_no_paper_of_the_door_has_an_answer(kitchen, path):
    kitchen.eat("vegetarien")

    answer = kitchen.desk.client.get(kitchen.desk.url(path.format(event=kitchen.event.id)))

    assert answer.status_code == 200
    assert b"getarien" not in answer.data and b"tier 0" not in answer.data


def test_what_an_option_was_asked_is_listed_beside_who_bought_it(kitchen):
    sizes = [("S", "S"), ("M", "M")]
    size = make.question(kitchen.series, "choice", label_fr="Taille", choices=sizes)
    shirt = make.product(kitchen.event, kind=ProductKind.ADD_ON, label_fr="T-shirt")
    worn = make.question(kitchen.series, "choice", tariff=shirt, label_fr="Coupe")
    dish = make.question(kitchen.series, tariff=shirt, label_fr="Plat", sensitive=True)
    seats = {
        (0, 0): {f"q{size.id}": "m", f"q{kitchen.meal.id}": "viande"},
        (1, 0): {f"q{worn.id}": "non", f"q{dish.id}": "soupe"},
    }
    checkout.sell(
        kitchen.series,
        [make.line(kitchen.tariff), make.line(shirt)],
        Buyer("ada@example.org", first_name="Ada", last_name="Byron"),
        make.nobody(1, 1),
        payment="offline",
        answers=Typed(seats=seats),
    )

    header, *rows = kitchen.sheet("answers.csv")
    assert header[2:] == ["buyer", "event", "product", "metier", "sujets", "taille", "coupe"]
    assert [(row[2], row[-1]) for row in rows] == [("Byron Ada", ""), ("Byron Ada", "Non")]
    page = kitchen.desk.get(f"needs?event={kitchen.event.id}")[1]
    assert "soupe" in page and page.count("Byron Ada") == 2
    assert count_of(kitchen.desk.get("answers")[1], "M") == 1
