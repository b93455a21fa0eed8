"""What changed between two releases, event by event. Pure.

A change is ``{"code", "event", "slug", "title", "before", "after"}``; codes: added, cancelled,
removed, moved_time, moved_place, renamed, restored.
"""

from collections.abc import Mapping
from typing import Any

Change = dict[str, Any]


def changes_between(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Change]:
    """The differences, in the order of the new programme; removed events come last."""
    old = {event["id"]: event for event in before["events"]} if before else {}
    places = _place_names(before) | _place_names(after)
    zones = [_zone(before) or _zone(after), _zone(after)]
    found: list[Change] = []
    for event in after["events"]:
        known = old.pop(event["id"], None)
        if known is None:
            found.append(_change("added", event))
        else:
            found += _changes_of(known, event, places, zones)
    found += [_change("removed", event) for event in old.values()]
    return found


def _changes_of(
    old: Mapping[str, Any], new: Mapping[str, Any], places: dict[int, str], zones: list[str]
) -> list[Change]:
    found = []
    if old["state"] != new["state"] and "cancelled" in (old["state"], new["state"]):
        found.append(_change("cancelled" if new["state"] == "cancelled" else "restored", new))
    if _times(old) != _times(new):
        moved = _change("moved_time", new, before=_times(old), after=_times(new))
        # An instant is read on the clock that was published with it.
        found.append(moved | {"zones": zones})
    if old["venue_id"] != new["venue_id"]:
        found.append(
            _change(
                "moved_place",
                new,
                before=places.get(old["venue_id"], ""),
                after=places.get(new["venue_id"], ""),
            )
        )
    if (old["title_fr"], old["title_en"]) != (new["title_fr"], new["title_en"]):
        found.append(_change("renamed", new, before=old["title_fr"], after=new["title_fr"]))
    return found


def _change(code: str, event: Mapping[str, Any], before: Any = None, after: Any = None) -> Change:
    return {
        "code": code,
        "event": event["id"],
        "slug": event["slug"],
        "title": event["title_fr"],
        "before": before,
        "after": after,
    }


def _times(event: Mapping[str, Any]) -> list[list[str]]:
    return [[slot["starts_at"], slot["ends_at"]] for slot in event["slots"]]


def _zone(content: Mapping[str, Any] | None) -> str:
    return str(content.get("series", {}).get("timezone", "")) if content else ""


def _place_names(content: Mapping[str, Any] | None) -> dict[int, str]:
    return {venue["id"]: venue["name"] for venue in content["venues"]} if content else {}
