"""What is for sale, and how much of it is left."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from eventsapp.domain.programme.models import Event
from eventsapp.domain.ticketing.catalogue import sale, stock
from eventsapp.domain.ticketing.catalogue.limits import Offer
from eventsapp.domain.ticketing.catalogue.models import Product, Quota
from eventsapp.kernel import clock
from eventsapp.kernel.db import db

# Under this share of the places, "plus que 7 places" is said.
FEW_SHARE, FEW_PLACES = 0.1, 10


@dataclass(frozen=True)
class Availability:
    """State of an event at a glance.

    ``state``: places, few, full, soon, closed, invitation, none (no product on sale).
    ``left`` counts units. The price is that of the public's admissions: what is hidden, closed by
    hand or archived never counts. ``from_price_cents``: the least that somebody pays, 0 where
    nobody pays (``free``), None where there is no public tariff. ``opens_at``: when a sale that is
    to come begins.
    """

    state: str
    left: int
    from_price_cents: int | None
    several_prices: bool = False
    free: bool = False
    free_price: bool = False
    opens_at: datetime | None = None


NOTHING = Availability("none", 0, None)


def availability_by_event(series_id: int) -> dict[int, Availability]:
    """Event id -> availability, in one statement."""
    by_event: dict[int, list[Offer]] = defaultdict(list)
    for offer in stock.offers_of_series(series_id).values():
        if offer.event_id is not None:
            by_event[offer.event_id].append(offer)
    now = clock.now()
    return {event_id: availability(offers, now) for event_id, offers in by_event.items()}


def availability(offers: list[Offer], at: datetime) -> Availability:
    """Pure: the state that the offers of one event add up to."""
    public = [offer for offer in offers if not offer.hidden and offer.kind == "admission"]
    if not public:
        return Availability("invitation", 0, None) if offers else NOTHING
    public = [offer for offer in public if not offer.closed]
    if not public:
        return Availability("closed", 0, None)
    stands = [one for one in public if sale.stands(one, at)]
    on_sale = [one for one in stands if one.on_sale(at) and _some_visit(one, at)]
    later = [one for one in public if one.sale_from is not None and one.sale_from > at]
    if not on_sale:
        opens = min((one.sale_from for one in later if one.sale_from is not None), default=None)
        state = "soon" if later else "closed"
        return _priced(state, 0, later or public, later or public, opens_at=opens)
    left = max(offer.left_in_all(at) for offer in on_sale)
    if left <= 0:
        state = "full"
    elif left <= FEW_PLACES:
        state = "few"
    else:
        state = "places"
    return _priced(state, max(0, left), on_sale, [*on_sale, *later])


def _priced(
    state: str,
    left: int,
    now: list[Offer],
    counted: list[Offer],
    *,
    opens_at: datetime | None = None,
) -> Availability:
    """The price of what can be had: free only when everything is, now and to come."""
    paid = [one.price_cents for one in now if one.price_cents] or [
        one.price_cents for one in counted if one.price_cents
    ]
    return Availability(
        state,
        left,
        min(paid, default=0),
        several_prices=len({one.price_cents for one in now}) > 1,
        free=not paid,
        free_price=any(not one.price_cents and one.price_max_cents for one in now),
        opens_at=opens_at,
    )


def _some_visit(offer: Offer, at: datetime) -> bool:
    return not offer.per_slot or bool(offer.slots_to_come(at))


def public_offers(event_id: int) -> list[Offer]:
    """What the event's page sells, in the organizer's order; hidden tariffs left out."""
    offers = stock.offers_of_event(event_id).values()
    return [offer for offer in offers if not offer.hidden]


def public_passes(series_id: int) -> list[Offer]:
    offers = stock.offers_of_series(series_id).values()
    return [offer for offer in offers if offer.kind == "pass" and not offer.hidden]


def fills(series_id: int) -> list[Quota]:
    """The quotas that stand for whole events, fullest first."""
    statement = (
        select(Quota)
        .where(Quota.series_id == series_id, Quota.whole_event.is_(True))
        .order_by((Quota.size - Quota.taken), Quota.id)
    )
    return list(db.session.scalars(statement))


def names_of_rows(products: Collection[int], quotas: Collection[int]) -> dict[str, dict[int, str]]:
    """Kind -> row id -> name, for what the journal speaks of; one statement a kind that is asked
    for. Tariffs of several events have the same label, so their event is named too."""
    found: dict[str, dict[int, str]] = {}
    if products:
        rows = db.session.execute(
            select(Product.id, Product.label_fr, Event.title_fr)
            .outerjoin(Event, Event.id == Product.event_id)
            .where(Product.id.in_(products))
        )
        found["product"] = {
            key: f"{label}, {title}" if title else label for key, label, title in rows
        }
    if quotas:
        named = db.session.execute(select(Quota.id, Quota.name).where(Quota.id.in_(quotas)))
        found["quota"] = {key: name for key, name in named}
    return found
