"""Reading what is left, taking and giving back places. Core statements, built once."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.orm import Session

from eventsapp.domain.programme.models import Event, Slot
from eventsapp.domain.ticketing.catalogue.models import (
    Product,
    ProductAdmission,
    ProductKind,
    ProductQuota,
    Quota,
)
from eventsapp.domain.ticketing.catalogue.offers import Draw, Offer, Standing
from eventsapp.kernel.db import db

_product, _quota, _draw = Product.__table__, Quota.__table__, ProductQuota.__table__
_event, _slot, _admits = Event.__table__, Slot.__table__, ProductAdmission.__table__
_standing = (
    _event.c.state.label("event_state"),
    _event.c.released_state,
    _event.c.released_access,
    _event.c.released_until,
    _event.c.person_limit,
)

_offers = (
    select(
        _product,
        _draw.c.units,
        _quota.c.id.label("quota_id"),
        _quota.c.slot_id,
        (_quota.c.size - _quota.c.taken).label("places_left"),
        _slot.c.ends_at.label("slot_ends_at"),
        _slot.c.off_sale.label("slot_off_sale"),
        *_standing,
    )
    .join_from(_product, _draw, _draw.c.product_id == _product.c.id, isouter=True)
    .join(_quota, _quota.c.id == _draw.c.quota_id, isouter=True)
    .join(_slot, _slot.c.id == _quota.c.slot_id, isouter=True)
    .join(_event, _event.c.id == _product.c.event_id, isouter=True)
    .order_by(_product.c.position, _product.c.id, _quota.c.id)
)
_by_ids = _offers.where(_product.c.id.in_(bindparam("ids", expanding=True)))
# What is archived is still part of orders, and in no list.
_listed = _offers.where(_product.c.archived_at.is_(None))
_by_series = _listed.where(_product.c.series_id == bindparam("series_id"))
_by_event = _listed.where(_product.c.event_id == bindparam("event_id"))
# The events of passes: the only products with several.
_of_passes = (
    select(_admits.c.product_id, _admits.c.event_id, *_standing)
    .join(_event, _event.c.id == _admits.c.event_id)
    .where(_admits.c.product_id.in_(bindparam("ids", expanding=True)))
    .order_by(_admits.c.id)
)

# The wall: a conditional UPDATE, with the CHECK behind it. Read-test-write would pass every
# test on SQLite and oversell on PostgreSQL.
_take = (
    update(_quota)
    .where(
        _quota.c.id == bindparam("quota"),
        _quota.c.taken + bindparam("places") <= _quota.c.size,
    )
    .values(taken=_quota.c.taken + bindparam("places"))
)
_left = select(_quota.c.size - _quota.c.taken).where(_quota.c.id == bindparam("quota"))
_after = _quota.c.taken - bindparam("places")
_give_back = (
    update(_quota)
    .where(_quota.c.id == bindparam("quota"))
    .values(
        taken=_after,
        # A quota lowered under what was sold shrinks with each place that comes back.
        size=case(
            (
                _quota.c.size > _quota.c.target,
                case((_after > _quota.c.target, _after), else_=_quota.c.target),
            ),
            else_=_quota.c.size,
        ),
    )
)


class QuotaShort(Exception):
    """The conditional UPDATE met a full quota; ``quota_id`` says which, ``left`` how many places it
    had then: less than were asked for."""

    def __init__(self, quota_id: int, left: int) -> None:
        super().__init__(f"quota {quota_id} is full")
        self.quota_id = quota_id
        self.left = left


def offers_by_ids(ids: Iterable[int]) -> dict[int, Offer]:
    wanted = sorted(set(ids))
    return _collect(db.session.execute(_by_ids, {"ids": wanted})) if wanted else {}


def offers_of_series(series_id: int) -> dict[int, Offer]:
    return _collect(db.session.execute(_by_series, {"series_id": series_id}))


def offers_of_event(event_id: int) -> dict[int, Offer]:
    return _collect(db.session.execute(_by_event, {"event_id": event_id}))


def take(session: Session, places: Mapping[int, int]) -> None:
    """Take places of several quotas, in the order of their ids; the last thing a sale does.

    Raises:
        QuotaShort: one of them has too few left (the transaction must be undone).
    """
    # Ordered, so that two baskets with the same quotas cannot deadlock.
    for quota_id in sorted(places):
        taken: Any = session.execute(_take, {"quota": quota_id, "places": places[quota_id]})
        if taken.rowcount == 0:
            # Not what the basket read at its start: others were faster since. A place that came
            # back after the refusal does not make it untrue.
            left = session.scalar(_left, {"quota": quota_id}) or 0
            raise QuotaShort(quota_id, min(left, places[quota_id] - 1))


def give_back(session: Session, places: Mapping[int, int]) -> None:
    for quota_id in sorted(places):
        session.execute(_give_back, {"quota": quota_id, "places": places[quota_id]})


def shift(session: Session, before: Mapping[int, int], after: Mapping[int, int]) -> None:
    """From what was taken to what is to be taken instead, in the order of the quotas' ids; what
    both have in common is not touched.

    Raises:
        QuotaShort: as ``take``.
    """
    for quota_id in sorted({*before, *after}):
        more = after.get(quota_id, 0) - before.get(quota_id, 0)
        if more > 0:
            take(session, {quota_id: more})
        elif more < 0:
            give_back(session, {quota_id: -more})


def _collect(rows: Iterable[Any]) -> dict[int, Offer]:
    products: dict[int, Any] = {}
    draws: dict[int, list[Draw]] = {}
    for row in rows:
        products.setdefault(row.id, row)
        found = draws.setdefault(row.id, [])
        if row.quota_id is not None:
            found.append(
                Draw(
                    row.quota_id,
                    row.slot_id,
                    row.units,
                    row.places_left,
                    row.slot_ends_at,
                    bool(row.slot_off_sale),
                )
            )
    passes = [key for key, row in products.items() if row.kind is ProductKind.PASS]
    of_passes = _events_of_passes(passes) if passes else {}
    return {
        key: _offer(row, draws[key], of_passes.get(key) or _events_of(row))
        for key, row in products.items()
    }


def _events_of(row: Any) -> list[Standing]:
    return [_standing_of(row)] if row.event_id is not None else []


def _events_of_passes(ids: list[int]) -> dict[int, list[Standing]]:
    found: dict[int, list[Standing]] = {}
    for row in db.session.execute(_of_passes, {"ids": ids}):
        found.setdefault(row.product_id, []).append(_standing_of(row))
    return found


def _standing_of(row: Any) -> Standing:
    return Standing(
        event_id=row.event_id,
        state=row.event_state.value,
        released=row.released_state,
        access=row.released_access or "",
        over_at=row.released_until,
        person_limit=row.person_limit,
    )


def _offer(row: Any, draws: list[Draw], events: list[Standing]) -> Offer:
    return Offer(
        product_id=row.id,
        code=row.code,
        label_fr=row.label_fr,
        label_en=row.label_en,
        event_id=row.event_id,
        series_id=row.series_id,
        seller_id=row.seller_id,
        kind=row.kind.value,
        price_cents=row.price_cents,
        price_max_cents=row.price_max_cents,
        price_suggested_cents=row.price_suggested_cents,
        currency=row.currency,
        vat_bp=row.vat_bp,
        sale_from=row.sale_from,
        sale_until=row.sale_until,
        per_order_min=row.per_order_min,
        per_order_max=row.per_order_max,
        hidden=row.hidden,
        approval=row.approval,
        proof=row.proof,
        per_slot=row.per_slot,
        tickets_per_unit=row.tickets_per_unit,
        requires=tuple(row.requires or ()),
        draws=tuple(draws),
        closed=row.closed_at is not None or row.archived_at is not None,
        events=tuple(events),
    )


def foreign_products(series_id: int, offers: Mapping[int, Offer]) -> list[int]:
    """Products among the offers that belong to another series."""
    return [identifier for identifier, offer in offers.items() if offer.series_id != series_id]


def with_more_left(offers: Mapping[int, Offer], places: Mapping[int, int]) -> dict[int, Offer]:
    """The offers as if ``places`` (quota id -> number) had not been taken yet."""
    return {
        identifier: replace(
            offer,
            draws=tuple(
                replace(draw, left=draw.left + places.get(draw.quota_id, 0)) for draw in offer.draws
            ),
        )
        for identifier, offer in offers.items()
    }
