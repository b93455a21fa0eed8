"""Codes in bulk, and for whole events: 500 of them, a file, a page that stays usable."""

import csv
import io

import pytest
from sqlalchemy import func, select

from eventsapp.domain.ticketing.catalogue import discounts, ending
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.errors import DiscountMalformed
from eventsapp.domain.ticketing.catalogue.models import Discount, DiscountEffect
from eventsapp.domain.ticketing.sales import holds
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.programme.test_programme import Desk


@pytest.fixture
def desk(client):
    return Desk(client)


def filled(**given):
    return {"code": "club", "effect": "percent", "percent": "20", "most_uses": "1"} | given


def codes() -> list[str]:
    return list(db.session.scalars(select(Discount.code).order_by(Discount.code)))


def test_five_hundred_codes_are_made_at_once_each_good_for_itself(desk):
    product = make.product(make.event(desk.series), price_cents=1900)

    answer, _text = desk.post("codes", **filled(copies="500", products=[product.id]))

    assert answer.status_code == 302 and answer.location.endswith("?done=codes&q=CLUB-")
    made = codes()
    assert len(set(made)) == 500
    ends = {one.removeprefix("CLUB-") for one in made}
    assert all(len(end) == 6 and not set(end) & set("01OIL") for end in ends)
    holds.make(desk.series, [make.line(product)], code=made[0].lower())
    used = db.session.execute(select(func.sum(Discount.used), func.max(Discount.used))).one()
    assert tuple(used) == (1, 1)


def test_the_page_shows_a_hundred_and_finds_the_others(desk):
    product = make.product(make.event(desk.series))
    new = NewDiscount("CLUB", DiscountEffect.PERCENT, 20, [product.id], most_uses=1)
    discounts.create_many(desk.series.id, new, 150, actor="test")
    discounts.create(
        desk.series.id, NewDiscount("ZOE", DiscountEffect.PERCENT, 5, [product.id]), actor="test"
    )

    _answer, text = desk.get("codes")
    assert text.count("<code>") == 100
    assert "Les 100 premiers sur 151" in text
    last = codes()[149]
    _answer, text = desk.get(f"codes?q={last.lower()}")
    assert text.count("<code>") == 1 and last in text
    assert "ZOE" in desk.get("codes?q=zo")[1]
    assert "Aucun code ne commence ainsi." in desk.get("codes?q=%25")[1]


def test_the_file_has_what_was_asked_for(desk):
    product = make.product(make.event(desk.series, title_fr="Soirée"), label_fr="Entrée")
    new = NewDiscount("CLUB", DiscountEffect.PERCENT, 20, [product.id], most_uses=1)
    discounts.create_many(desk.series.id, new, 150, actor="test")
    other = NewDiscount("ZOE", DiscountEffect.FIXED, 500, [product.id])
    discounts.create(desk.series.id, other, actor="test")

    answer, text = desk.get("codes.csv?q=CLUB-")

    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert answer.mimetype == "text/csv" and len(rows) == 151
    assert rows[0][:5] == ["Code", "Effet", "Tarifs", "Billets pris", "Billets au plus"]
    assert [rows[1][0] in codes(), *rows[1][2:6]] == [True, "Soirée : Entrée", "0", "1", "en cours"]
    assert len(list(csv.reader(io.StringIO(desk.get("codes.csv")[1])))) == 152


def test_all_of_an_event_is_ticked_at_once(desk):
    event, other = make.event(desk.series, number=2), make.event(desk.series, number=1)
    wanted = {make.product(event).id for _n in range(3)}
    single, left = make.product(other), make.product(other)
    ending.archive(make.product(event).id, actor="test")
    _answer, text = desk.get("codes")
    assert text.index(other.title_fr) < text.index(event.title_fr)

    desk.post("codes", **filled(whole=[event.id], products=[single.id]))

    made = db.session.scalars(select(Discount)).one()
    assert {one.id for one in made.products} == wanted | {single.id}
    assert left.id not in {one.id for one in made.products}
    assert "et 1 autre tarif" in desk.get("codes")[1]


@pytest.mark.parametrize(
    ("wrong", "beside"),
    [
        ({"copies": "501"}, "copies"),
        ({"copies": "0"}, "copies"),
        ({"copies": "²"}, "copies"),
        ({"copies": "3", "code": "x" * 34}, "code"),
        ({"copies": "3", "code": "é"}, "code"),
        ({"products": []}, "products"),
        ({"whole": ["999999"], "products": []}, "products"),
        ({"whole": ["²"], "products": []}, "products"),
    ],
)
def test_what_is_wrong_makes_no_code(desk, wrong, beside):
    product = make.product(make.event(desk.series))
    answer, text = desk.post("codes", **filled(products=[product.id]) | wrong)
    assert answer.status_code == 422 and f'id="{beside}-e"' in text
    assert codes() == []


@pytest.mark.parametrize("count", [0, 501])
def test_no_more_than_five_hundred_at_once(desk, count):
    product = make.product(make.event(desk.series))
    new = NewDiscount("CLUB", DiscountEffect.PERCENT, 20, [product.id])
    with pytest.raises(DiscountMalformed):
        discounts.create_many(desk.series.id, new, count, actor="test")


def test_a_code_of_a_batch_that_is_there_already_is_not_made_twice(desk, monkeypatch):
    product = make.product(make.event(desk.series))
    ends = iter(["AAAAAA", "AAAAAA", "BBBBBB"])
    monkeypatch.setattr(discounts.secrets, "human_code", lambda _length: next(ends))
    new = NewDiscount("CLUB", DiscountEffect.PERCENT, 20, [product.id])
    assert discounts.create_many(desk.series.id, new, 2, actor="test") == [
        "CLUB-AAAAAA", "CLUB-BBBBBB",
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 50])
def test_the_page_costs_the_same_for_one_code_and_for_fifty(desk, statements, count):
    for n in range(count):
        product = make.product(make.event(desk.series, number=n))
    new = NewDiscount("CLUB", DiscountEffect.PERCENT, 20, [product.id])
    discounts.create_many(desk.series.id, new, count, actor="test")
    for path, most in (("codes", 12), ("codes.csv", 8), ("door/", 14)):
        db.session.expire_all()
        del statements[:]
        assert desk.get(path)[0].status_code == 200
        assert len(statements) <= most, (path, len(statements))


def test_a_gate_finds_its_event_among_many(desk):
    for n in range(9):
        make.event(desk.series, number=n)
    _answer, text = desk.get("door/")
    assert "Chercher un événement" in text and text.count("data-pick-one") == 9
