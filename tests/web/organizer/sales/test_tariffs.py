"""The page of a tariff: everything that it has is made, read and changed there, from nothing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventsapp.domain.programme.models import Slot
from eventsapp.domain.ticketing.catalogue import editing, stock
from eventsapp.domain.ticketing.catalogue.models import Product, ProductKind, Quota
from eventsapp.domain.ticketing.sales import holds
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.programme.test_programme import Desk


@pytest.fixture
def desk(client):
    return Desk(client)


def filled(**given):
    """What a browser sends of the form as it is first shown."""
    return {
        "version": "0", "label_fr": "Plein tarif", "label_en": "Full price", "kind": "admission",
        "price": "19,00", "vat": "2000", "per_order_min": "1", "per_order_max": "10",
        "tickets_per_unit": "1",
    } | given  # fmt: skip


def only() -> Product:
    return db.session.scalars(select(Product).execution_options(populate_existing=True)).one()


def test_a_tariff_is_made_with_all_that_it_can_have(desk):
    event = make.event(desk.series, capacity=300)
    make.product(event, code="STD", label_fr="Entrée")
    page = f"catalogue/events/{event.id}/new"
    assert desk.get(page)[0].status_code == 200

    answer, _text = desk.post(
        page,
        **filled(
            label_fr="Groupe", kind="press", price="5", price_max="50,00", price_suggested="10",
            vat="550", sale_from="2026-09-11T10:00", sale_until="2026-09-20T18:30", hidden="y",
            approval="y", proof="y", places="40", per_order_min="2", per_order_max="4",
            tickets_per_unit="5", requires="STD", code="grp",
        ),
    )  # fmt: skip

    assert answer.status_code == 302 and answer.location.endswith(f"#event-{event.id}")
    made = db.session.scalars(select(Product).where(Product.code == "GRP")).one()
    zone = "Europe/Paris"
    assert (made.kind, made.price_cents, made.price_max_cents, made.price_suggested_cents) == (
        ProductKind.PRESS, 500, 5000, 1000,
    )  # fmt: skip
    assert made.vat_bp == 550 and made.hidden and made.approval and made.proof
    assert f"{clock.local(made.sale_from, zone):%d %H:%M}" == "11 10:00"
    assert f"{clock.local(made.sale_until, zone):%d %H:%M}" == "20 18:30"
    assert (made.per_order_min, made.per_order_max, made.tickets_per_unit) == (2, 4, 5)
    assert (made.requires, editing.own_quota(made).size) == (["STD"], 40)
    assert made.position > 0


def test_three_fields_are_enough_and_the_code_is_proposed(desk):
    event = make.event(desk.series)
    page = f"catalogue/events/{event.id}/new"

    desk.post(page, **filled(label_en="", places=""))
    desk.post(page, **filled())

    made = db.session.execute(
        select(Product.code, Product.label_en).order_by(Product.position)
    ).all()
    assert made == [("PLEIN-TARIF", "Plein tarif"), ("PLEIN-TARIF-2", "Full price")]


def test_an_option_sells_beside_its_admission_from_its_own_stock(desk):
    event = make.event(desk.series, capacity=10)
    entry = make.product(event, code="STD", places=None)
    desk.post(
        f"catalogue/events/{event.id}/new",
        **filled(label_fr="Déjeuner", kind="add_on", price="15", places="4", requires="STD"),
    )
    lunch = db.session.scalars(select(Product).where(Product.kind == ProductKind.ADD_ON)).one()

    holds.make(desk.series, [make.line(entry, 2), make.line(lunch, 2)])

    offers = {one.product_id: one.left() for one in stock.offers_of_event(event.id).values()}
    assert (offers[entry.id], offers[lunch.id]) == (8, 2)


def test_visits_are_sold_one_by_one(desk):
    event = make.event(desk.series, capacity=10)
    start = event.slots[0].ends_at + timedelta(hours=1)
    make.save(Slot(event_id=event.id, starts_at=start, ends_at=start + timedelta(hours=1)))
    _answer, text = desk.get(f"catalogue/events/{event.id}/new")
    assert 'name="per_slot"' in text

    desk.post(f"catalogue/events/{event.id}/new", **filled(per_slot="y"))

    assert db.session.scalar(select(func.count(Quota.id)).where(Quota.slot_id.is_not(None))) == 2
    assert "2 séances" in desk.get("catalogue")[1]


def test_a_tariff_is_changed_at_its_page(desk):
    product = make.product(make.event(desk.series), price_cents=1900)
    page = f"catalogue/tariffs/{product.id}"
    _answer, text = desk.get(page)
    assert 'value="19,00"' in text and "Rien de vendu encore" in text

    answer, _text = desk.post(page, **filled(version="1", code="NEUF", price="21", places="7"))

    assert answer.status_code == 302
    assert (only().code, only().price_cents, only().version) == ("NEUF", 2100, 2)
    assert editing.own_quota(only()).target == 7


def test_what_a_sold_tariff_keeps_is_said_and_not_asked_for(desk):
    product = make.product(make.event(desk.series), code="STD", places=10)
    make.paid_order(product, 2)
    page = f"catalogue/tariffs/{product.id}"

    _answer, text = desk.get(page)
    assert "Ce qui ne change plus" in text and "des jauges" not in text
    for name in ("code", "kind", "per_slot", "tickets_per_unit"):
        assert f'name="{name}"' not in text
    sent = {"version": "1", "label_fr": "Autre", "price": "25", "vat": "0", "places": "12"}
    answer, _text = desk.post(page, **sent, per_order_min="1", per_order_max="10")

    assert answer.status_code == 302
    assert (only().code, only().label_fr, only().price_cents) == ("STD", "Autre", 2500)
    assert editing.own_quota(only()).size == 12


def test_who_sends_it_all_the_same_is_told_why_not(desk):
    product = make.product(make.event(desk.series), code="STD")
    make.paid_order(product)

    answer, text = desk.post(
        f"catalogue/tariffs/{product.id}", **filled(version="1", code="AUTRE", places="100")
    )

    assert answer.status_code == 422 and "ceci ne change plus" in text
    assert only().code == "STD"


def test_the_second_of_two_who_save_sees_both_versions(desk):
    product = make.product(make.event(desk.series), places=10)
    make.changed(product, price_cents=2300)

    answer, text = desk.post(
        f"catalogue/tariffs/{product.id}", **filled(version="1", places="10", price="25")
    )

    assert answer.status_code == 409 and "Quelqu’un a enregistré" in text
    assert "<td>23,00</td><td>25</td>" in text
    assert 'name="version" type="hidden" value="2"' in text
    assert only().price_cents == 2300


@pytest.mark.parametrize(
    ("wrong", "beside"),
    [
        ({"label_fr": ""}, "label_fr"),
        ({"label_fr": "x" * 201}, "label_fr"),
        ({"kind": "pass"}, "kind"),
        ({"price": ""}, "price"),
        ({"price": "x"}, "price"),
        ({"price": "1,999"}, "price"),
        ({"price": "0,30"}, "price"),
        ({"price": "10001"}, "price"),
        ({"vat": "1960"}, "vat"),
        ({"price_max": "19"}, "price_max"),
        ({"price_max": "30", "price_suggested": "31"}, "price_suggested"),
        ({"sale_from": "2026-12-02T10:00", "sale_until": "2026-12-01T10:00"}, "sale_until"),
        ({"sale_from": "2027-03-28T02:30"}, "sale_from"),  # the clocks skip it
        ({"places": "-3"}, "places"),
        ({"places": "1000001"}, "places"),
        ({"kind": "add_on", "places": ""}, "places"),
        ({"per_order_min": "5", "per_order_max": "4"}, "per_order_max"),
        ({"per_order_max": "0"}, "per_order_max"),
        ({"tickets_per_unit": "101"}, "tickets_per_unit"),
        ({"requires": "NOPE"}, "requires"),
        ({"code": "a b"}, "code"),
        ({"code": "STD"}, "code"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_makes_nothing(desk, wrong, beside):
    event = make.event(desk.series)
    make.product(event, code="STD")

    answer, text = desk.post(f"catalogue/events/{event.id}/new", **filled(**wrong))

    assert answer.status_code == 422 and f'id="{beside}-e"' in text
    assert db.session.scalar(select(func.count(Product.id))) == 1


def test_tariffs_go_up_and_down_the_page(desk):
    event = make.event(desk.series)
    for code in ("A", "B", "C"):
        make.product(event, code=code, label_fr=code)
    ids = dict(db.session.execute(select(Product.code, Product.id)).all())

    def order():
        return re.findall(r"<small>([ABC])</small>", desk.get("catalogue")[1])

    assert order() == ["A", "B", "C"]
    desk.post(f"catalogue/tariffs/{ids['C']}/place", to="up")
    assert order() == ["A", "C", "B"]
    desk.post(f"catalogue/tariffs/{ids['A']}/place", to="down")
    assert order() == ["C", "A", "B"]
    desk.post(f"catalogue/tariffs/{ids['C']}/place", to="up")  # it is the first already
    assert order() == ["C", "A", "B"]
    assert [one.code for one in stock.offers_of_event(event.id).values()] == ["C", "A", "B"]


@pytest.mark.parametrize("count", [1, 50])
def test_a_page_costs_the_same_for_one_tariff_and_for_fifty(desk, statements, count):
    event = make.event(desk.series)
    for _n in range(count):
        product = make.product(event)
    for path, most in (
        ("catalogue", 9),
        (f"catalogue/tariffs/{product.id}", 16),
        (f"catalogue/events/{event.id}/new", 12),
    ):
        db.session.expire_all()
        del statements[:]
        assert desk.get(path)[0].status_code == 200
        assert len(statements) <= most, (path, len(statements))


def test_a_tariff_of_another_series_is_not_found(desk):
    foreign = make.product()
    assert desk.get(f"catalogue/tariffs/{foreign.id}")[0].status_code == 404
    assert desk.get(f"catalogue/events/{foreign.event_id}/new")[0].status_code == 404
    assert desk.post(f"catalogue/tariffs/{foreign.id}/place", to="up")[0].status_code == 404
    assert desk.post(f"catalogue/tariffs/{foreign.id}", **filled())[0].status_code == 404


def test_a_place_is_resized_where_its_event_stands(desk):
    product = make.product(make.event(desk.series), places=5)
    make.paid_order(product, 2)
    whole = min(draw.quota_id for draw in product.quotas)

    desk.post(f"catalogue/quotas/{whole}", target="1")

    quota = db.session.get(Quota, whole, populate_existing=True)
    assert (quota.target, quota.size) == (1, 2)
    answer, text = desk.post(f"catalogue/quotas/{whole}", target="x")
    assert answer.status_code == 422 and "Donnez un nombre de places." in text
