"""c3voc's schedule JSON v1, which refuses every key it does not know. Pure."""

import json
import re
from datetime import datetime
from typing import Any

from eventsapp.domain.programme.exchange.entries import Address, Entry, by_day, day_bounds, entries
from eventsapp.domain.programme.released import ReleasedSeries

SCHEMA = "https://c3voc.de/schedule/schema.json"


def schedule(series: ReleasedSeries, address: Address) -> str:
    return json.dumps(document(series, address), ensure_ascii=False, indent=1)


def document(series: ReleasedSeries, address: Address) -> dict[str, Any]:
    days = by_day(entries(series, address))
    return {
        "$schema": SCHEMA,
        "generator": {"name": "eventsapp", "version": "1"},
        "schedule": {
            "version": str(series.number),
            "conference": {
                "acronym": acronym(series.slug),
                "title": series.title,
                "start": series.starts_on.isoformat(),
                "end": series.ends_on.isoformat(),
                "daysCount": len(days),
                "timeslot_duration": "00:15",
                "time_zone_name": series.timezone,
                "days": [
                    {
                        "index": index,
                        "date": day.isoformat(),
                        "day_start": _at(day_bounds(day, series.timezone)[0]),
                        "day_end": _at(day_bounds(day, series.timezone)[1]),
                        "rooms": {
                            name: [_event(entry) for entry in listed]
                            for name, listed in rooms.items()
                        },
                    }
                    for index, (day, rooms) in enumerate(days.items(), 1)
                ],
            },
        },
    }


def acronym(slug: str) -> str:
    """The slug as the schema's pattern allows it: four characters or more, no dash inside."""
    plain = re.sub(r"[^a-z0-9_]", "_", slug.lower())
    return plain if len(plain) >= 4 else plain.ljust(4, "_")


def _event(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "guid": entry.guid,
        "date": _at(entry.starts_at),
        "start": entry.start,
        "duration": entry.duration,
        "room": entry.room,
        "slug": entry.slug,
        "url": entry.url,
        "title": entry.title,
        "subtitle": entry.subtitle,
        "track": entry.track,
        "type": entry.type,
        "language": entry.language,
        "abstract": entry.abstract,
        # The schema wants one of two shapes of a person, and refuses what fits both.
        "persons": [{"id": person.id, "public_name": person.name} for person in entry.people],
        "links": [],
    }


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
