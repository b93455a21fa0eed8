"""What the box office says of the events on a page: one statement for a page, whatever its rows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSeries
from eventsapp.domain.ticketing import queries, stock
from eventsapp.domain.ticketing.queries import Availability
from eventsapp.kernel import clock
from eventsapp.web.public.places import Places, places_of
from eventsapp.web.public.tariffs import Tariff, tariffs


@dataclass(frozen=True)
class Offer:
    """The part of an event page that changes with sales."""

    places: Places
    left: int | None
    from_cents: int | None
    products: tuple[Tariff, ...]
    digest: str


def of(series: ReleasedSeries) -> Mapping[int, Availability]:
    """event id -> availability, for the events that sell here."""
    return queries.availability_by_event(series.id)


def offer(series: ReleasedSeries, event: ReleasedEvent) -> Offer:
    offers = list(stock.offers_of_event(event.id).values())
    known = queries.availability(offers, clock.now()) if offers else None
    products = tariffs((one for one in offers if not one.hidden), event, series.timezone)
    left = known.left if known else None
    cents = known.from_price_cents if known else None
    places = places_of(event, known)
    digest = hashlib.sha256(repr((places, cents, products)).encode()).hexdigest()[:16]
    return Offer(places, left, cents, products, digest)
