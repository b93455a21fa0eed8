"""schema.org of an event, for search engines. A hidden address shows its city alone."""

from typing import Any

from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSeries, ReleasedVenue
from eventsapp.kernel import words
from eventsapp.web.public.availability import Offer

#: State of a sale -> what search engines call it. A sale that is over is offered no more.
AVAILABILITY = {
    "places": "InStock",
    "few": "LimitedAvailability",
    "full": "SoldOut",
    "soon": "PreOrder",
}


def event(
    series: ReleasedSeries, one: ReleasedEvent, offer: Offer, url: str, image: str = ""
) -> dict[str, Any]:
    state = "EventRescheduled" if one.moved_from else "EventScheduled"
    if one.cancelled:
        state = "EventCancelled"
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": url,
        "url": url,
        "name": words.typo(one.title),
        "description": words.typo(one.told),
        "eventStatus": f"https://schema.org/{state}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "organizer": {"@type": "Organization", "name": one.organizer_name},
        "superEvent": {"@type": "EventSeries", "name": series.title},
        "isAccessibleForFree": offer.places.free,
    }
    if image:
        found["image"] = image
    if one.starts_at and one.ends_at:
        found["startDate"] = words.local(one.starts_at, one.zone).isoformat()
        found["endDate"] = words.local(one.ends_at, one.zone).isoformat()
    if one.moved_from:
        found["previousStartDate"] = [
            words.local(start, one.zone).isoformat() for start in one.moved_from
        ]
    if one.doors_at:
        found["doorTime"] = words.local(one.doors_at, one.zone).isoformat()
    if one.venue:
        found["location"] = _place(one.venue)
    said = AVAILABILITY.get(offer.state)
    if said and offer.from_cents is not None and one.access == "open" and not one.cancelled:
        found["offers"] = {
            "@type": "Offer",
            "url": url,
            "price": f"{offer.from_cents / 100:.2f}",
            "priceCurrency": series.currency,
            "availability": f"https://schema.org/{said}",
        }
        if offer.opens_at is not None:
            opens = words.local(offer.opens_at, one.zone)
            found["offers"]["validFrom"] = opens.isoformat()
    return found


def _place(venue: ReleasedVenue) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "addressLocality": venue.city,
        "addressCountry": venue.country,
    }
    if venue.hidden:
        return {"@type": "Place", "name": venue.city, "address": address}
    address |= {"streetAddress": venue.street, "postalCode": venue.postcode}
    place: dict[str, Any] = {"@type": "Place", "name": venue.name, "address": address}
    if venue.lat is not None and venue.lon is not None:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": venue.lat,
            "longitude": venue.lon,
        }
    return place
