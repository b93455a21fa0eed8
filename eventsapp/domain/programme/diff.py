"""Every difference between two releases that the public will see, one by one. Pure.

A change is ``{"code", "subject", "event", "slug", "title", "field", "before", "after"}``; codes:
added, removed, cancelled, restored, moved_time, slot_added, slot_removed, slot_closed, slot_opened,
moved_place, renamed, edited; session_added, session_removed; domain_added, domain_removed; venue,
person and series are ``edited``. ``subject`` is the row that was changed, as the audit log has it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from eventsapp.domain.programme.stamps import plain

Change = dict[str, Any]
Content = Mapping[str, Any]

#: Told by a code of their own, or only what ties rows together.
OF_EVENT = frozenset({"id", "state", "venue_id", "title_fr", "slots", "sessions", "traits"})


def changes_between(before: Content | None, after: Content) -> list[Change]:
    """The differences, in the order of the new programme; removed events come last."""
    old = {event["id"]: event for event in before["events"]} if before else {}
    found: list[Change] = []
    for event in after["events"]:
        known = old.pop(event["id"], None)
        if known is None or before is None:
            found.append(_of(event, "added"))
        else:
            found += _event(known, event, before, after)
    found += [_of(event, "removed") for event in old.values()]
    if before is not None:
        found += _around(before, after)
    return found


def _event(old: Content, new: Content, before: Content, after: Content) -> list[Change]:
    was, now = plain(old), plain(new)
    found = []
    if was["state"] != now["state"]:
        code = {"cancelled": "cancelled", "confirmed": "restored"}.get(now["state"], "edited")
        found.append(_of(new, code, "state", was["state"], now["state"]))
    found += _slots(was, now, before, after)
    if was["venue_id"] != now["venue_id"]:
        places = (_name_of_place(was, before), _name_of_place(now, after))
        found.append(_of(new, "moved_place", "venue_id", *places))
    if was["title_fr"] != now["title_fr"]:
        found.append(_of(new, "renamed", "title_fr", was["title_fr"], now["title_fr"]))
    fields = sorted((was.keys() | now.keys()) - OF_EVENT)
    found += [
        _of(new, "edited", one, was.get(one), now.get(one)) for one in _differ(fields, was, now)
    ]
    traits = (was.get("traits") or {}, now.get("traits") or {})
    found += [
        _of(new, "edited", f"traits.{one}", traits[0].get(one), traits[1].get(one))
        for one in _differ(sorted(traits[0].keys() | traits[1].keys()), *traits)
    ]
    return found + _sessions(was, now, before, after)


def _slots(old: Content, new: Content, before: Content, after: Content) -> list[Change]:
    # An instant is read on the clock that was published with it.
    zones = [_zone(before) or _zone(after), _zone(after)]
    known = {slot["id"]: slot for slot in old["slots"]}
    found = []
    for slot in new["slots"]:
        was = known.pop(slot["id"], None)
        if was is None:
            found.append(_of(new, "slot_added", "slots", None, _times(slot)))
            continue
        if _times(was) != _times(slot):
            found.append(_of(new, "moved_time", "slots", _times(was), _times(slot)))
        found += [
            _of(new, "edited", f"slot.{one}", was.get(one), slot.get(one))
            | {"slot": slot["id"], "slot_at": slot["starts_at"]}
            for one in _differ(("capacity", "uid"), was, slot)
            if one != "uid" or "uid" in was
        ]
        if bool(was.get("closed")) != bool(slot.get("closed")):
            code = "slot_closed" if slot.get("closed") else "slot_opened"
            found.append(_of(new, code, "slots", None, _times(slot)))
    found += [_of(new, "slot_removed", "slots", _times(was), None) for was in known.values()]
    return [one | {"zones": zones} for one in found]


def _sessions(old: Content, new: Content, before: Content, after: Content) -> list[Change]:
    zones = [_zone(before) or _zone(after), _zone(after)]
    people = _people(before) | _people(after)
    known = {talk["id"]: talk for talk in old["sessions"]}
    found = []
    for talk in new["sessions"]:
        was = known.pop(talk["id"], None)
        about = {"subject": f"session:{talk['id']}", "part": talk["title_fr"], "zones": zones}
        if was is None:
            found.append(_of(new, "session_added") | about)
            continue
        names = sorted((talk.keys() | was.keys()) - {"id"})
        for one in _differ(names, was, talk):
            values = [
                [people.get(row, "") for row in source[one]] if one == "people" else source.get(one)
                for source in (was, talk)
            ]
            found.append(_of(new, "edited", f"session.{one}", *values) | about)
    return found + [
        _of(new, "session_removed") | {"subject": f"session:{was['id']}", "part": was["title_fr"]}
        for was in known.values()
    ]


def _around(before: Content, after: Content) -> list[Change]:
    """The series, and what its events show: venues, people and domains."""
    series = f"series:{after['series']['id']}" if "series" in after else ""
    found = _fields("series", before.get("series", {}), after.get("series", {}), series)
    lines = [_partner_lines(one) for one in (before, after)]
    if lines[0] != lines[1]:
        found.append(
            _about("edited", series, after.get("series", {}).get("title_fr", ""))
            | {"field": "series.partners", "before": lines[0], "after": lines[1]}
        )
    found += _words_of_series(series, before, after)
    for kind, used in (("venues", _used_venues(after)), ("people", _used_people(after))):
        old = {row["id"]: row for row in before.get(kind, ())}
        for row in after.get(kind, ()):
            if row["id"] in used and row["id"] in old:
                name = "venue" if kind == "venues" else "person"
                found += _fields(name, old[row["id"]], row, f"{name}:{row['id']}")
    subjects = {row["slug"]: row for row in before.get("domains", ())}
    for row in after.get("domains", ()):
        was = subjects.pop(row["slug"], None)
        if was is None:
            found.append(_about("domain_added", series, row["name_fr"]))
        else:
            found += _fields("domain", was, row, series)
    return found + [_about("domain_removed", series, r["name_fr"]) for r in subjects.values()]


def _words_of_series(series: str, before: Content, after: Content) -> list[Change]:
    """Its tags, as one line: what one tag is called is read beside the others."""
    lines = [
        [f"{row['name_fr']} / {row['name_en']} ({row['slug']})" for row in one.get("tags", ())]
        for one in (before, after)
    ]
    if lines[0] == lines[1]:
        return []
    return [
        _about("edited", series, after.get("series", {}).get("title_fr", ""))
        | {"field": "series.tags", "before": lines[0], "after": lines[1]}
    ]


def _fields(kind: str, old: Content, new: Content, subject: str) -> list[Change]:
    title = new.get("name") or new.get("name_fr") or new.get("title_fr") or ""
    return [
        _about("edited", subject, title)
        | {"field": f"{kind}.{one}", "before": old.get(one), "after": new.get(one)}
        for one in _differ(sorted(old.keys() | new.keys()), old, new)
    ]


def _about(code: str, subject: str, title: str) -> Change:
    return {
        "code": code,
        "subject": subject,
        "event": None,
        "slug": "",
        "title": title,
        "field": "",
        "before": None,
        "after": None,
    }


def _of(
    event: Content, code: str, field: str = "", before: Any = None, after: Any = None
) -> Change:
    return _about(code, f"event:{event['id']}", event["title_fr"]) | {
        "event": event["id"],
        "slug": event["slug"],
        "field": field,
        "before": before,
        "after": after,
    }


def _differ(names: Iterable[str], old: Content, new: Content) -> list[str]:
    return [one for one in names if old.get(one) != new.get(one)]


def _times(slot: Content) -> list[str]:
    return [slot["starts_at"], slot["ends_at"]]


def _zone(content: Content) -> str:
    return str(content.get("series", {}).get("timezone", ""))


def _name_of_place(event: Content, content: Content) -> str:
    names = (venue["name"] for venue in content["venues"] if venue["id"] == event["venue_id"])
    return next(names, "")


def _people(content: Content) -> dict[int, str]:
    return {row["id"]: row["name"] for row in content.get("people", ())}


def _partner_lines(content: Content) -> list[str]:
    return [
        " · ".join(part for part in (row["name"], row["level"], row["url"], _logo(row)) if part)
        for row in content.get("partners", ())
    ]


def _logo(row: Content) -> str:
    logo = row.get("picture")
    if not logo:
        return ""
    sides = f"{logo['width']} × {logo['height']}, {logo['focus_x']} % {logo['focus_y']} %"
    return f"{logo['alt_fr']} / {logo['alt_en']} ({sides}, {logo['key'][-6:]})"


def _used_venues(content: Content) -> set[int | None]:
    return {event["venue_id"] for event in content["events"]}


def _used_people(content: Content) -> set[int]:
    return {
        row for event in content["events"] for talk in event["sessions"] for row in talk["people"]
    }
