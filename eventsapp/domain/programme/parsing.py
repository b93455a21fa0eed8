"""A release read from its JSON into the objects of ``released``. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from eventsapp.domain.programme.released import (
    ReleasedDomain,
    ReleasedEvent,
    ReleasedPartner,
    ReleasedPerson,
    ReleasedPicture,
    ReleasedSeries,
    ReleasedSession,
    ReleasedSlot,
    ReleasedTag,
    ReleasedVenue,
)


def parse(content: Mapping[str, Any]) -> ReleasedSeries:
    """Read the JSON of a release. The shape is that of ``releases.freeze``."""
    head = content["series"]
    zone = head["timezone"]
    domains = {d["slug"]: ReleasedDomain(**d) for d in content["domains"]}
    venues = {v["id"]: _venue(v) for v in content["venues"]}
    people = {p["id"]: ReleasedPerson(**_pictured(p)) for p in content["people"]}
    tags = {t["slug"]: ReleasedTag(**t) for t in content.get("tags", ())}
    houses = {one["name"]: ReleasedPartner(**_pictured(one)) for one in content.get("partners", ())}
    turns: dict[tuple[str, str], int] = defaultdict(int)
    events = []
    for raw in sorted(content["events"], key=lambda one: one["id"]):
        looks = (raw["kind"], raw["domain"] or "")
        more = {
            "tags": tuple(tags[one] for one in raw.get("tags", ()) if one in tags),
            "sponsors": tuple(
                houses.get(one) or ReleasedPartner(one, "", "") for one in raw.get("sponsors", ())
            ),
        }
        events.append(_event(raw | more, zone, domains, venues, people, turns[looks]))
        turns[looks] += 1
    shown = {event.venue.id for event in events if event.venue and not event.venue.hidden}
    events.sort(
        key=lambda one: (one.starts_at is None, one.starts_at or one.changed_at, one.number)
    )
    loaded_at = head["demo_loaded_at"]
    days = {"starts_on": _day(head["starts_on"]), "ends_on": _day(head["ends_on"])}
    return ReleasedSeries(
        **{**head, **days, "demo_loaded_at": _at(loaded_at) if loaded_at else None},
        domains=tuple(domains.values()),
        venues=tuple(venue for venue in venues.values() if venue.id in shown),
        events=tuple(events),
        partners=tuple(houses.values()),
        tags=tuple(tags.values()),
    )


def numbered(
    series: ReleasedSeries, *, number: int, released_at: datetime, digest: str
) -> ReleasedSeries:
    return replace(series, number=number, released_at=released_at, digest=digest)


def _venue(raw: Mapping[str, Any]) -> ReleasedVenue:
    return ReleasedVenue(**{**raw, "rooms": tuple(raw["rooms"])})


def _event(
    raw: Mapping[str, Any],
    zone: str,
    domains: Mapping[str, ReleasedDomain],
    venues: Mapping[int, ReleasedVenue],
    people: Mapping[int, ReleasedPerson],
    variant: int,
) -> ReleasedEvent:
    place = venues.get(raw["venue_id"]) if raw["venue_id"] else None
    values = {name: value for name, value in _pictured(raw).items() if name != "venue_id"}
    values.update(
        domain=domains.get(raw["domain"] or ""),
        venue=place.city_alone() if place and raw["address_hidden"] else place,
        secret_venue=place,
        changed_at=_at(raw["changed_at"]),
        moved_from=tuple(_at(one) for one in raw["moved_from"]),
        cover_variant=variant,
        traits=raw["traits"] or {},
        zone=zone,
        slots=tuple(_slot(s, raw, n) for n, s in enumerate(raw["slots"], 1)),
        sessions=tuple(_session(s, people) for s in raw["sessions"]),
    )
    return ReleasedEvent(**values)


def _pictured(raw: Mapping[str, Any]) -> dict[str, Any]:
    found = raw.get("picture")
    return dict(raw) | ({"picture": ReleasedPicture(**found)} if found else {})


def _slot(raw: Mapping[str, Any], event: Mapping[str, Any], number: int) -> ReleasedSlot:
    # Releases made before slots had names and stamps of their own used the event's.
    counted = event["uid"] if number == 1 else f"{event['uid']}-{number}"
    return ReleasedSlot(
        id=raw["id"],
        starts_at=_at(raw["starts_at"]),
        ends_at=_at(raw["ends_at"]),
        capacity=raw["capacity"],
        uid=raw.get("uid", counted),
        sequence=raw.get("sequence", event["sequence"]),
        changed_at=_at(raw.get("changed_at", event["changed_at"])),
        closed=raw.get("closed", False),
    )


def _session(raw: Mapping[str, Any], people: Mapping[int, ReleasedPerson]) -> ReleasedSession:
    return ReleasedSession(
        **{
            **raw,
            "starts_at": _at(raw["starts_at"]),
            "ends_at": _at(raw["ends_at"]),
            "people": tuple(people[one] for one in raw["people"] if one in people),
        }
    )


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _day(text: str) -> date:
    return date.fromisoformat(text)
