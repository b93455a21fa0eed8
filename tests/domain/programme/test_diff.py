"""A release is exactly the list that was read: nothing public changes without a line."""

import copy
from datetime import timedelta

import pytest

from eventsapp.domain.programme import releases, speakers, talks
from eventsapp.domain.programme.detail_models import EventSponsor, EventTag, Tag
from eventsapp.domain.programme.diff import changes_between
from eventsapp.domain.programme.errors import NothingToRelease
from eventsapp.domain.programme.models import (
    Domain,
    EntryPolicy,
    Event,
    Partner,
    Person,
    Series,
    Session,
    Slot,
    Venue,
)
from eventsapp.domain.programme.picture_models import Picture
from eventsapp.domain.programme.speakers import SpeakerDraft
from eventsapp.domain.programme.talks import PersonDraft, SessionDraft
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction
from eventsapp.web.organizer.programme import changes as words
from tests import make

#: What a release adds by itself; it changes with the rest or not at all.
STAMPS = {"sequence", "changed_at", "moved_from"}


@pytest.fixture
def released(app):
    """A series in which everything is used, released once."""
    series = make.series(slug="weeks")
    venue = make.venue(series)
    room = make.room(venue)
    make.partner(series, make.organisation().id)
    event = make.event(
        series,
        venue_id=venue.id,
        domain_id=make.domain(series).id,
        traits={"headline": True},
        external_url="https://ailleurs.example",
        reference="EV-1",
        languages="fr en",
        level="all",
        **{
            f"{name}_{lang}": "Un texte"
            for name in ("summary", "description", "practical", "accessibility")
            for lang in ("fr", "en")
        },
    )
    start = event.slots[0].starts_at
    draft = SessionDraft(
        "Causerie",
        "Talk",
        room.id,
        start,
        start + timedelta(hours=1),
        "fr",
        (PersonDraft("Ada", "Lovelace", "Analytique"),),
        "Un résumé",
        "An abstract",
    )
    talks.create_session(event.id, draft, actor="test")
    with transaction() as session:
        speaker = session.query(Person).one()
        speaker.bio_fr, speaker.bio_en = "Une vie", "A life"
    tag = make.save(Tag(series_id=series.id, slug="emploi", name_fr="Emploi", name_en="Jobs"))
    make.save(EventTag(event_id=event.id, tag_id=tag.id))
    partner_id = db.session.query(Partner.id).scalar()
    make.save(EventSponsor(event_id=event.id, partner_id=partner_id))
    make.picture(series, event_id=event.id)
    make.picture(series, person_id=db.session.query(Person.id).scalar())
    make.picture(series, partner_id=db.session.query(Partner.id).scalar())
    releases.publish(series.id, actor="test")
    return series


def content(series):
    row = db.session.get_one(Series, series.id, populate_existing=True)
    return releases.freeze(row)


def leaves(value, path=()):
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*path, name))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, one in enumerate(value):
            yield from leaves(one, (*path, number))
    else:
        yield path, value


def other(path, value):
    if path[-1] in ("starts_at", "ends_at", "demo_loaded_at"):
        return "2027-01-01T10:00:00+00:00"
    if path[-1] in ("starts_on", "ends_on"):
        return "2027-01-01"
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, list):
        return []
    return f"{value or ''}x"


def test_every_leaf_of_a_release_that_changes_is_a_line_with_words(released):
    before = content(released)
    unseen, wordless = [], []
    for path, value in leaves(before):
        # A row's number is what pairs the two sides, a domain's slug too: another one is another.
        if set(path) & STAMPS or path[-1] == "id" and path[0] != "series":
            continue
        after = copy.deepcopy(before)
        place = after
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = other(path, value)
        found = changes_between(before, after)
        if not found:
            unseen.append(path)
        for one in found:
            line = words.line(one, "Europe/Paris", {})
            name = one["field"].rpartition(".")[2]
            named = name in words.FIELDS or one["field"].startswith("traits.")
            if not line.mark or (one["code"] == "edited" and not named):
                wordless.append(one["field"])
            if one["code"] in ("edited", "renamed", "moved_time"):
                assert line.before != line.after, one
    assert (unseen, wordless) == ([], [])


#: The tables that public pages are made of, with what never reaches them.
TABLES = {
    Event: {"setup_minutes", "teardown_minutes", "version", "sequence", "person_limit"}
    | {"declared_attendance"},
    Slot: {"off_sale"},
    Venue: {"usable", "shared", "version", "organisation_id"},
    Session: {"version", "reference"},
    Person: {"email", "version", "reference", "organisation_id"},
    Picture: {"created_at", "version"},
    Tag: set(),
    Domain: set(),
    Series: set(),
}
#: What ties rows together, words of a closed list (``test_every_leaf`` has these), and what a
#: release itself notes of an event for the sale.
TIED = {
    *("released_state", "released_access", "released_until"),
    *(
        "id",
        "series_id",
        "event_id",
        "person_id",
        "partner_id",
        "organisation_id",
        "venue_id",
        "domain_id",
        "room_id",
    ),
    *("state", "access", "currency", "slug", "uid", "release_number"),
}


@pytest.mark.parametrize("table", TABLES)
def test_each_column_that_the_public_reads_is_seen_and_what_it_does_not_is_not(released, table):
    for column in {one.name for one in table.__table__.columns} - TIED:
        with transaction() as session:
            row = session.query(table).order_by(table.id).first()
            value = getattr(row, column)
            setattr(row, column, _another(column, value))
        seen = bool(releases.pending_changes(released.id))
        assert seen is (column not in TABLES[table]), column
        with transaction() as session:
            setattr(session.query(table).order_by(table.id).first(), column, value)
    assert releases.pending_changes(released.id) == []


def _another(column, value):
    if column == "timezone":
        return "Indian/Reunion"
    if isinstance(value, bool):
        return not value
    if column in ("starts_on", "ends_on"):
        return value + timedelta(days=1)
    if column == "starts_at":
        return value - timedelta(minutes=5)
    if column == "ends_at":
        return value + timedelta(minutes=5)
    if column in ("demo_loaded_at", "taken_off_at", "created_at"):
        return make.clock.now() + timedelta(hours=1)
    if column == "entry":
        return EntryPolicy.ONCE
    if column == "traits":
        return None
    if isinstance(value, int | float):
        return value + 1
    if column in ("capacity", "instant_capacity", "person_limit", "declared_attendance"):
        return 12
    return f"{value or ''}x"


def test_each_line_says_who_changed_it(released):
    with transaction() as session:
        event = session.query(Event).one()
        event.summary_fr = "Autre"
    from_desk = speakers.update_person(
        db.session.query(Person).one().id,
        1,
        SpeakerDraft("Ada", "King", "Analytique", "Une vie", "A life"),
        actor="account:7",
    )

    found = releases.pending_changes(released.id)

    assert [(one["field"], one["before"], one["after"]) for one in found] == [
        ("summary_fr", "Un texte", "Autre"),
        ("person.name", "Ada Lovelace", "Ada King"),
    ]
    assert found[1]["authors"] == ["account:7"]
    assert found[1]["subject"] == f"person:{from_desk.id}"


def test_a_release_is_exactly_the_list_that_was_read(released):
    with transaction() as session:
        session.query(Event).one().access = "approval"
        session.query(Venue).one().city = "Marseille"
    read = releases.pending_changes(released.id)

    release = releases.publish(released.id, actor="test")

    assert release.changes == read
    assert {one["field"] for one in read} == {"access", "venue.city"}
    assert releases.pending_changes(released.id) == []
    with pytest.raises(NothingToRelease):
        releases.publish(released.id, actor="test")


def test_a_venue_that_no_event_uses_is_no_news(released):
    make.venue(released)

    assert releases.pending_changes(released.id) == []
    assert releases.has_changes(released.id) is False
