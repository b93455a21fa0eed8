"""Visits: made in a batch, booked one by one or by groups, moved and closed singly."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import func, select

from eventsapp.domain.accounts import api_keys
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Event, Slot
from eventsapp.domain.ticketing.catalogue import discounts, passes
from eventsapp.domain.ticketing.catalogue import queries as catalogue
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.limits import Line
from eventsapp.domain.ticketing.catalogue.models import DiscountEffect, ProductKind, Quota
from eventsapp.domain.ticketing.catalogue.products import NewProduct
from eventsapp.domain.ticketing.sales import checkout, queries
from eventsapp.domain.ticketing.sales.models import Order, OrderStatus, Ticket
from eventsapp.domain.ticketing.sales.orders import Buyer
from eventsapp.kernel import clock, memory
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import FIXED
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.web.organizer.people.test_one_event import invited
from tests.web.organizer.programme.test_event_times import form_of, slots_of, wall
from tests.web.organizer.programme.test_programme import Desk

FIRST = datetime(2026, 9, 24, 16, 30, tzinfo=UTC)  # 18:30 on the wall
HALF = timedelta(minutes=30)
BATCH = {
    "first_at": "2026-09-25T10:00", "every_minutes": "45", "length_minutes": "30", "places": "12",
    "count": "6", "until": "",
}  # fmt: skip


@pytest.fixture
def desk(client):
    return Desk(client)


@pytest.fixture
def event(desk):
    """Visits of 18:30 and 19:15, 15 places each, at one price per visit; published."""
    made = make.event(desk.series, slug="visites", starts_at=FIRST, ends_at=FIRST + HALF,
                      capacity=400)  # fmt: skip
    make.save(Slot(event_id=made.id, starts_at=FIRST + 1.5 * HALF, ends_at=FIRST + 2.5 * HALF,
                   capacity=15))  # fmt: skip
    with transaction() as session:
        session.get_one(Event, made.id).slots[0].capacity = 15
    made = db.session.get_one(Event, made.id, populate_existing=True)
    make.product(made, code="VISITE", places=None, per_slot=True, price_cents=0)
    publish(desk)
    return made


def publish(desk):
    assert desk.post("programme/releases")[0].status_code == 302
    memory.forget_everything()


def version_of(desk, path):
    return re.search(r'name="version"[^>]* value="(\d+)"', desk.get(path)[1])[1]


def ask(desk, path, **form):
    return desk.post(path, version=version_of(desk, path), **form)


def batch(desk, event_id, **given):
    return ask(desk, f"events/{event_id}/slots", **BATCH | {"step": "save"} | given)


def close(desk, event_id, slot_id, **form):
    """Close it, saying yes to what is shown first."""
    path = f"events/{event_id}/slots/{slot_id}"
    answer, text = ask(desk, path, step="close", **form)
    seen = re.search(r'name="seen" value="(\w+)"', text)
    return ask(desk, path, step="close", seen=seen[1]) if seen else (answer, text)


def product_of(event_id):
    return catalogue.public_offers(event_id)[0].product_id


def bought(desk, product_id, slot_id, **form):
    memory.forget_everything()
    form = {f"qty-{product_id}-{slot_id}": "1"} | form
    answer = desk.client.post(f"/fr/{desk.series.slug}/hold", data=form)
    desk.client.delete_cookie("hold")
    return answer.status_code


def page(desk, path="events/visites"):
    memory.forget_everything()
    return desk.client.get(f"/fr/weeks/{path}").get_data(as_text=True).replace(FIXED, " ")


def test_a_batch_is_shown_then_made_then_for_sale_with_the_release(desk, event):
    event_id, product_id = event.id, product_of(event.id)

    answer, text = batch(desk, event_id, step="check")
    assert answer.status_code == 200
    assert "6 séances à faire" in text and len(slots_of(event_id)) == 2
    answer, text = batch(desk, event_id)
    assert answer.status_code == 302, text

    made = slots_of(event_id)[2:]
    starts = [datetime(2026, 9, 25, 8, tzinfo=UTC) + n * timedelta(minutes=45) for n in range(6)]
    assert [(one.starts_at, one.ends_at, one.capacity) for one in made] == [
        (start, start + HALF, 12) for start in starts
    ]
    assert bought(desk, product_id, made[0].id) == 422
    publish(desk)
    assert bought(desk, product_id, made[0].id) == 303
    stocks = select(Quota.size).where(Quota.slot_id.in_([one.id for one in made]))
    assert list(db.session.scalars(stocks)) == [12] * 6
    assert desk.get(f"events/{event_id}/slots")[0].status_code == 200


def test_a_batch_goes_on_until_an_hour(desk, event):
    assert batch(desk, event.id, count="", until="2026-09-25T12:45")[0].status_code == 302

    ends = [wall(one.ends_at) for one in slots_of(event.id)[2:]]
    assert ends == ["2026-09-25T10:30", "2026-09-25T11:15", "2026-09-25T12:00", "2026-09-25T12:45"]


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"count": ""}, 422, "Donnez un nombre ou une fin"),
        ({"until": "2026-09-25T12:45"}, 422, "Donnez un nombre ou une fin"),
        ({"count": "", "until": "2026-09-25T10:10"}, 409, "soit une heure de fin"),
        ({"every_minutes": "0"}, 422, "Écrivez un nombre de 1"),
        ({"length_minutes": ""}, 422, "Ce champ est nécessaire"),
        ({"places": "0"}, 422, "Écrivez un nombre de 1"),
        ({"count": "101"}, 422, "Écrivez un nombre de 1"),
        ({"count": "", "until": "2026-10-25T10:00"}, 409, "100 au plus"),
        ({"first_at": "2026-09-24T18:30"}, 409, "qu’aucune séance n’a déjà"),
        ({"first_at": "x"}, 422, "Écrivez un jour et une heure"),
    ],
)
def test_a_batch_that_makes_no_sense_makes_nothing_and_keeps_what_was_typed(
    desk, event, given, status, words
):
    answer, text = batch(desk, event.id, **given)

    assert (answer.status_code, len(slots_of(event.id))) == (status, 2)
    assert words in text.replace(FIXED, " ")
    name, typed = next(iter(given.items()))
    assert re.search(rf'name="{name}"[^>]*value="{re.escape(typed)}"', text)


def test_an_event_with_many_visits_keeps_them_when_its_page_is_saved(desk, event):
    for day in range(25, 29):
        answer = batch(desk, event.id, first_at=f"2026-09-{day}T10:00", count="20")[0]
        assert answer.status_code == 302
    before = [(one.id, one.starts_at) for one in slots_of(event.id)]
    _answer, text = desk.get(f"events/{event.id}")
    assert "slot0-starts_at" not in text and "82 séances" in text

    answer, text = desk.post(
        f"events/{event.id}", **form_of(desk, event.id, []) | {"title_fr": "Autre"}
    )

    assert answer.status_code == 302, text
    assert [(one.id, one.starts_at) for one in slots_of(event.id)] == before
    assert db.session.get_one(Event, event.id, populate_existing=True).title_fr == "Autre"


def ticket_for(desk, event, slot_id):
    line = Line(product_of(event.id), 1, slot_id=slot_id)
    return checkout.sell(
        desk.series, [line], Buyer(email="ada@mail.example"), make.nobody(1), payment="offline"
    )


def test_closing_names_the_holders_first_and_sells_nothing_more(desk, event):
    slot_id, product_id = slots_of(event.id)[0].id, product_of(event.id)
    ticket_for(desk, event, slot_id)
    path = f"events/{event.id}/slots/{slot_id}"

    answer, text = ask(desk, path, step="close")
    assert answer.status_code == 422
    assert "1 personne y a déjà un billet, qui reste valable" in text
    assert bought(desk, product_id, slot_id) == 303
    assert close(desk, event.id, slot_id)[0].status_code == 302

    # At once for the sale, with the release for the page.
    assert bought(desk, product_id, slot_id) == 409
    assert "séance fermée" in page(desk)
    assert "ne prend plus personne</span>" not in page(desk)
    assert "ferm" in desk.get("programme/releases")[1]
    publish(desk)
    assert "ne prend plus personne</span>" in page(desk)
    assert db.session.scalar(select(func.count(Ticket.id))) == 1
    assert queries.unbalanced_quotas() == []


def test_a_closed_visit_opens_again_with_the_release(desk, event):
    slot_id, product_id = slots_of(event.id)[0].id, product_of(event.id)
    close(desk, event.id, slot_id)
    publish(desk)

    path = f"events/{event.id}/slots/{slot_id}"
    assert ask(desk, path, step="open")[0].status_code == 302
    assert bought(desk, product_id, slot_id) == 409
    publish(desk)

    assert bought(desk, product_id, slot_id) == 303


def test_a_contributors_closing_acts_with_the_release(desk, event):
    slot_id, product_id = slots_of(event.id)[0].id, product_of(event.id)
    owner = desk.account
    invited((desk, None, None), "contributor", event.id)
    assert close(desk, event.id, slot_id)[0].status_code == 302
    assert bought(desk, product_id, slot_id) == 303

    desk.token = make.signed_in(desk.client, owner)
    form = form_of(desk, event.id) | {"title_fr": "Autre titre"}
    assert desk.post(f"events/{event.id}", **form)[0].status_code == 302
    assert bought(desk, product_id, slot_id) == 303
    publish(desk)

    assert bought(desk, product_id, slot_id) == 409


WAYS = ["page", "code", "opening", "program", "transfer", "program_code", "organizer", "basket"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("released", [False, True])
def test_a_closed_visit_is_had_by_no_way(desk, event, way, released):
    first, other = (one.id for one in slots_of(event.id))
    product_id = product_of(event.id)
    for code, effect, value in (
        ("MOINS", DiscountEffect.PERCENT, 10),
        ("OUVRE", DiscountEffect.UNLOCK, 0),
    ):
        new = NewDiscount(code, effect, value, [product_id])
        discounts.create(desk.series.id, new, actor="test")
    close(desk, event.id, first)
    if released:
        publish(desk)

    assert had(desk, event, way, product_id, first) == 409
    assert had(desk, event, way, product_id, other) in (201, 303)
    assert queries.unbalanced_quotas() == []


def had(desk, event, way, product_id, slot_id):
    if way in ("page", "code", "opening"):
        code = {"page": {}, "code": {"code": "MOINS"}, "opening": {"code": "OUVRE"}}[way]
        return bought(desk, product_id, slot_id, **code)
    if way == "basket":
        address, other = f"/fr/{desk.series.slug}/hold", slots_of(event.id)[1].id
        desk.client.post(address, data={f"qty-{product_id}-{other}": "1"})
        return bought(desk, product_id, slot_id)
    series = desk.series
    key = api_keys.create(
        f"{way}{slot_id}", series_id=series.id, organisation_id=series.organisation_id,
        scopes=list(api_keys.SCOPES),
    )  # fmt: skip
    line = {"event": "visites", "product": "VISITE", "slot": slot_id, "attendees": [{}]}
    payments = {"transfer": "transfer", "organizer": "offline"}
    body = {"email": "ada@mail.example", "payment": payments.get(way, "free"), "lines": [line]}
    body |= {"discount": "OUVRE"} if way == "program_code" else {}
    headers = {"Authorization": f"Bearer {key}"}
    address = f"/api/v1/series/{series.slug}/orders"
    return desk.client.post(address, json=body, headers=headers).status_code


def test_what_a_basket_has_of_a_visit_is_kept_when_it_closes(desk, event):
    slot_id, product_id = slots_of(event.id)[0].id, product_of(event.id)
    desk.client.post("/fr/weeks/hold", data={f"qty-{product_id}-{slot_id}": "1"})
    close(desk, event.id, slot_id)
    publish(desk)

    form = {"email": "ada@mail.example", "terms": "y", "first-0-0": "Ada", "shown_total": "0"}
    assert desk.client.post("/fr/weeks/checkout", data=form).status_code == 303

    assert db.session.scalars(select(Order.status)).one() is OrderStatus.PAID
    assert queries.unbalanced_quotas() == []


def test_with_every_visit_closed_the_sale_is_closed(desk, event):
    for slot in slots_of(event.id):
        close(desk, event.id, slot.id)

    told = catalogue.availability_by_event(desk.series.id)[event.id]
    assert (told.state, told.left) == ("closed", 0)
    shown = desk.client.get("/api/v1/series/weeks/events").json["events"]
    assert [one["available"] for event in shown for one in event["products"]] == [0]
    assert "Vente fermée" in page(desk)


def test_visits_that_are_over_are_no_places_left(desk, event):
    assert catalogue.availability_by_event(desk.series.id)[event.id].left == 30

    clock.freeze(FIRST + HALF)

    assert catalogue.availability_by_event(desk.series.id)[event.id].left == 15
    shown = desk.client.get("/api/v1/series/weeks/events").json["events"]
    assert [one["available"] for event in shown for one in event["products"]] == [15]


def test_the_places_of_one_visit_change_alone_at_once_for_a_curator(desk, event):
    first, other = (one.id for one in slots_of(event.id))
    path = f"events/{event.id}/slots/{first}"
    times = {"starts_at": wall(FIRST), "ends_at": wall(FIRST + HALF)}

    assert ask(desk, path, step="save", **times, places="20")[0].status_code == 302

    sizes = dict(db.session.execute(select(Quota.slot_id, Quota.size)).all())
    assert (sizes[first], sizes[other]) == (20, 15)
    answer, text = desk.get("programme/releases")
    assert "séance du" in text and ">20<" in text.replace(" ", "")


def test_the_places_of_a_contributors_visit_change_with_the_release(desk, event):
    first = slots_of(event.id)[0].id
    owner = desk.account
    invited((desk, None, None), "contributor", event.id)
    times = {"starts_at": wall(FIRST), "ends_at": wall(FIRST + HALF)}
    assert ask(desk, f"events/{event.id}/slots/{first}", **times, places="9")[0].status_code == 302
    stock = select(Quota.size).where(Quota.slot_id == first)
    assert db.session.scalar(stock) == 15

    desk.token = make.signed_in(desk.client, owner)
    publish(desk)

    assert db.session.scalar(stock) == 9


def test_a_visit_that_moves_takes_its_tickets_along_and_asks_first(desk, event):
    slot_id = slots_of(event.id)[0].id
    ticket_for(desk, event, slot_id)
    path = f"events/{event.id}/slots/{slot_id}"
    times = {"starts_at": wall(FIRST + HALF / 3), "ends_at": wall(FIRST + HALF)}

    answer, text = ask(desk, path, step="save", **times, places="15")
    assert answer.status_code == 422 and "1 personne a un billet" in text
    seen = re.search(r'name="seen" value="(\w+)"', text)[1]
    assert ask(desk, path, step="save", **times, places="15", seen=seen)[0].status_code == 302

    assert slots_of(event.id)[0].starts_at == FIRST + HALF / 3


def test_a_visit_with_tickets_does_not_go_and_one_without_does(desk, event):
    first, other = (one.id for one in slots_of(event.id))
    ticket_for(desk, event, first)

    kept, _text = ask(desk, f"events/{event.id}/slots/{first}", step="remove")
    gone, _text = ask(desk, f"events/{event.id}/slots/{other}", step="remove")

    assert (kept.status_code, gone.status_code) == (409, 302)
    assert [one.id for one in slots_of(event.id)] == [first]


def test_of_an_event_sold_whole_no_visit_is_closed(desk):
    event = make.event(desk.series)
    make.save(Slot(event_id=event.id, starts_at=FIRST, ends_at=FIRST + HALF))
    make.product(event)
    slot_id = slots_of(event.id)[0].id
    _answer, text = desk.get(f"events/{event.id}/slots/{slot_id}")
    assert 'value="close"' not in text

    answer, text = ask(desk, f"events/{event.id}/slots/{slot_id}", step="close")

    assert answer.status_code == 409 and "valent pour toutes ses séances" in text
    assert not slots_of(event.id)[0].closed


def test_a_pass_goes_on_when_one_visit_of_its_event_is_closed(desk, event):
    other = make.event(desk.series, released=False)
    bundle = passes.add_pass(
        desk.series.id,
        NewProduct("PASS", "Pass", "Pass", 0, kind=ProductKind.PASS),
        [(event.id, 0), (other.id, 0)],
        actor="test",
        organisation_id=desk.series.organisation_id,
    )
    publish(desk)
    close(desk, event.id, slots_of(event.id)[0].id)

    assert desk.client.post("/fr/weeks/hold", data={f"qty-{bundle.id}": "1"}).status_code == 303


def test_two_editors_of_visits_see_each_other(desk, event):
    slot_id = slots_of(event.id)[0].id
    path = f"events/{event.id}/slots/{slot_id}"
    read = version_of(desk, path)
    close(desk, event.id, slot_id)

    answer, text = desk.post(path, version=read, step="remove")

    assert answer.status_code == 409 and "entre-temps" in text or "pendant que vous" in text
    assert len(slots_of(event.id)) == 2


def test_visits_of_another_event_or_series_are_not_found(desk, event):
    foreign = make.event(make.series(slug="autre")).slots[0].id
    beside = make.event(desk.series).slots[0].id

    for slot_id in (foreign, beside):
        path = f"events/{event.id}/slots/{slot_id}"
        assert desk.get(path)[0].status_code == 404
        assert desk.post(path, version="1", step="remove")[0].status_code == 404


def test_many_visits_stand_under_their_days(desk, event):
    assert '<details class="tariff-day"' not in page(desk)
    batch(desk, event.id, count="9")
    publish(desk)

    text = page(desk)

    days = re.findall(r'<details class="tariff-day"( open)?><summary>([^<]+)<', text)
    assert [(bool(opened), day.strip()) for opened, day in days] == [
        (True, "jeudi 24 septembre"), (False, "vendredi 25 septembre"),
    ]  # fmt: skip
    assert len(re.findall(r'name="qty-', text)) == 11


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_page_of_visits_asks_as_much_for_one_as_for_fifty(desk, event):
    def statements(path):
        heard = []
        sql_event.listen(db.engine, "before_cursor_execute", lambda *said: heard.append(said[2]))
        assert desk.client.get(path).status_code == 200
        return len(heard)

    path, shown = desk.url(f"events/{event.id}/slots"), "/fr/weeks/events/visites"
    few = [statements(path), statements(shown)]
    batch(desk, event.id, count="50")
    publish(desk)
    desk.client.get(path)
    many = [statements(path), statements(shown)]

    assert many[0] <= few[0] and many[1] <= few[1] + 1


def test_the_release_says_of_each_visit_whether_it_is_closed(desk, event):
    close(desk, event.id, slots_of(event.id)[0].id)
    publish(desk)

    shown = releases.current("weeks").event("visites")

    assert [one.closed for one in shown.slots] == [True, False]
