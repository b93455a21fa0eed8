"""Feeds: iCalendar, frab XML and c3voc JSON say what was released, in their strict shapes."""

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as Tree

import pytest
from icalendar import Calendar

from eventsapp.domain.programme import calendar, releases, talks
from eventsapp.domain.programme.exchange import c3voc, frab
from eventsapp.domain.programme.models import Event, EventState
from eventsapp.domain.programme.talks import PersonDraft, SessionDraft
from eventsapp.kernel.transaction import transaction
from tests import make

START = datetime(2026, 9, 24, 17, 30, tzinfo=UTC)
EVENT_KEYS = {
    "abstract",
    "date",
    "duration",
    "guid",
    "id",
    "language",
    "links",
    "persons",
    "room",
    "slug",
    "start",
    "subtitle",
    "title",
    "track",
    "type",
    "url",
}


def address(series, event):
    return f"https://weeks.example/fr/{series}/events/{event}"


@pytest.fixture
def shown(app):
    series = make.series(slug="weeks")
    hall = make.venue(series, name="Théâtre", street="1 rue <b>", city="Marseille")
    secret = make.venue(series, name="Bunker", street="7 rue Secrète", city="Marseille")
    evening = make.event(series, title_fr="Soirée & <concert>", venue_id=hall.id)
    make.event(series, title_fr="Visite", venue_id=secret.id, address_hidden=True)
    make.event(series, title_fr="Rayé", venue_id=hall.id, state=EventState.CANCELLED)
    talk = SessionDraft(
        "Causerie",
        "",
        None,
        START + timedelta(hours=5),
        START + timedelta(hours=6),
        "fr",
        (PersonDraft("Ada", "Lovelace"),),
    )
    talks.create_session(evening.id, talk, actor="test")
    releases.publish(series.id, actor="test")
    return releases.current("weeks")


def test_the_calendar_has_stable_identities_and_local_times(shown):
    entries = Calendar.from_ical(calendar.feed(shown, address)).walk("VEVENT")

    first = entries[0]
    assert str(first["UID"]) == shown.events[0].uid
    assert first["DTSTART"].dt.isoformat() == "2026-09-24T19:30:00+02:00"
    assert first["DTSTART"].params["TZID"] == "Europe/Paris"
    assert first["SEQUENCE"] == 0
    assert str(first["LOCATION"]) == "Théâtre, 1 rue <b>, 13100 Marseille"


def test_the_calendar_carries_its_time_zone_and_how_often_to_look(shown):
    text = calendar.feed(shown, address).decode()

    assert "BEGIN:VTIMEZONE" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in text


def test_a_cancelled_event_stays_in_the_calendar_and_says_so(shown):
    entries = Calendar.from_ical(calendar.feed(shown, address)).walk("VEVENT")

    assert [str(one["STATUS"]) for one in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


def test_a_cancelled_event_leaves_the_calendar_after_sixty_days(shown, now):
    now(days=61)
    with transaction() as session:
        session.get_one(Event, shown.events[0].id).title_fr = "Autre"
    releases.publish(shown.id, actor="test")

    later = releases.current("weeks")
    assert len(Calendar.from_ical(calendar.feed(later, address)).walk("VEVENT")) == 2


@pytest.mark.parametrize("render", [calendar.feed, frab.schedule, c3voc.schedule])
def test_no_feed_tells_a_hidden_address(shown, render):
    body = render(shown, address)
    text = body.decode() if isinstance(body, bytes) else body

    assert "Secrète" not in text
    assert "Bunker" not in text


def test_frab_has_what_its_schema_asks_of_an_event(shown):
    root = Tree.fromstring(frab.schedule(shown, address))  # noqa: S314 - our own text
    events = root.findall("day/room/event")

    assert root.find("conference/title").text == shown.title
    assert len({one.get("id") for one in events}) == len({one.get("guid") for one in events}) == 3
    for one in events:
        assert int(one.get("id")) > 0
        assert re.fullmatch(r"\d{1,2}:\d{2}", one.find("duration").text)
        assert re.fullmatch(r"[0-2]\d:[0-5]\d", one.find("start").text)
        for name in ("room", "title", "type", "date", "abstract", "slug", "subtitle", "track"):
            assert one.find(name) is not None
    assert [p.text for p in root.iter("person")] == ["Ada Lovelace"]


def test_a_session_after_midnight_stands_with_its_evening(shown):
    root = Tree.fromstring(frab.schedule(shown, address))  # noqa: S314 - our own text

    assert [day.get("date") for day in root.findall("day")] == ["2026-09-24"]
    assert root.find("day").get("start") == "2026-09-24T05:00:00+02:00"


def test_c3voc_events_have_the_keys_of_the_schema_and_no_other(shown):
    schedule = json.loads(c3voc.schedule(shown, address))["schedule"]["conference"]
    events = [e for day in schedule["days"] for room in day["rooms"].values() for e in room]

    assert re.fullmatch(r"[a-z0-9_-][a-z0-9_]{3,}", schedule["acronym"])
    assert len(events) == 3
    for one in events:
        assert set(one) == EVENT_KEYS
        assert str(uuid.UUID(one["guid"])) == one["guid"]
        assert re.fullmatch(r"[a-z0-9_-]+[a-z0-9]", one["slug"])
        assert re.fullmatch(r"\d+:\d{2}", one["duration"])
        assert all(set(person) == {"id", "public_name"} for person in one["persons"])


@pytest.mark.parametrize(("slug", "acronym"), [("ftw2015", "ftw2015"), ("a-b", "a_b_")])
def test_the_acronym_fits_the_schema(slug, acronym):
    assert c3voc.acronym(slug) == acronym
