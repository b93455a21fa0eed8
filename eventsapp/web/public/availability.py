"""What the box office says of the events on a page: one statement for a page, whatever its rows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from eventsapp.domain.programme.releases import ReleasedEvent, ReleasedSeries
from eventsapp.domain.ticketing.catalogue import queries, stock
from eventsapp.domain.ticketing.catalogue.queries import Availability
from eventsapp.kernel import clock
from eventsapp.kernel.memory import Brief
from eventsapp.web.public.places import Places, places_of
from eventsapp.web.public.tariffs import Tariff, payable, tariffs


@dataclass(frozen=True)
class Offer:
    """The part of an event page that changes with sales."""

    places: Places
    left: int | None
    from_cents: int | None
    # As ``Availability`` says it: a sale that is over is no sale that is full.
    state: str
    opens_at: datetime | None
    products: tuple[Tariff, ...]
    digest: str


@dataclass(frozen=True)
class Snapshot:
    """What the box office says of every event of a series; ``digest`` of what pages show of it."""

    by_event: Mapping[int, Availability]
    digest: str


#: Lists may be a second old: browsers keep them fifteen times as long. The page of an event,
#: where one buys, is never.
_snapshots: Brief[Snapshot] = Brief(1, most=64)


def of(series: ReleasedSeries) -> Snapshot:
    """The availability of a series, one statement at most, for lists of its events."""
    known = _snapshots.get(series.digest)
    if known is not None:
        return known
    by_event = queries.availability_by_event(series.id)
    shown = [
        (key, replace(one, left=one.left if one.state == "few" else 0))
        for key, one in sorted(by_event.items())
    ]
    digest = hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
    return _snapshots.keep(series.digest, Snapshot(by_event, digest))


def offer(series: ReleasedSeries, event: ReleasedEvent) -> Offer:
    offers = list(stock.offers_of_event(event.id).values())
    known = queries.availability(offers, clock.now()) if offers else None
    shown = (one for one in offers if not one.hidden)
    products = tariffs(shown, event, series.timezone, payable=payable(series))
    left = known.left if known else None
    cents = known.from_price_cents if known else None
    places = places_of(event, known)
    state = known.state if known else "none"
    opens = known.opens_at if known else None
    digest = hashlib.sha256(repr((places, cents, state, opens, products)).encode()).hexdigest()[:16]
    return Offer(places, left, cents, state, opens, products, digest)
