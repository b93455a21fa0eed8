"""An event of several days says so on every page, paper and mail, and how often one enters."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from eventsapp.delivery import worker
from eventsapp.domain.checkin import badges
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import EntryPolicy, Event, Slot
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.gateways import mail, paper
from eventsapp.kernel import memory
from eventsapp.kernel.db import db
from eventsapp.kernel.i18n import FIXED
from eventsapp.kernel.transaction import transaction
from tests import make
from tests.domain.checkin import world
from tests.web.organizer.programme.test_event_times import form_of
from tests.web.organizer.programme.test_programme import Desk

SATURDAY = datetime(2026, 9, 26, 7, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BOTH = "samedi 26 septembre 2026, 9 h – 18 h ; dimanche 27 septembre 2026, 9 h – 17 h"


@pytest.fixture
def desk(client):
    mail.memory().sent.clear()
    return Desk(client)


@pytest.fixture
def event(desk):
    made = make.event(desk.series, slug="festival", starts_at=SATURDAY,
                      ends_at=SATURDAY + 9 * HOUR, released=False)  # fmt: skip
    make.save(Slot(event_id=made.id, starts_at=SATURDAY + DAY, ends_at=SATURDAY + DAY + 8 * HOUR))
    publish(made)
    return made


def publish(event, **values):
    with transaction() as session:
        row = session.get_one(Event, event.id)
        for name, value in values.items():
            setattr(row, name, value)
    releases.publish(event.series_id, actor="test")
    memory.forget_everything()


def plain(text):
    return re.sub(r"\s+", " ", text.replace(FIXED, " ").replace("\u202f", " "))


def shown(client, path):
    return plain(client.get(path).get_data(as_text=True))


def test_every_day_is_on_the_basket_the_order_its_papers_mail_and_calendar(desk, event):
    product = make.product(event, price_cents=0)
    desk.client.post("/fr/weeks/hold", data={f"qty-{product.id}": "1"})
    assert BOTH in shown(desk.client, "/fr/weeks/checkout")
    form = {"email": "ada@mail.example", "terms": "y", "first-0-0": "Ada", "shown_total": "0"}
    desk.client.post("/fr/weeks/checkout", data=form)

    order = db.session.query(Order).one()
    address = f"/fr/weeks/orders/{order.code}/{order.secret}"
    text = shown(desk.client, address)
    assert BOTH in text and "Ce billet entre une fois par jour." in text
    worker.drain()
    [letter] = [one for one in mail.memory().sent if "ada@mail.example" in one.to]
    assert BOTH in plain(letter.text)
    entries = Calendar.from_ical(desk.client.get(f"{address}/calendar.ics").data).walk("VEVENT")
    assert len(entries) == 2
    assert desk.client.get(f"{address}/tickets.pdf").status_code == 200


def test_every_day_is_on_the_badge_and_at_the_door(desk, event, monkeypatch):
    said = {}
    monkeypatch.setattr(paper, "badges_pdf", lambda badges, **given: said.update(given) or b"")
    world.ticket(event)

    badges.badges_of(event, lang="fr")

    assert plain(said["event"]).endswith("26.09 et 27.09")
    for path in ("attendance", "list"):
        text = shown(desk.client, f"/organizer/weeks/door/events/{event.id}/{path}")
        assert "samedi 26 septembre, 9 h – 18 h ; dimanche 27 septembre, 9 h – 17 h" in text


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (None, "Le même billet entre une fois chaque jour."),
        (EntryPolicy.ONCE, "Un billet entre une seule fois"),
        (EntryPolicy.DAILY, "Le même billet entre une fois chaque jour."),
        (EntryPolicy.RETURN, "Le même billet vaut pour tous les jours"),
        (EntryPolicy.FREE, "on entre et sort librement"),
    ],
)
def test_the_public_page_says_how_often_a_ticket_enters(desk, event, policy, words):
    if policy is not None:
        publish(event, entry=policy)

    assert words in shown(desk.client, "/fr/weeks/events/festival")


def test_of_one_evening_nothing_is_said_that_everybody_expects(desk):
    event = make.event(desk.series, slug="soiree")
    releases.publish(desk.series.id, actor="test")

    text = shown(desk.client, "/fr/weeks/events/soiree")

    assert "billet entre" not in text and event.id


def test_how_often_is_chosen_at_the_page_of_the_event_and_published(desk, event):
    form = form_of(desk, event.id) | {"entry": "once"}

    assert desk.post(f"events/{event.id}", **form)[0].status_code == 302
    assert db.session.get_one(Event, event.id, populate_existing=True).entry is EntryPolicy.ONCE
    listed = plain(desk.get("programme/releases")[1])
    assert "entrées avec un billet" in listed and "une seule fois" in listed
    assert desk.post(f"events/{event.id}", **form | {"entry": "x"})[0].status_code == 422
    assert desk.post("programme/releases")[0].status_code == 302

    assert releases.current("weeks").event("festival").policy() == "once"


def test_a_phone_is_told_the_rule_of_each_event_of_its_gate(desk, event):
    from_door = world.gate(event)
    answer = desk.client.post(
        f"/door/gates/{from_door.id}/devices", data={"csrf_token": desk.token}
    )
    assert answer.status_code == 302

    text = desk.client.get("/door/").get_data(as_text=True)

    assert '"policy": "daily"' in text or '"policy":"daily"' in text
    assert text.count("2026-09-27T03:00:00+00:00") == 4
