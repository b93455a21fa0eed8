"""frab's schedule XML, as its schema (schedule.xml.xsd) asks. Pure."""

from xml.etree import ElementTree as Tree

from eventsapp.domain.programme.exchange.entries import Address, Entry, by_day, day_bounds, entries
from eventsapp.domain.programme.released import ReleasedSeries


def schedule(series: ReleasedSeries, address: Address) -> bytes:
    root = Tree.Element("schedule")
    _text(root, "version", str(series.number))
    conference = Tree.SubElement(root, "conference")
    _text(conference, "title", series.title)
    _text(conference, "acronym", series.slug)
    _text(conference, "start", series.starts_on.isoformat())
    _text(conference, "end", series.ends_on.isoformat())
    days = by_day(entries(series, address))
    _text(conference, "days", str(len(days)))
    _text(conference, "timeslot_duration", "00:15")
    for index, (day, rooms) in enumerate(days.items(), 1):
        start, end = day_bounds(day, series.timezone)
        element = Tree.SubElement(
            root,
            "day",
            {
                "index": str(index),
                "date": day.isoformat(),
                "start": start.isoformat(),
                "end": end.isoformat(),
            },
        )
        for name, listed in rooms.items():
            room = Tree.SubElement(element, "room", {"name": _clean(name)})
            for entry in listed:
                _event(room, entry)
    Tree.indent(root)
    return Tree.tostring(root, encoding="utf-8", xml_declaration=True)


def _event(room: Tree.Element, entry: Entry) -> None:
    element = Tree.SubElement(room, "event", {"id": str(entry.id), "guid": entry.guid})
    _text(element, "date", entry.starts_at.isoformat())
    _text(element, "start", entry.start)
    _text(element, "duration", entry.duration)
    for name in ("room", "slug", "title", "subtitle", "track", "type", "language", "abstract"):
        _text(element, name, getattr(entry, name))
    people = Tree.SubElement(element, "persons")
    for person in entry.people:
        Tree.SubElement(people, "person", {"id": str(person.id)}).text = _clean(person.name)
    links = Tree.SubElement(element, "links")
    Tree.SubElement(links, "link", {"href": entry.url}).text = _clean(entry.title)


def _text(parent: Tree.Element, name: str, text: str) -> None:
    Tree.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    """Without the control characters that XML cannot carry, however they are escaped."""
    return "".join(c for c in text if c in "\t\n\r" or ord(c) >= 32)
