"""The page of a pass: its events, the share of each to the cent, and what a sold one keeps."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventsapp.domain.ticketing.catalogue import passes
from eventsapp.domain.ticketing.catalogue.models import Product, ProductAdmission, ProductKind
from eventsapp.domain.ticketing.sales import checkout, queries
from eventsapp.domain.ticketing.sales.models import Admission
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.programme.test_programme import Desk


@pytest.fixture
def desk(client):
    return Desk(client)


@pytest.fixture
def events(desk):
    """Two evenings at 30 and 10 euros, and a free one."""
    made = [make.event(desk.series, title_fr=f"Soir {n}", number=n) for n in (1, 2, 3)]
    for event, cents in zip(made, (3000, 1000, 0), strict=True):
        make.product(event, price_cents=cents)
        make.product(event, price_cents=9000, hidden=True)
    return made


def filled(*chosen, **given):
    form = {
        "version": "0", "label_fr": "Pass", "price": "29,99", "vat": "2000",
        "per_order_min": "1", "per_order_max": "10", "tickets_per_unit": "1",
    } | given  # fmt: skip
    for event, weight in chosen:
        form |= {f"event{event.id}-on": "y", f"event{event.id}-weight": weight}
    return form


def only() -> Product:
    wanted = select(Product).where(Product.kind == ProductKind.PASS)
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def weights() -> dict[int, int]:
    return passes.admits_of(only())


def sell(desk, product, count=1):
    return checkout.sell(
        desk.series,
        [make.line(product, count)],
        Buyer(email="ada@example.org"),
        make.nobody(count),
        payment="offline",
    )


def test_a_pass_is_made_and_its_shares_add_up_to_the_cent(desk, events):
    one, two, three = events
    _answer, text = desk.get("catalogue/passes/new")
    # The dearest admission that the public sees is proposed.
    assert f'name="event{one.id}-weight" type="text" value="30,00"' in text
    assert f'name="event{three.id}-weight" type="text" value="0,00"' in text

    answer, _text = desk.post(
        "catalogue/passes/new",
        **filled((one, "30"), (two, "10"), (three, "0"), places="50", vat="550"),
    )

    assert answer.status_code == 302 and answer.location.endswith("#passes")
    assert (only().price_cents, only().vat_bp, only().code) == (2999, 550, "PASS")
    assert weights() == {one.id: 3000, two.id: 1000, three.id: 0}
    shares = passes.shares(2999, weights())
    assert shares == {one.id: 2249, two.id: 750, three.id: 0}
    listed = desk.get("catalogue")[1].replace("\u00a0", " ").replace("\u202f", " ")
    assert "Soir 1 22,49 €, Soir 2 7,50 €, Soir 3 0,00 €" in listed
    page = desk.get(f"catalogue/passes/{only().id}")[1].replace("\u00a0", " ")
    assert re.search(r"<tfoot>.*<b>29,99 €</b>", page, re.DOTALL)


def test_a_pass_sells_a_place_in_each_of_its_events(desk, events):
    one, two, _three = events
    desk.post("catalogue/passes/new", **filled((one, "30"), (two, "10"), tickets_per_unit="2"))

    sell(desk, only(), 2)

    taken = {draw.quota.event_id: draw.quota.taken for draw in only().quotas}
    assert taken == {one.id: 4, two.id: 4}
    assert db.session.scalar(select(func.count(Admission.id))) == 8
    assert queries.unbalanced_quotas() == []


def test_everything_of_an_unsold_pass_changes(desk, events):
    one, two, three = events
    desk.post("catalogue/passes/new", **filled((one, "30"), (two, "10")))
    page = f"catalogue/passes/{only().id}"

    answer, _text = desk.post(
        page, **filled((two, "12"), (three, "4"), version="1", price="16", code="DUO", places="9")
    )

    assert answer.status_code == 302
    assert (only().code, only().price_cents, weights()) == (
        "DUO", 1600, {two.id: 1200, three.id: 400},
    )  # fmt: skip
    assert {draw.quota.event_id for draw in only().quotas} == {two.id, three.id, None}


def test_a_sold_pass_keeps_its_events_and_changes_price_and_weights(desk, events):
    one, two, three = events
    desk.post("catalogue/passes/new", **filled((one, "30"), (two, "10")))
    sell(desk, only())
    page = f"catalogue/passes/{only().id}"
    _answer, text = desk.get(page)
    assert "Ce qui ne change plus" in text and f"event{three.id}-on" not in text

    sent = filled((one, "20"), (two, "20"), (three, "5"), version="1", price="40")
    del sent["tickets_per_unit"]
    answer, _text = desk.post(page, **sent)

    assert answer.status_code == 302
    assert (only().price_cents, weights()) == (4000, {one.id: 2000, two.id: 2000})
    answer, text = desk.post(page, **filled((one, "20"), (two, "20"), version="2", code="AUTRE"))
    assert answer.status_code == 422 and "ceci ne change plus" in text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"label_fr": ""}, 'id="label_fr-e"'),
        ({"price": "0,20"}, 'id="price-e"'),
        ({"code": "a b"}, 'id="code-e"'),
        ({"sale_from": "2026-12-02T10:00", "sale_until": "2026-12-01T10:00"}, 'id="sale_until-e"'),
        ({"places": "x"}, 'id="places-e"'),
        ({"per_order_max": "0"}, 'id="per_order_max-e"'),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(desk, events, wrong, said):
    answer, text = desk.post("catalogue/passes/new", **filled((events[0], "30"), **wrong))
    assert answer.status_code == 422 and said in text
    assert db.session.scalar(select(func.count(ProductAdmission.id))) == 6  # those of the tariffs


@pytest.mark.parametrize("weight", ["", "x", "-1", "10001", "²"])
def test_a_weight_that_is_none_is_said_beside_its_event(desk, events, weight):
    answer, text = desk.post("catalogue/passes/new", **filled((events[0], weight)))
    assert answer.status_code == 422
    assert f'id="event{events[0].id}-weight-e"' in text or "un poids va de 0" in text


def test_a_pass_for_nothing_is_no_pass(desk, events):
    answer, text = desk.post("catalogue/passes/new", **filled())
    assert answer.status_code == 422 and "Cochez au moins un événement." in text


def test_an_event_of_another_series_is_no_part_of_it(desk, events):
    foreign = make.event(make.series())
    answer, _text = desk.post("catalogue/passes/new", **filled((foreign, "30")))
    assert answer.status_code == 422
    other = passes.add_pass(
        foreign.series_id,
        passes.NewProduct("P", "P", "P", 100, kind=ProductKind.PASS),
        [(foreign.id, 100)],
        actor="test",
        organisation_id=foreign.series.organisation_id,
    )
    assert desk.get(f"catalogue/passes/{other.id}")[0].status_code == 404
    tariff = make.product(events[0])
    assert desk.get(f"catalogue/passes/{tariff.id}")[0].status_code == 404


def test_the_second_of_two_who_save_sees_both_versions(desk, events):
    desk.post("catalogue/passes/new", **filled((events[0], "30")))
    page = f"catalogue/passes/{only().id}"
    desk.post(page, **filled((events[0], "28"), version="1", price="31"))

    answer, text = desk.post(page, **filled((events[0], "30"), version="1", price="32"))

    assert answer.status_code == 409 and "<td>31,00</td><td>32</td>" in text
    both = "<td>Soir 1 28,00 €</td><td>Soir 1 30,00 €</td>"
    assert both in text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("count", [1, 50])
def test_the_page_costs_the_same_for_one_event_and_for_fifty(desk, statements, count):
    start = make.event(desk.series, number=99).slots[0].starts_at
    made = [
        make.event(desk.series, number=n, starts_at=start + timedelta(days=n)) for n in range(count)
    ]
    desk.post("catalogue/passes/new", **filled(*((one, "10") for one in made)))
    for path, most in (
        ("catalogue/passes/new", 10),
        (f"catalogue/passes/{only().id}", 18),
        ("catalogue", 9),
    ):
        db.session.expire_all()
        del statements[:]
        assert desk.get(path)[0].status_code == 200
        assert len(statements) <= most, (path, len(statements))
