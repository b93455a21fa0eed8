"""Saving against conflicts: shown first, accepted with a reason, never in silence."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.domain.planning import saving
from eventsapp.domain.planning.models import Waiver
from eventsapp.domain.programme import releases, talks
from eventsapp.domain.programme.errors import ConflictsStand
from eventsapp.domain.programme.models import Event, EventState
from eventsapp.domain.programme.talks import PersonDraft, SessionDraft
from eventsapp.domain.ticketing.catalogue import products
from eventsapp.domain.ticketing.catalogue.models import Quota
from eventsapp.kernel.db import db
from tests import make

START = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def series(app):
    return make.series()


def save(series, draft, event_id=0, version=0, **given):
    return saving.save_event(
        series.id,
        event_id,
        version,
        draft,
        organisation_id=series.organisation_id,
        actor="account:1",
        **given,
    )


def draft_at(venue, start=0, end=2, **given):
    slots = ((START + start * HOUR, START + end * HOUR),)
    return make.event_draft(venue_id=venue.id, slots=slots, **given)


def test_an_event_without_conflict_is_saved(series):
    venue = make.venue(series)

    event = save(series, draft_at(venue))

    assert db.session.get_one(Event, event.id).venue_id == venue.id
    assert db.session.query(Waiver).count() == 0


def test_an_overlap_that_nobody_accepted_saves_nothing(series):
    venue = make.venue(series)
    save(series, draft_at(venue))

    with pytest.raises(ConflictsStand):
        save(series, draft_at(venue, 1, 3))
    with pytest.raises(ConflictsStand):
        save(series, draft_at(venue, 1, 3), accepted=["un autre"], reason="parce que")

    assert db.session.query(Event).count() == 1


def test_an_accepted_overlap_is_saved_with_its_reason_and_no_longer_stands(series):
    venue = make.venue(series)
    save(series, draft_at(venue))
    draft = draft_at(venue, 1, 3)
    shown = [one.fingerprint for one in saving.check_event(series.id, 0, draft).to_waive]

    with pytest.raises(ConflictsStand):
        save(series, draft, accepted=shown, reason="  ")
    event = save(series, draft, accepted=shown, reason="Deux salles")

    waiver = db.session.query(Waiver).one()
    assert (waiver.reason, waiver.actor) == ("Deux salles", "account:1")
    assert saving.check_event(series.id, event.id, draft).to_waive == ()
    assert saving.check_series(series.id).grave is False


def test_an_accepted_overlap_stands_again_when_an_hour_changes(series):
    venue = make.venue(series)
    save(series, draft_at(venue))
    draft = draft_at(venue, 1, 3)
    shown = [one.fingerprint for one in saving.check_event(series.id, 0, draft).to_waive]
    event = save(series, draft, accepted=shown, reason="Deux salles")

    moved = saving.check_event(series.id, event.id, draft_at(venue, 1, 4))

    assert [one.code for one in moved.to_waive] == ["VENUE_OVERLAP"]


def test_too_many_people_for_the_place_cannot_be_accepted(series):
    venue = make.venue(series, capacity=100)
    draft = draft_at(venue, capacity=101)
    report = saving.check_event(series.id, 0, draft)

    assert [one.code for one in report.blocking] == ["CAPACITY"]
    with pytest.raises(ConflictsStand):
        save(series, draft, accepted=[report.blocking[0].fingerprint], reason="tant pis")


def test_a_cancelled_event_leaves_its_place(series):
    venue = make.venue(series)
    first = save(series, draft_at(venue))
    save(series, draft_at(venue, state=EventState.CANCELLED), first.id, 1)

    assert saving.check_event(series.id, 0, draft_at(venue)).problems == ()


def test_moving_an_event_to_the_other_city_is_too_far_for_its_speaker(series):
    aix = make.venue(series, city="Aix-en-Provence", capacity=100)
    marseille = make.venue(series, city="Marseille", capacity=100)
    one = save(series, draft_at(aix, 0, 2, capacity=80))
    two = save(series, draft_at(aix, 2, 4, capacity=80))
    for event, start in ((one, 0), (two, 2)):
        talks.create_session(
            event.id, talk(START + start * HOUR, START + (start + 2) * HOUR), actor="t"
        )
    assert saving.check_series(series.id).problems == ()

    report = saving.check_event(series.id, two.id, draft_at(marseille, 2, 4, capacity=80))

    assert [one.code for one in report.problems] == ["PERSON_TRAVEL"]
    assert report.problems[0].facts["gap"] == 0


def test_a_speaker_in_two_sessions_at_once_is_told_before_saving(series):
    event = save(series, draft_at(make.venue(series, capacity=100), capacity=80))
    talks.create_session(event.id, talk(START, START + HOUR), actor="t")

    report = saving.check_session(series.id, event.id, 0, talk(START, START + HOUR))

    assert [one.code for one in report.problems] == ["PERSON_DOUBLE"]
    assert report.problems[0].facts["person"] == "Yann Kerdoncuffe"


def test_a_session_in_a_taken_room_is_told_before_saving(series):
    venue = make.venue(series, capacity=100)
    room = make.room(venue)
    event = save(series, draft_at(venue, capacity=80))
    first = talk(START, START + HOUR, room_id=room.id, people=())
    saving.save_session(series.id, event.id, 0, 0, first, actor="t")

    with pytest.raises(ConflictsStand):
        saving.save_session(series.id, event.id, 0, 0, first, actor="t")


def test_conflicts_keep_a_release_back(series):
    venue = make.venue(series)
    for _n in range(2):
        make.event(series, venue_id=venue.id)

    with pytest.raises(ConflictsStand):
        saving.publish(series.id, actor="t")

    assert releases.find(series.slug) is None


def talk(starts_at, ends_at, **given):
    values = {
        "title_fr": "Causerie",
        "title_en": "",
        "room_id": None,
        "language": "fr",
        "people": (PersonDraft("Yann", "Kerdoncuffe"),),
    }
    return SessionDraft(starts_at=starts_at, ends_at=ends_at, **values | given)


def test_the_places_on_sale_follow_the_capacity(series):
    venue = make.venue(series)
    event = save(series, draft_at(venue, capacity=100))
    products.open_event(event.id)

    save(series, draft_at(venue, capacity=60), event.id, 1)

    quota = db.session.query(Quota).one()
    assert (quota.target, quota.size) == (60, 60)


def test_a_capacity_under_what_is_sold_is_refused(series):
    event = make.event(series, venue_id=make.venue(series).id, capacity=10)
    product = make.product(event, places=10)
    make.paid_order(product, 3)

    with pytest.raises(ConflictsStand) as refusal:
        save(series, draft_at(make.venue(series), capacity=2), event.id, 1)

    assert "SOLD_OVER_CAPACITY" in refusal.value.facts["codes"]


def test_a_session_on_another_day_than_its_event_is_told_before_saving(series):
    event = save(series, draft_at(make.venue(series, capacity=100), capacity=80))
    late = talk(START + 24 * HOUR, START + 25 * HOUR)

    report = saving.check_session(series.id, event.id, 0, late)

    assert [one.code for one in report.to_waive] == ["SESSION_OUTSIDE"]
    with pytest.raises(ConflictsStand):
        saving.save_session(series.id, event.id, 0, 0, late, actor="t")
    saving.save_session(
        series.id,
        event.id,
        0,
        0,
        late,
        actor="t",
        accepted=[report.to_waive[0].fingerprint],
        reason="visite du lendemain",
    )
    assert saving.check_series(series.id).grave is False


def test_an_event_that_gets_shorter_leaves_no_session_outside_in_silence(series):
    venue = make.venue(series, capacity=100)
    event = save(series, draft_at(venue, 0, 4, capacity=80))
    talks.create_session(event.id, talk(START + 3 * HOUR, START + 4 * HOUR), actor="t")

    shorter = saving.check_event(series.id, event.id, draft_at(venue, 0, 3, capacity=80))
    moved = saving.check_event(series.id, event.id, draft_at(venue, 1, 5, capacity=80))

    assert [one.code for one in shorter.to_waive] == ["SESSION_OUTSIDE"]
    assert moved.problems == ()
