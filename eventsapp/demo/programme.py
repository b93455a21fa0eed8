"""The reference programme: organisations, venues, events, sessions, speakers, a first release."""

import uuid
from typing import Any

from sqlalchemy import select

from eventsapp.demo import told
from eventsapp.demo.reading import read
from eventsapp.demo.story import Story
from eventsapp.domain.accounts.models import Organisation
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import (
    Domain,
    Event,
    EventAccess,
    EventState,
    Partner,
    Person,
    Room,
    Series,
    Session,
    SessionPerson,
    Slot,
    Venue,
)
from eventsapp.domain.programme.naming import slug_of
from eventsapp.kernel import clock
from eventsapp.kernel.db import db

SLUG = "ftw2015"
OWNER = "medinsoft"
#: Calendar identities must stay the same from one load to the next.
NAMESPACE = uuid.UUID("6f1d2b52-6d0e-5c39-9a7e-2015f7015000")
#: Facts of an event that no rule reads, shown as they are.
TRAITS = (
    "has_stands",
    "time_slots",
    "asks_diet",
    "identity_required",
    "minors",
    "pay_what_you_want",
    "accessibility",
    "teams",
    "overnight",
    "parallel",
)
HEADLINES = frozenset({"ftw15-01", "ftw15-23"})
ON_APPROVAL = {"approval": EventAccess.APPROVAL, "invitation": EventAccess.INVITATION}


def load(story: Story) -> None:
    """Everything of the programme, and release 1. Runs inside the loader's transaction."""
    bodies = _organisations()
    series = _series(story, bodies)
    partners = _partners(series, bodies)
    domains = _domains(series)
    venues, rooms = _venues(series)
    events = _events(story, series, bodies, domains, venues)
    people = _sessions(story, series, events, rooms)
    told.tell(events, people)
    told.show(events, people, partners)
    db.session.flush()
    releases.publish(series.id, actor="system")


def series_row() -> Series:
    """The demo series, for the rooms loaded later."""
    return db.session.scalars(select(Series).where(Series.slug == SLUG)).one()


def event_rows() -> dict[str, Event]:
    """Reference (``ftw15-01``) -> event, for the rooms loaded later."""
    rows = db.session.scalars(select(Event).where(Event.series_id == series_row().id))
    return {event.reference or "": event for event in rows}


def _organisations() -> dict[str, Organisation]:
    bodies = {
        raw["id"]: Organisation(
            slug=raw["id"],
            name=raw["name"],
            sells_through=raw.get("sells_through", "series"),
            legal=raw.get("legal"),
        )
        for raw in read("organizers")
    }
    db.session.add_all(bodies.values())
    db.session.flush()
    return bodies


def _partners(series: Series, bodies: dict[str, Organisation]) -> dict[str, Partner]:
    """Who proposes events beside the series' own organisation, long since accepted."""
    at = series.demo_loaded_at or clock.now()
    rows = {
        name: Partner(series_id=series.id, organisation_id=one.id, invited_at=at, accepted_at=at)
        for name, one in bodies.items()
        if one.id != series.organisation_id
    }
    db.session.add_all(rows.values())
    db.session.flush()
    return rows


def _series(story: Story, bodies: dict[str, Organisation]) -> Series:
    raw = read("series")
    starts_on = story.day(raw["starts_on"])
    series = Series(
        organisation_id=bodies[OWNER].id,
        slug=raw["id"],
        title_fr=raw["title"].replace("2015", str(starts_on.year)),
        title_en=raw["title"].replace("2015", str(starts_on.year)),
        edition=raw["edition"],
        timezone=raw["timezone"],
        starts_on=starts_on,
        ends_on=story.day(raw["ends_on"]),
        currency=raw["currency"],
        is_demo=True,
        demo_loaded_at=story.loaded_at,
    )
    db.session.add(series)
    db.session.flush()
    return series


def _domains(series: Series) -> dict[str, Domain]:
    rows = {
        raw["id"]: Domain(
            series_id=series.id, slug=raw["id"], name_fr=raw["name_fr"], name_en=raw["name_en"]
        )
        for raw in read("domains")
    }
    db.session.add_all(rows.values())
    db.session.flush()
    return rows


def _venues(series: Series) -> tuple[dict[str, Venue], dict[str, Room]]:
    venues: dict[str, Venue] = {}
    rooms: dict[str, Room] = {}
    plain = ("name", "street", "postcode", "city", "country", "lat", "lon", "capacity")
    for raw in read("venues"):
        venue = Venue(
            organisation_id=series.organisation_id,
            series_id=series.id,
            slug=raw["id"],
            usable=raw["usable_in_2015"],
            **{
                name: raw[name] or ("" if name in ("street", "postcode") else None)
                for name in plain
            },
        )
        for one in raw["rooms"]:
            room = Room(
                slug=one["id"].partition("--")[2] or one["id"],
                name=one["name"],
                capacity=one["capacity"],
                wheelchair_accessible=one["wheelchair_accessible"],
            )
            venue.rooms.append(room)
            rooms[one["id"]] = room
        venues[raw["id"]] = venue
    db.session.add_all(venues.values())
    db.session.flush()
    return venues, rooms


def _events(
    story: Story,
    series: Series,
    bodies: dict[str, Organisation],
    domains: dict[str, Domain],
    venues: dict[str, Venue],
) -> dict[str, Event]:
    texts = read("descriptions")
    events = {}
    for raw in read("events"):
        event = Event(
            series_id=series.id,
            organisation_id=bodies[raw["organizer"]].id,
            venue_id=venues[raw["venue"]].id,
            domain_id=domains[raw["domain"]].id,
            reference=raw["id"],
            number=raw["number"],
            slug=raw["slug"],
            title_fr=raw["title_fr"],
            title_en=raw["title_en"],
            summary_fr=texts[raw["id"]]["fr"],
            summary_en=texts[raw["id"]]["en"],
            kind=raw["kind"],
            state=EventState.CONFIRMED,
            access=_access(raw),
            external_url=raw.get("external_url"),
            capacity=raw["capacity"],
            instant_capacity=raw.get("instant_capacity") or raw.get("capacity_per_slot"),
            doors_minutes_before=30,
            address_hidden=bool(raw.get("location_revealed_to_ticket_holders")),
            free=raw["free"],
            traits=_traits(raw),
            uid=str(uuid.uuid5(NAMESPACE, raw["id"])),
        )
        event.slots = [
            Slot(
                starts_at=story.instant(slot["start"]),
                ends_at=story.instant(slot["end"]),
                capacity=raw.get("capacity_per_slot"),
                uid=event.uid
                if number == 1
                else str(uuid.uuid5(NAMESPACE, f"{raw['id']}/{number}")),
            )
            for number, slot in enumerate(raw["slots"], 1)
        ]
        events[raw["id"]] = event
    db.session.add_all(events.values())
    db.session.flush()
    return events


def _access(raw: dict[str, Any]) -> EventAccess:
    if raw.get("external_registration"):
        return EventAccess.EXTERNAL
    return ON_APPROVAL.get(raw["access"], EventAccess.OPEN)


def _traits(raw: dict[str, Any]) -> dict[str, Any]:
    traits = {name: raw[name] for name in TRAITS if raw.get(name)}
    if raw["id"] in HEADLINES:
        traits["headline"] = True
    return traits


def _sessions(
    story: Story, series: Series, events: dict[str, Event], rooms: dict[str, Room]
) -> dict[str, Person]:
    abstracts = read("texts")["talks"]
    people = _people(series)
    for raw in read("sessions"):
        session = Session(
            event_id=events[raw["event"]].id,
            room_id=rooms[raw["room"]].id,
            reference=raw["id"],
            title_fr=raw["title_fr"],
            starts_at=story.instant(raw["start"]),
            ends_at=story.instant(raw["end"]),
            capacity=raw["capacity"],
            language=raw["language"],
            uid=str(uuid.uuid5(NAMESPACE, raw["id"])),
            **abstracts.get(raw["id"], {}),
        )
        session.people = [
            SessionPerson(person_id=people[one].id, position=place)
            for place, one in enumerate(raw["speakers"])
        ]
        db.session.add(session)
    db.session.flush()
    return people


def _people(series: Series) -> dict[str, Person]:
    people: dict[str, Person] = {}
    taken: set[str] = set()
    for raw in read("speakers"):
        slug = slug_of(f"{raw['first_name']} {raw['last_name']}")
        slug = slug if slug not in taken else f"{slug}-{raw['id'].lower()}"
        taken.add(slug)
        people[raw["id"]] = Person(
            series_id=series.id,
            organisation_id=series.organisation_id,
            reference=raw["id"],
            slug=slug,
            first_name=raw["first_name"],
            last_name=raw["last_name"],
            company=raw["company"],
            email=raw["email"],
        )
    db.session.add_all(people.values())
    db.session.flush()
    return people
