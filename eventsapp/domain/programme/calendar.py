"""The released programme as iCalendar (RFC 5545, 7986): stable UID, SEQUENCE, TZID. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta

from icalendar import Calendar
from icalendar import Event as Entry

from eventsapp.domain.programme.exchange.entries import Address
from eventsapp.domain.programme.released import ReleasedEvent, ReleasedSeries, ReleasedSlot
from eventsapp.kernel.clock import local

REFRESH = "PT1H"
#: Cancelled events stay in the feed this long, so that every subscribed calendar hears of it.
CANCELLED_STAYS = timedelta(days=60)


def feed(
    series: ReleasedSeries,
    address: Address,
    *,
    only: Collection[int] | None = None,
    slots: Collection[int] | None = None,
) -> bytes:
    """The calendar of the series, of the events ``only``, or of the ``slots`` of one order."""
    calendar = Calendar()
    calendar.add("prodid", "-//eventsapp//programme//FR")
    calendar.add("version", "2.0")
    calendar.add("name", series.title)
    calendar.add("x-wr-calname", series.title)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    for event in series.events:
        if (only is not None and event.id not in only) or _forgotten(series, event):
            continue
        for slot in event.slots:
            if slots is None or slot.id in slots:
                calendar.add_component(_entry(series, event, slot, address))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _forgotten(series: ReleasedSeries, event: ReleasedEvent) -> bool:
    released_at = series.released_at or event.changed_at
    return event.cancelled and released_at - event.changed_at > CANCELLED_STAYS


def _entry(
    series: ReleasedSeries,
    event: ReleasedEvent,
    slot: ReleasedSlot,
    address: Address,
) -> Entry:
    entry = Entry()
    entry.add("uid", slot.uid)
    entry.add("dtstamp", slot.changed_at)
    entry.add("last-modified", slot.changed_at)
    entry.add("sequence", slot.sequence)
    entry.add("summary", event.title)
    entry.add("description", event.told)
    entry.add("dtstart", _local(slot.starts_at, event.zone))
    entry.add("dtend", _local(slot.ends_at, event.zone))
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    entry.add("url", address(series.slug, event.slug))
    place = _place(event)
    if place:
        entry.add("location", place)
    if event.venue and event.venue.lat is not None and event.venue.lon is not None:
        entry.add("geo", (event.venue.lat, event.venue.lon))
    if event.domain:
        entry.add("categories", [event.domain.name])
    return entry


def _local(instant: datetime, zone: str) -> datetime:
    return local(instant, zone)


def _place(event: ReleasedEvent) -> str:
    venue = event.venue
    if venue is None:
        return ""
    if venue.hidden:
        return venue.city
    parts = (venue.name, venue.street, f"{venue.postcode} {venue.city}".strip())
    return ", ".join(part for part in parts if part)
