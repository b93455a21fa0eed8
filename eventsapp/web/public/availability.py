"""What the box office says of the events on a page: one statement for a page, whatever its rows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSeries
from eventsapp.web.public.places import Places, places_of


@dataclass(frozen=True)
class Offer:
    """The part of an event page that changes with sales."""

    places: Places
    left: int | None
    from_cents: int | None
    products: tuple[Any, ...]
    digest: str


def of(series: ReleasedSeries) -> Mapping[int, Any]:
    """event id -> availability, for the events that sell here."""
    return {}


def offer(series: ReleasedSeries, event: ReleasedEvent) -> Offer:
    known = of(series).get(event.id)
    products: tuple[Any, ...] = ()
    left = known.left if known else None
    cents = known.from_price_cents if known else None
    places = places_of(event, known)
    digest = hashlib.sha256(repr((places, left, cents, products)).encode()).hexdigest()[:16]
    return Offer(places, left, cents, products, digest)
