"""The working draft: venues, events and sessions, and two people who edit at once."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.programme import editing, talks
from eventsapp.domain.programme.editing import RoomDraft
from eventsapp.domain.programme.errors import StillUsed
from eventsapp.domain.programme.models import Event, Person, Session, Venue
from eventsapp.domain.programme.talks import PersonDraft, SessionDraft
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import EditedMeanwhile
from tests import make

START = datetime(2026, 9, 24, 17, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def talk(**given):
    values = {
        "title_fr": "Causerie",
        "title_en": "",
        "room_id": None,
        "starts_at": START,
        "ends_at": START + HOUR,
        "language": "fr",
        "people": (),
    }
    return SessionDraft(**values | given)


def test_a_venue_is_made_with_its_rooms_and_an_address_of_its_own(app):
    series = make.series()

    one = editing.create_venue(series.id, make.venue_draft(name="Théâtre"), actor="test")
    two = editing.create_venue(series.id, make.venue_draft(name="Théâtre"), actor="test")

    assert [one.slug, two.slug] == ["theatre", "theatre-2"]
    assert [room.name for room in one.rooms] == ["Grande salle", "Studio"]


def test_the_second_of_two_editors_is_told(app):
    series = make.series()
    venue = editing.create_venue(series.id, make.venue_draft(), actor="a")
    read = venue.version

    editing.update_venue(venue.id, read, make.venue_draft(name="Le mien"), actor="a")
    with pytest.raises(EditedMeanwhile):
        editing.update_venue(venue.id, read, make.venue_draft(name="Le sien"), actor="b")

    assert db.session.get_one(Venue, venue.id).name == "Le mien"


def test_a_room_that_sessions_use_stays(app):
    series = make.series()
    venue = editing.create_venue(series.id, make.venue_draft(), actor="test")
    event = make.event(series, venue_id=venue.id)
    used, unused = venue.rooms
    talks.create_session(event.id, talk(room_id=used.id), actor="test")

    with pytest.raises(StillUsed):
        editing.update_venue(venue.id, 1, make.venue_draft(rooms=()), actor="test")

    kept = (RoomDraft(used.id, "Renommée", 90),)
    after = editing.update_venue(venue.id, 1, make.venue_draft(rooms=kept), actor="test")
    assert [(room.id, room.name) for room in after.rooms] == [(used.id, "Renommée")]
    assert unused.id not in [room.id for room in after.rooms]


def test_sessions_follow_when_an_event_moves(app):
    series = make.series()
    event = editing.create_event(
        series.id, make.event_draft(), organisation_id=series.organisation_id, actor="test"
    )
    made = talks.create_session(event.id, talk(), actor="test")
    version = db.session.get_one(Event, event.id).version

    day = timedelta(days=1)
    later = ((START + day, START + day + 2 * HOUR, event.slots[0].id),)
    editing.update_event(event.id, version, make.event_draft(slots=later), actor="test")

    assert db.session.get_one(Session, made.id).starts_at == START + timedelta(days=1)


def test_slots_that_stay_keep_their_rows(app):
    series = make.series()
    two = ((START, START + HOUR), (START + 2 * HOUR, START + 3 * HOUR))
    event = editing.create_event(
        series.id, make.event_draft(slots=two), organisation_id=series.organisation_id, actor="t"
    )
    first = event.slots[0].id

    kept = ((*two[0], first),)
    editing.update_event(event.id, 1, make.event_draft(slots=kept), actor="t")

    assert [slot.id for slot in db.session.get_one(Event, event.id).slots] == [first]


def test_the_same_name_is_the_same_person_in_a_series(app):
    series = make.series()
    event = make.event(series)
    ada = PersonDraft("Ada", "Lovelace", "Analytique")

    talks.create_session(event.id, talk(people=(ada,)), actor="test")
    again = PersonDraft("ADA", "lovelace")
    second = talks.create_session(event.id, talk(people=(again,)), actor="test")

    assert db.session.query(Person).count() == 1
    assert [part.person.name for part in second.people] == ["Ada Lovelace"]


def test_people_of_a_session_keep_their_order(app):
    series = make.series()
    event = make.event(series)
    one, two = PersonDraft("Ada", "L"), PersonDraft("Grace", "H")
    made = talks.create_session(event.id, talk(people=(one, two)), actor="test")

    after = talks.update_session(made.id, 1, talk(people=(two, one)), actor="test")

    ordered = sorted(after.people, key=lambda part: part.position)
    assert [part.person.first_name for part in ordered] == ["Grace", "Ada"]


def test_a_removed_session_leaves_with_its_parts(app):
    event = make.event(make.series())
    made = talks.create_session(event.id, talk(people=(PersonDraft("Ada", "L"),)), actor="test")

    talks.remove_session(made.id, actor="test")

    assert db.session.query(Session).count() == 0


def test_a_slot_that_places_are_sold_for_stays(app):
    series = make.series()
    two = ((START, START + HOUR), (START + 2 * HOUR, START + 3 * HOUR))
    event = editing.create_event(
        series.id, make.event_draft(slots=two), organisation_id=series.organisation_id, actor="t"
    )
    make.save(
        Quota(
            organisation_id=series.organisation_id,
            series_id=series.id,
            event_id=event.id,
            slot_id=event.slots[1].id,
            name="Visite",
            target=15,
            size=15,
        )
    )

    kept = ((*two[0], event.slots[0].id),)
    with pytest.raises(StillUsed):
        editing.update_event(event.id, 1, make.event_draft(slots=kept), actor="t")

    assert len(db.session.get_one(Event, event.id).slots) == 2


def test_an_event_that_leaves_its_venue_leaves_its_rooms(app):
    series = make.series()
    here, there = make.venue(series), make.venue(series)
    draft = make.event_draft(venue_id=here.id)
    event = editing.create_event(
        series.id, draft, organisation_id=series.organisation_id, actor="t"
    )
    made = talks.create_session(event.id, talk(room_id=make.room(here).id), actor="t")
    version = db.session.get_one(Event, event.id).version

    editing.update_event(event.id, version, make.event_draft(venue_id=there.id), actor="t")

    assert db.session.get_one(Session, made.id).room_id is None


def test_an_event_may_pass_to_another_organisation(app):
    series = make.series()
    event = make.event(series)
    other = make.organisation()
    make.partner(series, other.id)

    editing.update_event(event.id, 1, make.event_draft(), actor="t", organisation_id=other.id)

    assert db.session.get_one(Event, event.id).organisation_id == other.id
