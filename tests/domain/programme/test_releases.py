"""Releases: what the public reads is frozen, numbered, and compared."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.programme import editing, releases
from eventsapp.domain.programme.diff import changes_between
from eventsapp.domain.programme.errors import NothingToRelease
from eventsapp.domain.programme.models import Event, EventState, Release
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import transaction
from tests import make


def change(event, **values):
    with transaction() as session:
        row = session.get_one(Event, event.id)
        for name, value in values.items():
            setattr(row, name, value)


def test_the_public_reads_nothing_before_the_first_release(app):
    series = make.series()
    make.event(series)

    assert releases.find(series.slug) is None
    with pytest.raises(NotFound):
        releases.current(series.slug)


def test_a_draft_stays_hidden_until_it_is_released(app):
    series = make.series(slug="weeks")
    event = make.event(series, title_fr="Premier titre", title_en="First title")
    releases.publish(series.id, actor="test")

    change(event, title_fr="Second titre")

    assert releases.current("weeks").events[0].title == "Premier titre"
    releases.publish(series.id, actor="test")
    assert releases.current("weeks").events[0].title == "Second titre"
    assert releases.current("weeks").number == 2


def test_a_release_names_what_changed(app):
    series = make.series()
    moved, renamed, cancelled = (make.event(series, title_fr=f"É{n}") for n in range(3))
    elsewhere = make.venue(series, name="Ailleurs")
    releases.publish(series.id, actor="test")

    change(moved, venue_id=elsewhere.id)
    change(renamed, title_fr="Autre nom")
    change(cancelled, state=EventState.CANCELLED)
    added = make.event(series, title_fr="Nouveau")
    found = releases.publish(series.id, actor="test").changes

    assert [(one["code"], one["event"]) for one in found] == [
        ("moved_place", moved.id),
        ("renamed", renamed.id),
        ("cancelled", cancelled.id),
        ("added", added.id),
    ]
    assert found[0]["after"] == "Ailleurs"


def test_calendars_hear_of_changes_of_time_place_and_state_only(app):
    series = make.series()
    moved, renamed = make.event(series), make.event(series)
    releases.publish(series.id, actor="test")

    later = datetime(2026, 9, 25, 17, 30, tzinfo=UTC)
    with transaction() as session:
        slot = session.get_one(Event, moved.id).slots[0]
        slot.starts_at, slot.ends_at = later, later + timedelta(hours=1)
        session.get_one(Event, renamed.id).title_fr = "Autre"
    releases.publish(series.id, actor="test")

    shown = releases.current(series.slug)
    assert shown.event_by_id(moved.id).sequence == 1
    assert shown.event_by_id(renamed.id).sequence == 0


def test_nothing_new_is_refused(app):
    series = make.series()
    make.event(series)
    releases.publish(series.id, actor="test")

    with pytest.raises(NothingToRelease):
        releases.publish(series.id, actor="test")
    assert db.session.query(Release).count() == 1


def test_an_event_is_dated_by_the_release_that_last_changed_it(app, now):
    series = make.series()
    still, busy = make.event(series), make.event(series)
    first = now()
    releases.publish(series.id, actor="test")

    second = now(hours=1)
    change(busy, title_fr="Autre")
    releases.publish(series.id, actor="test")

    shown = releases.current(series.slug)
    assert shown.event_by_id(still.id).changed_at == first
    assert shown.event_by_id(busy.id).changed_at == second


def test_a_hidden_address_shows_its_city_alone(app):
    series = make.series()
    secret = make.venue(series, name="Le bunker", street="7 rue Secrète", city="Marseille")
    make.event(series, venue_id=secret.id, address_hidden=True)
    releases.publish(series.id, actor="test")

    shown = releases.current(series.slug)
    event = shown.events[0]
    assert (event.venue.name, event.venue.street, event.venue.lat) == ("", "", None)
    assert event.city == "Marseille"
    assert event.secret_venue.street == "7 rue Secrète"
    assert shown.venues == ()


def test_a_night_belongs_to_its_evening(app):
    series = make.series()
    start = datetime(2026, 9, 24, 17, 30, tzinfo=UTC)
    make.event(series, starts_at=start, ends_at=start + timedelta(hours=5))
    releases.publish(series.id, actor="test")

    assert [str(day) for day in releases.current(series.slug).events[0].days] == ["2026-09-24"]


def test_the_public_reads_with_one_statement_once_parsed(app, statements):
    series = make.series(slug="one")
    for _n in range(3):
        make.event(series)
    releases.publish(series.id, actor="test")
    releases.find("one")

    statements.clear()
    releases.find("one")

    assert len(statements) == 1


def test_two_databases_do_not_share_a_parsed_release(app):
    series = make.series(slug="same")
    make.event(series, title_fr=f"Sur {db.engine.dialect.name}")
    releases.publish(series.id, actor="test")

    assert releases.current("same").events[0].title == f"Sur {db.engine.dialect.name}"


def test_a_removed_event_comes_last_in_the_changes():
    before = {"events": [dict(EVENT, id=1), dict(EVENT, id=2)], "venues": []}
    after = {"events": [dict(EVENT, id=2), dict(EVENT, id=3)], "venues": []}

    assert [(c["code"], c["event"]) for c in changes_between(before, after)] == [
        ("added", 3),
        ("removed", 1),
    ]


EVENT = {
    "slug": "e",
    "title_fr": "É",
    "title_en": "E",
    "state": "confirmed",
    "venue_id": None,
    "slots": [],
    "sessions": [],
}


def test_editing_is_seen_by_pending_changes(app):
    series = make.series()
    event = make.event(series)
    releases.publish(series.id, actor="test")
    assert releases.has_changes(series.id) is False

    venue = editing.create_venue(series.id, make.venue_draft(), actor="test")
    change(event, venue_id=venue.id)

    assert [one["code"] for one in releases.pending_changes(series.id)] == ["moved_place"]
    assert releases.has_changes(series.id) is True


def move(event, start):
    with transaction() as session:
        slot = session.get_one(Event, event.id).slots[0]
        slot.starts_at, slot.ends_at = start, start + timedelta(hours=1)


def test_a_moved_event_goes_on_saying_when_it_was(app):
    series = make.series()
    event = make.event(series)
    first = event.slots[0].starts_at
    releases.publish(series.id, actor="test")
    assert releases.current(series.slug).events[0].moved_from == ()

    second = first + timedelta(days=1)
    move(event, second)
    releases.publish(series.id, actor="test")
    assert releases.current(series.slug).events[0].moved_from == (first,)

    change(event, title_fr="Autre")
    releases.publish(series.id, actor="test")
    assert releases.current(series.slug).events[0].moved_from == (first,)

    move(event, first)
    releases.publish(series.id, actor="test")
    assert releases.current(series.slug).events[0].moved_from == (second,)
