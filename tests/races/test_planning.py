"""Two organizers who save at the same moment.

On PostgreSQL only: SQLite has one writer, so it would hide the mistake.
"""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.planning import saving
from eventsapp.domain.programme import editing, talks
from eventsapp.domain.programme.models import Event, Person, Venue
from eventsapp.domain.programme.talks import PersonDraft, SessionDraft
from eventsapp.kernel.db import db
from tests import make
from tests.races.crowd import rush

pytestmark = pytest.mark.parametrize("app", ["postgres"], indirect=True)
START = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)


def test_one_place_at_one_hour_is_saved_once_in_silence(app):
    series = make.series()
    venue = make.venue(series)
    series_id, organisation_id, venue_id = series.id, series.organisation_id, venue.id

    def save():
        hours = ((START, START + timedelta(hours=2)),)
        return saving.save_event(
            series_id,
            0,
            0,
            make.event_draft(venue_id=venue_id, slots=hours),
            organisation_id=organisation_id,
            actor="account:1",
        ).id

    results = rush(app, [save] * 4)

    assert sorted(kind for kind, _ in results) == ["done", "refused", "refused", "refused"]
    assert {value for kind, value in results if kind == "refused"} == {"conflicts_stand"}
    assert db.session.query(Event).count() == 1


def test_events_and_venues_made_at_once_get_names_and_numbers_of_their_own(app):
    series = make.series()
    series_id, organisation_id = series.id, series.organisation_id

    def event():
        draft = make.event_draft(title_fr="Atelier")
        return editing.create_event(
            series_id, draft, organisation_id=organisation_id, actor="account:1"
        ).slug

    def venue():
        return editing.create_venue(series_id, make.venue_draft(), actor="account:1").slug

    results = rush(app, [event, event, event, venue, venue, venue])

    assert [kind for kind, _ in results] == ["done"] * 6
    numbers = sorted(n for (n,) in db.session.query(Event.number))
    assert numbers == [1, 2, 3]
    assert {v.slug for v in db.session.query(Venue)} == {
        "cite-du-livre",
        "cite-du-livre-2",
        "cite-du-livre-3",
    }


def test_a_new_speaker_named_twice_at_once_is_one_person(app):
    series = make.series()
    events = [make.event(series).id for _ in range(4)]

    def name(event_id):
        people = (PersonDraft("Ada", "Lovelace", "Analytique"),)
        draft = SessionDraft("T", "T", None, START, START + timedelta(hours=1), "fr", people)
        return lambda: talks.create_session(event_id, draft, actor="account:1").id

    results = rush(app, [name(event_id) for event_id in events])

    assert [kind for kind, _ in results] == ["done"] * 4
    assert [person.slug for person in db.session.query(Person)] == ["ada-lovelace"]
