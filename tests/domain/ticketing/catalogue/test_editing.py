"""A tariff is changed: what was promised holds, and what holds places keeps its shape."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.domain.accounts.models import Organisation
from eventsapp.domain.billing.money.models import BillLine
from eventsapp.domain.ticketing.catalogue import discounts, editing, products, stock
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.errors import (
    CodeTaken,
    ProductFixed,
    ProductMalformed,
    SoldOut,
    UnknownProduct,
)
from eventsapp.domain.ticketing.catalogue.models import (
    Discount,
    DiscountEffect,
    Product,
    ProductKind,
    Quota,
)
from eventsapp.domain.ticketing.sales import checkout, holds, queries, tariffs
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import EditedMeanwhile
from tests import make
from tests.domain.ticketing.world import taken


def fresh(product) -> Product:
    return db.session.get_one(Product, product.id, populate_existing=True)


def test_a_group_takes_as_many_places_as_it_gives_tickets(app):
    event = make.event(capacity=12)
    group = make.product(event, tickets_per_unit=5, places=None)

    make.paid_order(group, 2)

    assert taken(group) == [10]
    with pytest.raises(SoldOut):
        make.paid_order(group, 1)
    assert queries.unbalanced_quotas() == []


def test_a_group_takes_its_places_of_the_visit_that_is_chosen(app):
    event = make.event(capacity=12)
    group = make.product(event, tickets_per_unit=4, per_slot=True, places=None)
    slot = event.slots[0].id

    holds.make(event.series, [make.line(group, 2, slot_id=slot)])

    assert taken(group) == [8, 8]


def test_what_is_kept_keeps_its_price_and_its_vat(app):
    product = make.product(price_cents=1900, vat_bp=2000)
    secret = holds.make(product.event.series, [make.line(product)])

    make.changed(product, price_cents=2500, vat_bp=550)
    checkout.place_order(
        secret,
        Buyer(email="ada@example.org"),
        make.nobody(1),
        shown_total_cents=1900,
        terms_digest=None,
    )
    make.web_order(fresh(product))

    rows = db.session.execute(
        select(BillLine.unit_cents, BillLine.vat_bp).order_by(BillLine.id)
    ).all()
    assert [tuple(row) for row in rows] == [(1900, 2000), (2500, 550)]


def test_everything_may_change_while_nothing_was_kept(app):
    event = make.event(capacity=100)
    entry = make.product(event, code="STD", places=10)
    new = NewDiscount("CLUB", DiscountEffect.PERCENT, 10, [entry.id])
    discounts.create(event.series_id, new, actor="test")
    make.product(event, code="DEJ", kind=ProductKind.ADD_ON, places=5, requires=["STD"])

    after = make.changed(
        entry, code="PLEIN", label_fr="Plein", tickets_per_unit=2, places=None, price_cents=900
    )

    assert (after.code, after.label_fr, after.price_cents) == ("PLEIN", "Plein", 900)
    offers = {one.code: one for one in stock.offers_of_event(event.id).values()}
    assert offers["DEJ"].requires == ("PLEIN",)
    assert [(draw.units, draw.left) for draw in offers["PLEIN"].draws] == [(2, 100)]
    code = db.session.scalars(select(Discount).execution_options(populate_existing=True)).one()
    assert [one.code for one in code.products] == ["PLEIN"]
    # Its own stock is gone with its old shape.
    assert {q.name for q in db.session.scalars(select(Quota)) if not q.whole_event} != {"Plein"}


def test_an_entry_becomes_an_option_and_leaves_the_places_of_the_event(app):
    entry = make.product(make.event(capacity=10), places=5)

    option = make.changed(entry, kind=ProductKind.ADD_ON)

    assert [draw.quota.whole_event for draw in option.quotas] == [False]
    assert option.admits == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "AUTRE"}, "code"),
        ({"kind": ProductKind.PRESS}, "kind"),
        ({"per_slot": True}, "per_slot"),
        ({"tickets_per_unit": 2}, "tickets_per_unit"),
        ({"places": None}, "places"),
    ],
)
def test_what_holds_places_keeps_its_code_and_its_shape(app, given, field):
    product = make.product()
    holds.make(product.event.series, [make.line(product)])
    clock.freeze(clock.now() + timedelta(hours=2))
    holds.release_expired()

    with pytest.raises(ProductFixed) as refusal:
        make.changed(product, **given)

    assert refusal.value.facts == {"field": field}


def test_all_the_rest_of_a_used_tariff_changes(app):
    product = make.product(places=10)
    make.paid_order(product, 3)

    make.changed(product, label_fr="Autre", places=2, per_order_max=4, hidden=True, proof=True)

    after = fresh(product)
    assert (after.label_fr, after.per_order_max, after.hidden, after.proof) == (
        "Autre", 4, True, True,
    )  # fmt: skip
    own = editing.own_quota(after)
    assert (own.target, own.size, own.taken, own.name) == (2, 3, 3, "Autre")


def test_whoever_saves_second_learns_it(app):
    product = make.product()
    version = product.version
    make.changed(product, price_cents=2000)
    new = products.NewProduct("X", "X", "X", 100)

    with pytest.raises(EditedMeanwhile):
        tariffs.change(product.id, version, new, actor="test")

    assert fresh(product).price_cents == 2000


# SQLite lets nobody write between the two.
@pytest.mark.parametrize("app", ["postgres"], indirect=True)
@pytest.mark.parametrize("places", [10, None])
def test_a_basket_written_while_its_tariff_is_made_anew_is_refused(app, monkeypatch, places):
    event = make.event()
    product = make.product(event, places=places)
    true = holds.offers_for
    key = product.id

    def late(lines):
        """As if the tariff got its new shape after the basket was read."""
        found = true(lines)
        monkeypatch.setattr(holds, "offers_for", true)
        make.changed(product, tickets_per_unit=2)
        return found

    monkeypatch.setattr(holds, "offers_for", late)
    with pytest.raises((SoldOut, UnknownProduct)):
        holds.make(event.series, [make.line(product)])
    assert queries.unbalanced_quotas() == []
    assert db.session.get(Product, key, populate_existing=True)  # all of it was undone


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "A B"}, "code"),
        ({"code": "A" * 31}, "code"),
        ({"label_fr": ""}, "label_fr"),
        ({"label_en": "x" * 201}, "label_en"),
        ({"price_cents": -1}, "price"),
        ({"price_cents": 49}, "price"),
        ({"price_cents": 1_000_001}, "price"),
        ({"price_max_cents": 1900}, "price_max"),
        ({"price_cents": 0, "price_max_cents": 20}, "price_max"),
        ({"price_max_cents": 5000, "price_suggested_cents": 100}, "price_suggested"),
        ({"price_cents": 0, "price_max_cents": 5000, "price_suggested_cents": 20},
         "price_suggested"),
        ({"vat_bp": 1960}, "vat"),
        ({"per_order_min": 0}, "per_order_min"),
        ({"per_order_min": 4, "per_order_max": 3}, "per_order_max"),
        ({"per_order_max": 1001}, "per_order_max"),
        ({"tickets_per_unit": 0}, "tickets_per_unit"),
        ({"tickets_per_unit": 101}, "tickets_per_unit"),
        ({"requires": ["NOPE"]}, "requires"),
        ({"requires": ["STD"]}, "requires"),
        ({"kind": ProductKind.ADD_ON, "per_slot": True}, "per_slot"),
        ({"kind": ProductKind.ADD_ON, "places": None}, "places"),
        ({"places": -1}, "places"),
    ],
)  # fmt: skip
def test_what_makes_no_tariff_is_refused_with_its_field(app, given, field):
    event = make.event()
    with pytest.raises(ProductMalformed) as refusal:
        make.product(event, **{"code": "STD"} | given)
    assert refusal.value.facts == {"field": field}
    assert db.session.scalars(select(Product)).all() == []


def test_a_sale_ends_after_it_begins(app):
    with pytest.raises(ProductMalformed):
        make.product(sale_from=clock.now(), sale_until=clock.now())


def test_where_the_event_counts_no_places_a_tariff_does(app):
    event = make.event(capacity=None)
    with pytest.raises(ProductMalformed) as refusal:
        make.product(event, places=None)
    assert refusal.value.facts == {"field": "places"}
    assert make.product(event, places=5)


def test_a_code_of_the_event_is_not_taken_twice_by_a_change(app):
    event = make.event()
    make.product(event, code="STD")
    with pytest.raises(CodeTaken):
        make.changed(make.product(event), code="STD")


def test_an_organisation_with_a_box_office_of_its_own_sells_its_events(app):
    partner = make.organisation(sells_through="own-box-office")
    event = make.event(organisation_id=partner.id)
    other = make.event(event.series, organisation_id=make.organisation().id)

    assert make.product(event).seller_id == partner.id
    assert make.product(other).seller_id == event.series.organisation_id
    assert db.session.get(Organisation, partner.id)


def test_a_code_is_made_of_the_label(app):
    event = make.event()
    series_id = event.series_id
    assert products.free_code(event.id, series_id, "Tarif réduit : étudiants") != ""
    make.product(event, code="PLEIN-TARIF")
    assert products.free_code(event.id, series_id, "Plein tarif") == "PLEIN-TARIF-2"
    assert products.free_code(event.id, series_id, "✦") == "TARIF"
