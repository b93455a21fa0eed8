"""A tariff is closed, archived, deleted: at once, and back again where it can be."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.catalogue import ending, passes, stock
from eventsapp.domain.ticketing.catalogue.errors import ProductUsed, SalesClosed
from eventsapp.domain.ticketing.catalogue.models import Product, ProductKind, Quota
from eventsapp.domain.ticketing.sales import checkout, holds, queries, tariffs
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel import clock
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.programme.test_programme import Desk


@pytest.fixture
def desk(client):
    return Desk(client)


@pytest.fixture
def product(desk):
    event = make.event(desk.series, slug="soiree", title_fr="Soirée")
    made = make.product(event, code="STD", label_fr="Entrée", places=10)
    releases.publish(desk.series.id, actor="test")
    return made


def rows() -> int:
    return db.session.scalar(select(func.count(Product.id)))


def test_a_closed_sale_stops_at_once_and_what_is_kept_is_paid(desk, product, client):
    secret = holds.make(desk.series, [make.line(product)])
    page = f"catalogue/tariffs/{product.id}"

    answer, _text = desk.post(f"{page}/sale", to="close")

    assert answer.location.endswith(f"{page}?done=closed")
    with pytest.raises(SalesClosed):
        holds.make(desk.series, [make.line(product)])
    assert "vente terminée" in client.get("/fr/weeks/events/soiree").text
    checkout.place_order(
        secret,
        Buyer(email="ada@example.org"),
        make.nobody(1),
        shown_total_cents=1900,
        terms_digest=None,
    )
    assert "Rouvrir la vente" in desk.get(page)[1] and "fermé" in desk.get("catalogue")[1]

    desk.post(f"{page}/sale", to="open")
    assert holds.make(desk.series, [make.line(product)])


def test_what_was_used_is_archived_and_comes_back(desk, product, client):
    make.paid_order(product, 2)
    page = f"catalogue/tariffs/{product.id}"
    assert "Archiver" in desk.get(page)[1] and "Supprimer" not in desk.get(page)[1]

    answer, _text = desk.post(f"{page}/archive", to="archive")

    assert answer.location.endswith("?done=archived")
    listed = desk.get("catalogue")[1]
    assert "Archives" in listed and "archivé" in listed
    assert stock.offers_of_event(product.event_id) == {}
    assert "Entrée" not in client.get("/fr/weeks/tickets").text
    with pytest.raises(SalesClosed):
        holds.make(desk.series, [make.line(product)])
    assert queries.unbalanced_quotas() == []

    desk.post(f"{page}/archive", to="lists")
    assert holds.make(desk.series, [make.line(product)])


def test_archived_tariffs_are_in_no_choice_of_codes(desk, product):
    ending.archive(product.id, actor="test")
    assert 'name="products"' not in desk.get("codes")[1]


def test_what_was_never_kept_is_deleted_with_its_stock(desk, product):
    page = f"catalogue/tariffs/{product.id}"
    assert "Oui, supprimer pour de bon" in desk.get(page)[1]

    answer, _text = desk.post(f"{page}/removal")

    assert answer.location.endswith("?done=gone")
    assert rows() == 0
    assert [one.whole_event for one in db.session.scalars(select(Quota))] == [True]
    assert desk.get(page)[0].status_code == 404


def test_what_was_kept_once_is_not_deleted(desk, product):
    holds.make(desk.series, [make.line(product)])
    clock.freeze(clock.now() + timedelta(hours=1))
    holds.release_expired()

    answer, text = desk.post(f"catalogue/tariffs/{product.id}/removal")

    assert answer.status_code == 409 and "Archivez ce tarif" in text
    assert rows() == 1


def test_what_another_is_taken_with_is_not_deleted(desk, product):
    make.product(
        product.event, label_fr="Déjeuner", kind=ProductKind.ADD_ON, places=5, requires=["STD"]
    )

    answer, text = desk.post(f"catalogue/tariffs/{product.id}/removal")

    assert answer.status_code == 409 and "Déjeuner" in text
    assert rows() == 2


def test_a_pass_is_closed_and_deleted_too(desk, product):
    bundle = passes.add_pass(
        desk.series.id,
        passes.NewProduct("P", "Pass", "Pass", 3000, kind=ProductKind.PASS),
        [(product.event_id, 1900)],
        actor="test",
        organisation_id=desk.series.organisation_id,
    )
    answer, _text = desk.post(f"catalogue/tariffs/{bundle.id}/sale", to="close")
    assert answer.location.endswith(f"catalogue/passes/{bundle.id}?done=closed")
    with pytest.raises(SalesClosed):
        holds.make(desk.series, [make.line(bundle)])

    desk.post(f"catalogue/tariffs/{bundle.id}/removal")

    assert rows() == 1


def test_what_is_archived_is_not_moved_and_stands_in_nobodys_way(desk, product):
    others = [make.product(product.event, code=code) for code in ("A", "B")]
    ending.archive(others[0].id, actor="test")

    desk.post(f"catalogue/tariffs/{others[1].id}/place", to="up")
    desk.post(f"catalogue/tariffs/{others[0].id}/place", to="up")

    assert [one.code for one in stock.offers_of_event(product.event_id).values()] == ["B", "STD"]


@pytest.mark.parametrize("app", ["postgres"], indirect=True)  # SQLite lets one write at a time
def test_a_tariff_that_somebody_takes_at_this_moment_is_not_deleted(app, monkeypatch):
    product = make.product(places=None)
    monkeypatch.setattr(tariffs, "used", lambda _ids: set())
    holds.make(product.event.series, [make.line(product)])

    with pytest.raises(ProductUsed):
        tariffs.remove(product.id, actor="test")

    assert rows() == 1 and queries.unbalanced_quotas() == []


@pytest.mark.parametrize("deed", ["sale", "archive", "removal"])
def test_a_tariff_of_another_series_is_not_found(desk, deed):
    foreign = make.product()
    assert desk.post(f"catalogue/tariffs/{foreign.id}/{deed}")[0].status_code == 404
    kept = db.session.get(Product, foreign.id, populate_existing=True)
    assert (kept.closed_at, kept.archived_at) == (None, None)
