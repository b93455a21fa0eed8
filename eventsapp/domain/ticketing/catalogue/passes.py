"""Passes: one price for several events, and what part of it each of them stands for."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventsapp.domain.programme.models import Event
from eventsapp.domain.ticketing.catalogue import drafts, editing, products
from eventsapp.domain.ticketing.catalogue.drafts import NewProduct
from eventsapp.domain.ticketing.catalogue.errors import ProductFixed, ProductMalformed
from eventsapp.domain.ticketing.catalogue.models import (
    Product,
    ProductAdmission,
    ProductKind,
    ProductQuota,
)
from eventsapp.kernel import audit, money
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction


def add_pass(
    series_id: int,
    new: NewProduct,
    events: Sequence[tuple[int, int]],
    *,
    actor: str,
    organisation_id: int,
) -> Product:
    """Sell a pass over several events: (event id, full public price in cents) each.

    One unit takes ``tickets_per_unit`` places of every event's own quota.

    Raises:
        CodeTaken: the series has a pass of this code.
        ProductMalformed: ``events`` for none, for one twice, or for one of another series.
    """
    with transaction() as session:
        products.refuse_taken(series_id, None, new.code)
        _check(session, series_id, new, events)
        product = products.row(new, event=None, series_id=series_id, seller_id=organisation_id)
        session.add(product)
        session.flush()
        _furnish(session, product, new, events)
        audit.note("product.added", f"product:{product.id}", actor=actor, series_id=series_id)
        return product


def change(
    product_id: int,
    version: int,
    new: NewProduct,
    events: Sequence[tuple[int, int]],
    *,
    used: bool,
    actor: str,
) -> Product:
    """Change a pass. What was sold admits to the events that it was sold for: these stay, and only
    the weights of their shares move.

    Raises:
        EditedMeanwhile, ProductFixed, CodeTaken, ProductMalformed.
    """
    with transaction() as session:
        product = editing.read(session, product_id, version)
        changed = editing.fixed(product, new)
        if {one.event_id for one in product.admits} != {event_id for event_id, _cents in events}:
            changed.append("events")
        if used and changed:
            raise ProductFixed(field=changed[0])
        if product.code != new.code:
            products.refuse_taken(product.series_id, None, new.code)
        _check(session, product.series_id, new, events)
        if set(changed) & {*editing.SHAPE, "events"}:
            product = editing.made_anew(session, product, new, field=changed[-1], event=None)
            _furnish(session, product, new, events)
        else:
            editing.resize(product, new, actor=actor)
            weights = dict(events)
            for one in product.admits:
                one.share_cents = weights[one.event_id]
        editing.fill(session, product, new, actor=actor)
        return product


def shares(price_cents: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Pure: event id -> its part of the price of a pass in cents; they add up to it."""
    parts = money.split(price_cents, list(weights.values())) if weights else []
    return dict(zip(weights, parts, strict=True))


def proposed(series_id: int) -> dict[int, int]:
    """Event id -> its full public price in cents: the dearest admission that the public sees."""
    rows = db.session.execute(
        select(Product.event_id, func.max(Product.price_cents))
        .where(
            Product.series_id == series_id,
            Product.event_id.is_not(None),
            Product.kind == ProductKind.ADMISSION,
            Product.hidden.is_(False),
            Product.closed_at.is_(None),
            Product.archived_at.is_(None),
        )
        .group_by(Product.event_id)
    )
    return {event_id: cents for event_id, cents in rows if event_id is not None}


def _check(
    session: Session, series_id: int, new: NewProduct, events: Sequence[tuple[int, int]]
) -> None:
    ids = [event_id for event_id, _cents in events]
    found = session.execute(
        select(Event.id, Event.capacity).where(Event.series_id == series_id, Event.id.in_(ids))
    ).all()
    most = drafts.MOST_CENTS
    if not ids or len(found) != len(ids) or any(not 0 <= cents <= most for _id, cents in events):
        raise ProductMalformed(field="events")
    bounded = any(capacity is not None for _id, capacity in found)
    drafts.check(new, drafts.Frame(bounded=bounded))


def _furnish(
    session: Session, product: Product, new: NewProduct, events: Sequence[tuple[int, int]]
) -> None:
    for event_id, share_cents in events:
        session.add(
            ProductAdmission(product_id=product.id, event_id=event_id, share_cents=share_cents)
        )
        whole = products.open_event(event_id)
        if whole is not None:
            session.add(
                ProductQuota(product_id=product.id, quota_id=whole.id, units=new.tickets_per_unit)
            )
    if new.places is not None:
        products.ceiling(product, new.label_fr, new.places)
    session.flush()


def admits_of(product: Product) -> dict[int, int]:
    """Event id -> weight, in the order in which the pass was made."""
    rows = db.session.execute(
        select(ProductAdmission.event_id, ProductAdmission.share_cents)
        .where(ProductAdmission.product_id == product.id)
        .order_by(ProductAdmission.id)
    )
    return {event_id: cents for event_id, cents in rows}
