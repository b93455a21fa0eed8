"""The working draft: venues, rooms and events are made and changed. The public sees a release.

Every change brings the version it was made on: the second of two editors is told, and sees both.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from eventsapp.domain.programme import partners
from eventsapp.domain.programme.errors import StillUsed
from eventsapp.domain.programme.models import (
    EntryPolicy,
    Event,
    EventAccess,
    EventState,
    Room,
    Series,
    Session,
    Slot,
    Venue,
)
from eventsapp.domain.programme.naming import free_slug
from eventsapp.domain.programme.slots import (
    SlotDraft,
    move_talks,
    replace_slots,
    steps_of_talks,
)
from eventsapp.kernel import audit, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import EditedMeanwhile
from eventsapp.kernel.transaction import lock, transaction


@dataclass(frozen=True)
class RoomDraft:
    """A room as edited; ``id`` None for a new one."""

    id: int | None
    name: str
    capacity: int | None
    wheelchair_accessible: bool = True


@dataclass(frozen=True)
class VenueDraft:
    name: str
    street: str
    postcode: str
    city: str
    capacity: int | None
    lat: float | None = None
    lon: float | None = None
    shared: bool = False
    rooms: tuple[RoomDraft, ...] = ()


@dataclass(frozen=True)
class EventDraft:
    title_fr: str
    title_en: str
    summary_fr: str
    summary_en: str
    kind: str
    domain_id: int | None
    venue_id: int | None
    state: EventState
    access: EventAccess
    external_url: str | None
    capacity: int | None
    instant_capacity: int | None
    doors_minutes_before: int
    setup_minutes: int
    teardown_minutes: int
    address_hidden: bool
    free: bool
    headline: bool
    slots: tuple[SlotDraft, ...]
    # None: as its days say.
    entry: EntryPolicy | None = None


#: Fields of a draft that are columns of the event.
PLAIN = (
    "title_fr",
    "title_en",
    "summary_fr",
    "summary_en",
    "kind",
    "domain_id",
    "venue_id",
    "state",
    "access",
    "external_url",
    "capacity",
    "instant_capacity",
    "doors_minutes_before",
    "setup_minutes",
    "teardown_minutes",
    "address_hidden",
    "free",
    "entry",
)


def draft_of(event: Event, slots: Sequence[SlotDraft]) -> EventDraft:
    """The event as it is, at these times: for pages that edit nothing else of it."""
    plain: dict[str, Any] = {name: getattr(event, name) for name in PLAIN}
    headline = bool((event.traits or {}).get("headline"))
    return EventDraft(**plain, headline=headline, slots=tuple(slots))


def create_venue(series_id: int, draft: VenueDraft, *, actor: str) -> Venue:
    with transaction() as session:
        series = _series(series_id)
        taken = set(session.scalars(select(Venue.slug).where(Venue.series_id == series.id)))
        venue = Venue(
            series_id=series.id,
            organisation_id=series.organisation_id,
            slug=free_slug(draft.name, taken, fallback="lieu"),
            country="FR",
        )
        _fill_venue(venue, draft)
        session.add(venue)
        session.flush()
        _set_rooms(venue, draft.rooms)
        _note("venue.created", "venue", venue.id, series.id, actor, draft.name)
    return venue


def update_venue(venue_id: int, version: int, draft: VenueDraft, *, actor: str) -> Venue:
    """Change a venue and its rooms.

    Raises:
        NotFound: no such venue.
        EditedMeanwhile: somebody saved after ``version`` was read.
        StillUsed: a room that sessions use would go.
    """
    with transaction():
        venue = lock(Venue, venue_id)
        if venue.version != version:
            raise EditedMeanwhile(what="venue")
        _fill_venue(venue, draft)
        _set_rooms(venue, draft.rooms)
        venue.version += 1
        _note("venue.changed", "venue", venue.id, venue.series_id, actor, draft.name)
    return venue


def create_event(series_id: int, draft: EventDraft, *, organisation_id: int, actor: str) -> Event:
    """A new event, proposed by an organisation; it is public from the next release on.

    Raises:
        NotAPartner: neither the series' own organisation nor a partner that accepted.
    """
    with transaction() as session:
        series = _series(series_id)
        partners.refuse_foreign(series, organisation_id)
        taken = set(session.scalars(select(Event.slug).where(Event.series_id == series.id)))
        number = session.scalar(select(func.max(Event.number)).where(Event.series_id == series.id))
        event = Event(
            series_id=series.id,
            organisation_id=organisation_id,
            number=(number or 0) + 1,
            slug=free_slug(draft.title_fr, taken, fallback="evenement"),
            uid=str(uuid.uuid4()),
        )
        _fill_event(event, draft)
        ordered = sorted(draft.slots, key=lambda one: one.starts_at)
        event.slots = [
            Slot(starts_at=one.starts_at, ends_at=one.ends_at, capacity=one.capacity)
            for one in ordered
        ]
        for slot in event.slots[:1]:
            slot.uid = event.uid  # an event of one evening has one name everywhere
        session.add(event)
        session.flush()
        _note("event.created", "event", event.id, series.id, actor, draft.title_fr)
    return event


def update_event(
    event_id: int,
    version: int,
    draft: EventDraft,
    *,
    actor: str,
    organisation_id: int | None = None,
) -> Event:
    """Change an event. Sessions follow their own slot when it moves, and lose the rooms of a
    venue that the event leaves.

    Args:
        organisation_id: who proposes it from now on; None leaves it as it is.

    Raises:
        NotFound: no such event, or a slot that is not of this one.
        EditedMeanwhile: somebody saved after ``version`` was read.
        StillUsed: a slot that tickets are for would go.
        NotAPartner: the organisation it goes to is no partner.
    """
    with transaction() as session:
        event = lock(Event, event_id)
        if event.version != version:
            raise EditedMeanwhile(what="event")
        steps = steps_of_talks(event, draft.slots)
        leaves = event.venue_id != draft.venue_id
        _fill_event(event, draft)
        if organisation_id not in (None, event.organisation_id):
            partners.refuse_foreign(session.get_one(Series, event.series_id), organisation_id or 0)
        event.organisation_id = organisation_id or event.organisation_id
        replace_slots(event, draft.slots)
        move_talks(event, steps)
        for talk in event.sessions if leaves else ():
            talk.room_id = None
            talk.version += 1
        event.version += 1
        _note("event.changed", "event", event.id, event.series_id, actor, draft.title_fr)
    return event


def _fill_venue(venue: Venue, draft: VenueDraft) -> None:
    for name in ("name", "street", "postcode", "city", "capacity", "lat", "lon", "shared"):
        setattr(venue, name, getattr(draft, name))


def _set_rooms(venue: Venue, drafts: Sequence[RoomDraft]) -> None:
    known = {room.id: room for room in venue.rooms}
    by_name = {spelling.line(room.name): room.id for room in venue.rooms}
    kept = {draft.id or by_name.get(draft.name) for draft in drafts}
    for room in [room for room in venue.rooms if room.id not in kept]:
        used = db.session.scalar(
            select(func.count()).select_from(Session).where(Session.room_id == room.id)
        )
        if used:
            raise StillUsed(what=room.name, events=used)
        venue.rooms.remove(room)
        db.session.delete(room)
    db.session.flush()  # rooms that go free their names first
    taken = {room.slug for room in venue.rooms}
    for draft in drafts:
        found = known.get(draft.id or by_name.get(draft.name) or 0)
        if found is None:
            found = Room(slug=free_slug(draft.name, taken, fallback="salle"), name=draft.name)
            venue.rooms.append(found)
            taken.add(found.slug)
        found.name, found.capacity = draft.name, draft.capacity
        found.wheelchair_accessible = draft.wheelchair_accessible


def _fill_event(event: Event, draft: EventDraft) -> None:
    for name in PLAIN:
        setattr(event, name, getattr(draft, name))
    # A new mapping: a change inside a JSON column is not seen.
    traits: dict[str, Any] = {**(event.traits or {})}
    traits.pop("headline", None)
    event.traits = {**traits, "headline": True} if draft.headline else traits or None


def _series(series_id: int) -> Series:
    """Held, so that what is made at once gets slugs and numbers one after the other."""
    return lock(Series, series_id)


def _note(action: str, kind: str, row_id: int, series_id: int, actor: str, name: str) -> None:
    audit.note(action, f"{kind}:{row_id}", actor=actor, series_id=series_id, detail={"name": name})
