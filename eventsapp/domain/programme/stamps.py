"""When a calendar entry last changed, and how often in a way that people feel. Pure.

RFC 5545: whatever an entry shows raises DTSTAMP and LAST-MODIFIED; its beginning, end, place and
state raise SEQUENCE, without which programs keep the old hour. Both belong to a slot.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from eventsapp.kernel.clock import local

Content = Mapping[str, Any]
#: What a release adds to the draft.
OF_EVENT = frozenset({"changed_at", "moved_from", "sequence"})
OF_SLOT = frozenset({"changed_at", "sequence"})


def plain(event: Content) -> dict[str, Any]:
    """An event as the draft has it, without what a release adds."""
    kept = {name: event[name] for name in event if name not in OF_EVENT}
    kept["slots"] = [
        {name: slot[name] for name in slot if name not in OF_SLOT} for slot in event["slots"]
    ]
    return kept


def felt(content: Content, before: Content | None) -> set[int]:
    """Ids of events of which some entry must get a higher SEQUENCE; those that came or came back
    among them."""
    if before is None:
        return set()
    old = {event["id"]: event for event in before["events"]}
    return {
        event["id"]
        for event in content["events"]
        if event["id"] not in old
        or _felt(event, content) != _felt(old[event["id"]], before)
        or any(
            was is not None and _times(was) != _times(slot)
            for slot, was in _pairs(event, old[event["id"]])
        )
    }


def stamp(content: Content, before: Content | None, now: str) -> None:
    """Write the stamps of a release into its content.

    Args:
        content: the draft; ``sequence`` of its events is raised already for those ``felt``.
        before: the release that the public reads, None before the first.
        now: the moment of this release, ISO 8601.
    """
    old = {event["id"]: event for event in before["events"]} if before else {}
    for event in content["events"]:
        known = old.get(event["id"])
        same = (
            before is not None
            and known is not None
            and _shown(event, content) == _shown(known, before)
        )
        place_same = (
            before is not None
            and known is not None
            and _felt(event, content) == _felt(known, before)
        )
        for slot, was in _pairs(event, known):
            stays = was is not None and known is not None and _times(was) == _times(slot)
            kept = known if known is not None else event
            slot["changed_at"] = (
                was.get("changed_at", kept["changed_at"]) if was and stays and same else now
            )
            slot["sequence"] = (
                was.get("sequence", kept["sequence"])
                if was and stays and place_same
                else event["sequence"]
            )
        unchanged = same and known is not None and plain(known) == plain(event)
        event["moved_from"] = _moved_from(event, content, known, before)
        event["changed_at"] = known["changed_at"] if known is not None and unchanged else now


def _pairs(event: Content, known: Content | None) -> list[tuple[Any, Any]]:
    slots = {slot["id"]: slot for slot in known["slots"]} if known else {}
    return [(slot, slots.get(slot["id"])) for slot in event["slots"]]


def _times(slot: Content) -> tuple[str, str]:
    return slot["starts_at"], slot["ends_at"]


def _felt(event: Content, content: Content) -> tuple[Any, ...]:
    return event["state"], _zone(content), *_address(event, content)


def _shown(event: Content, content: Content) -> tuple[Any, ...]:
    """All that an entry shows beside its times."""
    domains = {one["slug"]: (one["name_fr"], one["name_en"]) for one in content["domains"]}
    venue = _venue(event, content)
    point = (venue["lat"], venue["lon"]) if venue and not event["address_hidden"] else None
    words = ("title_fr", "title_en", "summary_fr", "summary_en", "slug")
    return (
        *_felt(event, content),
        *(event[name] for name in words),
        # A release made before has no such word.
        *(event.get(f"description_{lang}", "") for lang in ("fr", "en")),
        domains.get(event["domain"]),
        point,
        content["series"]["slug"],
    )


def _address(event: Content, content: Content) -> tuple[str, ...]:
    venue = _venue(event, content)
    if venue is None:
        return ()
    names = ("city",) if event["address_hidden"] else ("name", "street", "postcode", "city")
    return tuple(venue[name] for name in names)


def _venue(event: Content, content: Content) -> Content | None:
    return next((one for one in content["venues"] if one["id"] == event["venue_id"]), None)


def _zone(content: Content) -> str:
    return str(content["series"]["timezone"])


def _moved_from(
    event: Content, content: Content, known: Content | None, before: Content | None
) -> list[str]:
    """Every beginning that was released and given up: a moved event goes on saying so."""
    if known is None or before is None:
        return []
    starts = [slot["starts_at"] for slot in event["slots"]]
    given_up = [slot["starts_at"] for slot in known["slots"][:1] if starts[:1] != _starts(known)]
    if starts[:1] and given_up and _wall(starts[0], content) == _wall(given_up[0], before):
        given_up = []  # a corrected zone: the hour that people read is the same
    return [one for one in [*known["moved_from"], *given_up] if one not in starts]


def _starts(event: Content) -> list[str]:
    return [slot["starts_at"] for slot in event["slots"][:1]]


def _wall(instant: str, content: Content) -> str:
    return f"{local(datetime.fromisoformat(instant), _zone(content)):%Y-%m-%d %H:%M}"
