"""Releases: the working draft frozen into a numbered, immutable copy, which the public reads."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from eventsapp.domain.accounts.models import Organisation
from eventsapp.domain.programme import details, diff, partners, pictures, stamps, standing
from eventsapp.domain.programme.diff import Change
from eventsapp.domain.programme.errors import NothingToRelease
from eventsapp.domain.programme.facts import ProgrammeReleased
from eventsapp.domain.programme.models import (
    Domain,
    Event,
    EventState,
    Person,
    Release,
    Series,
    Session,
    Venue,
)
from eventsapp.domain.programme.naming import plausible
from eventsapp.domain.programme.parsing import numbered, parse
from eventsapp.domain.programme.picture_models import Picture
from eventsapp.domain.programme.released import (
    ReleasedDomain,
    ReleasedEvent,
    ReleasedPerson,
    ReleasedSeries,
    ReleasedSession,
    ReleasedSlot,
    ReleasedVenue,
)
from eventsapp.domain.programme.texts import EventTexts
from eventsapp.kernel import audit, clock, facts
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.memory import Brief
from eventsapp.kernel.transaction import lock, transaction

__all__ = [
    "ReleasedDomain",
    "ReleasedEvent",
    "ReleasedPerson",
    "ReleasedSeries",
    "ReleasedSession",
    "ReleasedSlot",
    "ReleasedVenue",
    "current",
    "find",
    "pending_changes",
    "publish",
]

Pictures = Mapping[tuple[str, int], Picture]
#: Parsed releases of this process, by digest; a release never changes, so neither does an entry.
_parsed: OrderedDict[str, ReleasedSeries] = OrderedDict()
KEPT = 16
#: What pages of the shop read: they follow a page that was fresh, and may be a second late.
_recent: Brief[ReleasedSeries] = Brief(1, most=64)

_CURRENT = (
    select(Release.id, Release.number, Release.created_at, Release.digest)
    .join(Series, Series.id == Release.series_id)
    .where(Series.slug == bindparam("slug"), Release.number == Series.release_number)
)


def find(slug: str) -> ReleasedSeries | None:
    """The series as the public reads it now; None before its first release. One small SELECT."""
    if not plausible(slug):
        return None
    row = db.session.execute(_CURRENT, {"slug": slug}).one_or_none()
    if row is None:
        return None
    known = _parsed.get(row.digest)
    if known is not None:
        return known
    content = db.session.scalar(select(Release.content).where(Release.id == row.id))
    series = numbered(
        parse(content or {}), number=row.number, released_at=row.created_at, digest=row.digest
    )
    _parsed[row.digest] = series
    while len(_parsed) > KEPT:
        _parsed.popitem(last=False)
    return series


def recent(slug: str) -> ReleasedSeries | None:
    """Like ``find``, but perhaps a second old: a purchase asks once instead of at each step."""
    known = _recent.get(slug)
    if known is not None:
        return known
    found = find(slug)
    return _recent.keep(slug, found) if found is not None else None


def current(slug: str) -> ReleasedSeries:
    """Like ``find``.

    Raises:
        NotFound: no such series, or nothing released.
    """
    series = find(slug)
    if series is None:
        raise NotFound(what="series", reference=slug)
    return series


def publish(series_id: int, *, actor: str) -> Release:
    """Freeze the draft into the next release and show it to the public.

    Events whose time, place or state changed get the next calendar SEQUENCE first, so that
    subscribed calendars take the change; so do those of a venue whose address was corrected.

    Raises:
        NothingToRelease: no event, or not one difference from the release before.
    """
    with transaction() as session:
        series = lock(Series, series_id)
        before = _latest_content(series)
        draft = freeze(series, before=before)
        changes = _signed(series, diff.changes_between(before, draft))
        if not draft["events"] or not changes:
            raise NothingToRelease(series=series.slug)
        felt = stamps.felt(draft, before)
        _count_changes(session.scalars(select(Event).where(Event.id.in_(felt))))
        session.flush()
        number = series.release_number + 1
        content = freeze(series, before=before)
        release = Release(
            series_id=series.id,
            number=number,
            created_at=clock.now(),
            created_by=actor,
            content=content,
            changes=changes,
            digest=_digest(content, number),
        )
        session.add(release)
        series.release_number = number
        session.flush()
        standing.follow(session, series.id, content)
        audit.note(
            "programme.released",
            f"series:{series.id}",
            actor=actor,
            series_id=series.id,
            detail={"number": number, "changes": len(changes)},
        )
        facts.record(ProgrammeReleased(series_id=series.id, release_id=release.id))
    return release


def pending_changes(series_id: int) -> list[Change]:
    """All that the next release would change for the public, with who changed it since."""
    series = db.session.get(Series, series_id)
    if series is None:
        raise NotFound(what="series", reference=series_id)
    return _signed(series, diff.changes_between(_latest_content(series), freeze(series)))


def has_changes(series_id: int) -> bool:
    """Whether the public would see a difference: what ``pending_changes`` lists."""
    series = db.session.get(Series, series_id)
    if series is None:
        return False
    return bool(diff.changes_between(_latest_content(series), freeze(series)))


def freeze(series: Series, *, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The whole draft as JSON. Drafts of events stay out; cancelled ones stay in, and say so.

    ``changed_at`` of an event, and of a slot, is the moment of the release that last changed
    what is shown of it (``stamps``).
    """
    owner = db.session.get_one(Organisation, series.organisation_id)
    events = db.session.scalars(
        select(Event)
        .where(Event.series_id == series.id, Event.state != EventState.DRAFT)
        .options(
            selectinload(Event.slots),
            selectinload(Event.domain),
            selectinload(Event.sessions).selectinload(Session.people),
            selectinload(Event.sessions).selectinload(Session.room),
        )
        .order_by(Event.id)
    ).all()
    rows = db.session.execute(select(Organisation.id, Organisation.name))
    names = {row[0]: row[1] for row in rows}
    shown = pictures.shown_in(series.id)
    more = details.released(series.id, names)
    content = {
        "series": _series(series, owner),
        "domains": _domains(series),
        **details.released_tags(series.id),
        "venues": _venues(series),
        "people": _people(series, shown),
        "partners": _partners(series, shown),
        "events": [
            _event(event, names) | _pictured(shown, "event", event.id) | more.get(event.id, {})
            for event in events
        ],
    }
    stamps.stamp(content, before, clock.now().isoformat())
    return content


def _series(series: Series, owner: Organisation) -> dict[str, Any]:
    return {
        "id": series.id,
        "slug": series.slug,
        "title_fr": series.title_fr,
        "title_en": series.title_en,
        "edition": series.edition,
        "timezone": series.timezone,
        "starts_on": series.starts_on.isoformat(),
        "ends_on": series.ends_on.isoformat(),
        "currency": series.currency,
        "is_demo": series.is_demo,
        "organisation_id": owner.id,
        "organizer_name": owner.name,
        "contact_email": (owner.legal or {}).get("email") or "",
        "demo_loaded_at": series.demo_loaded_at.isoformat() if series.demo_loaded_at else None,
    }


def _domains(series: Series) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(Domain).where(Domain.series_id == series.id).order_by(Domain.id)
    )
    return [{"slug": d.slug, "name_fr": d.name_fr, "name_en": d.name_en} for d in rows]


def _venues(series: Series) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(Venue)
        .where(Venue.series_id == series.id)
        .options(selectinload(Venue.rooms))
        .order_by(Venue.id)
    )
    plain = ("id", "slug", "name", "street", "postcode", "city", "country", "lat", "lon")
    return [
        {name: getattr(venue, name) for name in plain}
        | {"capacity": venue.capacity, "rooms": [room.name for room in venue.rooms]}
        for venue in rows
    ]


def _people(series: Series, shown: Pictures) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(Person).where(Person.series_id == series.id).order_by(Person.id)
    )
    return [
        {"id": p.id, "slug": p.slug, "name": p.name, "company": p.company}
        | _said(p, "bio_fr", "bio_en")
        | _pictured(shown, "person", p.id)
        for p in rows
    ]


def _partners(series: Series, shown: Pictures) -> list[dict[str, Any]]:
    return [
        {"name": one.organisation.name, "level": one.level, "url": one.url}
        | _pictured(shown, "partner", one.id)
        for one in partners.partners_of(series.id)
        if one.accepted_at is not None
    ]


def _event(event: Event, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "id": event.id,
        "reference": event.reference or "",
        "number": event.number,
        "slug": event.slug,
        "title_fr": event.title_fr,
        "title_en": event.title_en,
        "summary_fr": event.summary_fr,
        "summary_en": event.summary_en,
        **_said(event, *EventTexts.__dataclass_fields__, "languages", "level"),
        "kind": event.kind,
        "domain": event.domain.slug if event.domain else None,
        "venue_id": event.venue_id,
        "state": event.state.value,
        "access": event.access.value,
        "external_url": event.external_url,
        # Said only where somebody chose it: releases made before know no such word.
        **({"entry": event.entry.value} if event.entry else {}),
        "capacity": event.capacity,
        "instant_capacity": event.instant_capacity,
        "doors_minutes_before": event.doors_minutes_before,
        "address_hidden": event.address_hidden,
        "free": event.free,
        "traits": event.traits,
        "uid": event.uid,
        "sequence": event.sequence,
        "organizer_id": event.organisation_id,
        "organizer_name": names.get(event.organisation_id, ""),
        "slots": [
            {
                "id": slot.id,
                "starts_at": slot.starts_at.isoformat(),
                "ends_at": slot.ends_at.isoformat(),
                "capacity": slot.capacity,
                "uid": slot.uid,
                # Said only of those that are: releases made before know no such word.
                **({"closed": True} if slot.closed else {}),
            }
            for slot in event.slots
        ],
        "sessions": [_session(session) for session in event.sessions],
    }


def _session(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "uid": session.uid,
        "title_fr": session.title_fr,
        "title_en": session.title_en,
        **_said(session, "abstract_fr", "abstract_en"),
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "room": session.room.name if session.room else "",
        "language": session.language,
        "capacity": session.capacity,
        "people": [
            part.person_id for part in sorted(session.people, key=lambda part: part.position)
        ],
    }


def _said(row: Any, *names: str) -> dict[str, Any]:
    """Those of its columns that hold something: releases made before know no such word."""
    return {name: value for name in names if (value := getattr(row, name))}


def _pictured(shown: Pictures, kind: str, row_id: int) -> dict[str, Any]:
    picture = pictures.released(shown.get((kind, row_id)))
    return {"picture": picture} if picture else {}


def _signed(series: Series, changes: list[Change]) -> list[Change]:
    """Each change with its ``authors``: actors that touched its row since the last release."""
    since = db.session.scalar(
        select(Release.created_at).where(
            Release.series_id == series.id, Release.number == series.release_number
        )
    )
    deeds = select(AuditEntry.subject, AuditEntry.actor).where(AuditEntry.series_id == series.id)
    if since is not None:
        deeds = deeds.where(AuditEntry.at >= since)
    authors: dict[str, list[str]] = {}
    for subject, actor in db.session.execute(deeds.order_by(AuditEntry.id)):
        known = authors.setdefault(subject, [])
        if actor not in known:
            known.append(actor)
    return [one | {"authors": authors.get(one["subject"], [])} for one in changes]


def _count_changes(events: Any) -> None:
    for event in events:
        event.sequence += 1


def _latest_content(series: Series) -> dict[str, Any] | None:
    content: dict[str, Any] | None = db.session.scalar(
        select(Release.content).where(
            Release.series_id == series.id, Release.number == series.release_number
        )
    )
    return content


def _digest(content: Mapping[str, Any], number: int) -> str:
    text = json.dumps([number, content], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
