"""Lists of the desk: narrowed, sorted, paged, whole in their files, in constant statements."""

import csv
import io
import zipfile

import pytest
from sqlalchemy import select

from eventsapp.delivery import jobs
from eventsapp.domain.checkin.models import Scan
from eventsapp.domain.ticketing.aftersale import refunding
from eventsapp.domain.ticketing.sales import orders as rules
from eventsapp.domain.ticketing.sales import tickets
from eventsapp.domain.ticketing.sales.models import Order, Ticket
from eventsapp.kernel.db import db
from tests import make
from tests.domain.checkin import world

NAMES = ("Chloé Dupont", "Éric Abelloni", "李 小龍", "Zoë O'Brien", "José Œuvrard")


@pytest.fixture
def product(app):
    series = make.series(slug="weeks")
    return make.product(make.event(series, title_fr="Soirée"), places=200)


@pytest.fixture
def desk(client, product):
    account = make.account("owner", in_series=product.event.series)
    token = make.signed_in(client, account)

    class Desk:
        def get(self, path):
            return client.get(f"/organizer/weeks/{path}")

        def post(self, path):
            return client.post(f"/organizer/weeks/{path}", data={"csrf_token": token})

    return Desk()


def order(product, name="Ada Byron", **given):
    first, _, last = name.partition(" ")
    people = [[rules.Attendee(first_name=first, last_name=last, email="holder@mail.example")]]
    return make.paid_order(product, attendees=people, **given)


def codes_on(page):
    return [row[0] for row in db.session.query(Order.code).all() if f"orders/{row[0]}" in page]


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_name_is_found_however_it_is_typed(desk, product):
    written = {one: order(product, one, email=f"x{n}@mail.example") for n, one in enumerate(NAMES)}

    for typed, name in (
        ("chloe", NAMES[0]),
        ("CHLOÉ dup", NAMES[0]),
        ("chloe\u0301", NAMES[0]),
        ("eric abelloni", NAMES[1]),
        ("小龍", NAMES[2]),
        ("obrien", NAMES[3]),
        ("o'brien", NAMES[3]),
        ("oeuvrard jose", NAMES[4]),
    ):
        for path in ("orders", "attendees?col=order&col=last_name"):
            page = desk.get(f"{path}{'&' if '?' in path else '?'}q={typed}").text
            assert codes_on(page) == [written[name].code], (path, typed)


def test_a_code_is_found_in_any_spelling_and_signs_find_everybody(desk, product):
    written = order(product)
    public_id = db.session.query(Ticket.public_id).scalar()
    short = f"{public_id[:4]}-{public_id[4:8]}"

    for typed in (short.upper(), short, short.replace("-", ""), written.code.lower(), "%", "_"):
        assert codes_on(desk.get(f"orders?q={typed}").text) == [written.code], typed
    assert codes_on(desk.get("orders?q=nobody").text) == []


def test_a_new_name_on_a_ticket_is_found_and_the_old_one_is_not(desk, product):
    written = order(product, "Ada Byron")
    row = db.session.query(Ticket).one()
    tickets.rename(row.id, first_name="Léa", last_name="Martin", company="", actor="test")

    assert codes_on(desk.get("orders?q=lea").text) == [written.code]
    assert codes_on(desk.get("attendees?col=order&q=byron").text) == []


# As a reader of names sorts them; a database alone sets É, é and z after Z. Nobody comes last.
ASCENDING = ["de La Tour", "Dupont", "DUPRÉ", "Éluard", "Evans", "Łódź", "Œuvrard", "Oz", "zola"]
ASCENDING.append("")


BY_NAME = (
    ("orders", "buyer"),
    ("orders", "last_name"),
    ("orders", "first_name"),
    ("orders", "company"),
    ("attendees", "last_name"),
    ("attendees", "first_name"),
    ("attendees", "company"),
    ("door/scans", "holder"),
)
UP_AND_DOWN = ((ASCENDING, ""), ([*ASCENDING[-2::-1], ""], "&desc=1"))


def test_names_are_sorted_without_accents_and_the_file_agrees(desk, product):
    gate = world.gate(product.event, rehearsal=True)
    for number, name in enumerate(sorted(ASCENDING)):
        given = {"first_name": name, "last_name": name, "company": name}
        made = make.paid_order(
            product,
            attendees=[[rules.Attendee(email="holder@mail.example", **given)]],
            buyer=rules.Buyer(email=f"b{number}@mail.example", **given),
        )
        world.scanned(gate, db.session.query(Ticket).filter_by(order_id=made.order_id).one())

    for path, column in BY_NAME:
        for expected, suffix in UP_AND_DOWN:
            query = f"sort={column}&col={column}{suffix}"
            cells = [row[column] for row in rows_of(desk.get(f"{path}.csv?{query}"))]
            page = desk.get(f"{path}?{query}").text
            doubled = column in ("buyer", "holder")
            assert cells == [f"{name} {name}".strip() if doubled else name for name in expected]
            places = [page.index(f">{cell}<") for cell in cells if cell]
            assert places == sorted(places), (path, query)


def test_a_list_is_sorted_paged_and_says_how_long_it_is(desk, product):
    made = [order(product).code for _ in range(53)]

    first = desk.get("orders?sort=code").text
    last = desk.get("orders?sort=code&page=2").text
    past = desk.get("orders?sort=code&page=999").text

    assert sorted(codes_on(first) + codes_on(last)) == sorted(made)
    assert codes_on(past) == codes_on(last)
    assert "1 à 50 sur 53" in first.replace("\u202f", " ") and "51 à 53 sur 53" in last
    assert 'aria-sort="ascending"' in first


def test_a_list_costs_the_same_with_one_row_and_fifty(desk, product, statements):
    gate = world.gate(product.event)
    counts = []
    for more in (1, 49):
        for _ in range(more):
            order(product)
            world.scanned(gate, world.ticket(product.event))
        cost = {}
        for path in ("orders", "attendees", "door/scans", "orders.csv", "attendees.csv"):
            desk.get(path)
            statements.clear()
            assert desk.get(path).status_code == 200
            cost[path] = len(statements)
        counts.append(cost)
    assert counts[0] == counts[1]


def test_the_file_is_whole_and_is_what_the_page_was_narrowed_to(desk, product):
    made = {order(product, email=f"a{n}@mail.example").code for n in range(120)}
    ended = order(product)
    rules.cancel(ended.order_id, actor="test", reason="x")

    whole = rows_of(desk.get("orders.csv"))
    narrowed = rows_of(desk.get("orders.csv?status=cancelled&col=code&col=status"))

    assert {row["code"] for row in whole} == made | {ended.code}
    assert narrowed == [{"code": ended.code, "status": "cancelled"}]
    assert whole[0]["placed_at"].endswith("+02:00")
    # What accountants' own sheets read by name stays where it was.
    known = {"code", "status", "placed_at", "paid_at", "email", "first_name", "last_name",
             "company", "siren", "total_cents", "currency", "reference"}  # fmt: skip
    assert known <= set(whole[0])
    assert {(row["first_name"], row["last_name"]) for row in whole} == {("Ada", "Byron")}


def test_a_workbook_is_made_as_a_job_and_holds_every_row(desk, product):
    for number in range(60):
        order(product, f"Personne {number}", email="=cmd@mail.example")

    asked = desk.post("attendees/files?sort=first_name")
    again = desk.post("attendees/files?sort=first_name")
    page = asked.location.removeprefix("/organizer/weeks/")
    assert asked.location == again.location
    assert "En attente" in desk.get(page).text
    jobs.drain()

    assert "Télécharger weeks-attendees.xlsx" in desk.get(page).text
    book = zipfile.ZipFile(io.BytesIO(desk.get(f"{page}/file").data))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 61
    assert "<f>" not in sheet


def test_scans_are_listed_with_words_and_narrowed(desk, product):
    gate = world.gate(product.event, rehearsal=True)  # the doors are not open yet
    good, other = world.ticket(product.event), world.ticket(product.event, first_name="Tanguy")
    for row in (good, good, other):
        world.scanned(gate, row)

    page = desk.get("door/scans").text
    refused = desk.get("door/scans?verdict=refused").text

    assert page.count("accepté</span>") == 2 and "déjà entré" in page
    assert "1 à 1 sur 1" in refused
    assert "Tanguy" in desk.get("door/scans?q=tanguy").text
    assert len(rows_of(desk.get("door/scans.csv"))) == db.session.query(Scan).count()


@pytest.mark.parametrize("query", ["page=x", "page=-1", "page=99999999999999999999", "sort=secret",
                                   "status=nope", "event=1e9", "col=secret", "gate=²"])  # fmt: skip
def test_what_a_list_does_not_know_it_leaves_out(desk, product, query):
    order(product)
    order_row = db.session.query(Order).one()
    for path in ("orders", "attendees", "door/scans"):
        answer = desk.get(f"{path}?{query}")
        assert answer.status_code == 200
        assert order_row.secret not in answer.text


def test_the_tickets_of_an_order_are_those_that_are_valid(client):
    series = make.series(slug="essai")
    make.signed_in(client, make.account("owner", in_series=series))
    written = make.paid_order(make.product(make.event(series)), 3)
    one = db.session.scalars(select(Ticket.public_id)).first()
    refunding.refund_tickets(written.order_id, [one], reason="x", actor="test")

    rows = list(csv.DictReader(io.StringIO(client.get("/organizer/essai/orders.csv").text)))

    assert [row["tickets"] for row in rows] == ["2"]
