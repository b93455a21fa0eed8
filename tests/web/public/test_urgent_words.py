"""Urgent words: on the pages they are about, at once, until their time or until withdrawn."""

from datetime import timedelta

import pytest

from eventsapp.domain.messages import notices
from eventsapp.domain.messages.models import Notice
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Event, Series
from eventsapp.domain.ticketing.sales.models import Order
from eventsapp.kernel import clock, memory
from eventsapp.kernel.db import db
from tests import make
from tests.web.organizer.programme.test_programme import Desk

WORDS = "Le lieu change ce soir."


@pytest.fixture
def series(app):
    first = make.event(make.series(slug="essai"), slug="soiree")
    tariff = make.product(first)
    make.event(first.series, slug="matin")
    releases.publish(first.series_id, actor="test")
    return first.series, first, tariff


def says(client, path, words=WORDS):
    return words in client.get(f"/fr/essai/{path}").text


def test_of_a_series_they_stand_on_every_public_page_in_both_languages(series, client):
    found, _event, _tariff = series
    assert not says(client, "")
    make.notice(found)

    assert [says(client, path) for path in ("", "events/soiree", "tickets", "legal/cgv")] == [
        True
    ] * 4
    assert "Another venue tonight." in client.get("/en/essai/").text


def test_of_an_event_they_stand_on_its_page_and_on_its_tickets(series, client):
    found, event, tariff = series
    order = db.session.get(Order, make.paid_order(tariff, 1).order_id)
    make.notice(found, event)

    assert says(client, "events/soiree") and says(client, f"orders/{order.code}/{order.secret}")
    assert says(client, "tickets?event=soiree")
    assert not says(client, "events/matin") and not says(client, "")


def test_they_go_at_their_time_and_by_the_button(series, client, now):
    found, _event, _tariff = series
    make.notice(found)
    assert says(client, "")
    now(hours=2)
    assert not says(client, "")

    second = make.notice(db.session.get(Series, found.id))
    desk = Desk(client, series=db.session.get(Series, found.id))
    assert says(client, "")
    assert desk.post(f"notices/{second.id}/withdrawal")[0].status_code == 302
    assert not says(client, "")


def test_another_process_sees_them_within_seconds(series, client, monkeypatch):
    found, _event, _tariff = series
    assert notices.standing(found.id) == ()
    made = make.notice(found)
    memory.forget_everything()
    assert [one.id for one in notices.standing(found.id)] == [made.id]
    assert notices.STALE_S <= 5


def test_they_are_put_up_at_the_page(series, client):
    found, event, _tariff = series
    desk = Desk(client, series=found)
    until = clock.local(clock.now() + timedelta(hours=3), found.timezone)
    form = {"text_fr": WORDS, "text_en": "Another venue.", "event_id": str(event.id),
            "until_at": f"{until:%Y-%m-%dT%H:%M}"}  # fmt: skip

    assert desk.post("notices", **form)[0].status_code == 302
    assert WORDS in desk.get("notices")[1] and "affichée" in desk.get("notices")[1]
    assert says(client, "events/soiree")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("text_en", ""),
        ("text_fr", "x" * 301),
        ("until_at", ""),
        ("until_at", "2020-01-01T10:00"),
        ("until_at", "2099-01-01T10:00"),
        ("event_id", "999999"),
    ],
)
def test_what_would_not_do_is_refused_beside_its_field(series, client, field, typed):
    found, _event, _tariff = series
    desk = Desk(client, series=found)
    until = clock.local(clock.now() + timedelta(hours=3), found.timezone)
    form = {"text_fr": WORDS, "text_en": "Another.", "event_id": "",
            "until_at": f"{until:%Y-%m-%dT%H:%M}"} | {field: typed}  # fmt: skip

    answer, page = desk.post("notices", **form)

    assert answer.status_code == 422 and f'id="{field}-e"' in page
    assert db.session.query(Notice).count() == 0


def test_those_of_another_series_are_not_there(series, client):
    found, _event, _tariff = series
    made = make.notice(found)
    other = Desk(client, series=make.series(slug="autre"))

    assert other.post(f"notices/{made.id}/withdrawal")[0].status_code == 404
    foreign = make.event()
    assert db.session.get(Event, foreign.id) is not None
    assert (
        other.post("notices", text_fr="a", text_en="b", event_id=str(foreign.id))[0].status_code
        == 422
    )


def test_pages_ask_for_them_once_in_a_while(series, client, statements):
    found, _event, _tariff = series
    client.get("/fr/essai/")
    statements.clear()
    client.get("/fr/essai/")
    client.get("/fr/essai/events/soiree")
    assert [one for one in statements if "notice" in one] == []
