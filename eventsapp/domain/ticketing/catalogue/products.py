"""The catalogue: products, their quotas, what they admit to."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import case, select, update
from sqlalchemy.orm import joinedload, selectinload

from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Event, Slot
from eventsapp.domain.ticketing.catalogue.errors import CodeTaken
from eventsapp.domain.ticketing.catalogue.models import (
    Product,
    ProductAdmission,
    ProductKind,
    ProductQuota,
    Quota,
)
from eventsapp.kernel import audit
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import lock, transaction


@dataclass(frozen=True)
class NewProduct:
    """A product as an organizer describes it. ``places`` is its own ceiling, None for none."""

    code: str
    label_fr: str
    label_en: str
    price_cents: int
    places: int | None = None
    kind: ProductKind = ProductKind.ADMISSION
    vat_bp: int = 2000
    sale_from: datetime | None = None
    sale_until: datetime | None = None
    per_order_min: int = 1
    per_order_max: int = 10
    hidden: bool = False
    approval: bool = False
    proof: bool = False
    per_slot: bool = False
    tickets_per_unit: int = 1
    price_max_cents: int | None = None
    price_suggested_cents: int | None = None
    requires: list[str] = field(default_factory=list)
    position: int = 0


def products_of(series_id: int) -> list[Product]:
    """Products of a series with their events and quotas, in the organizer's order."""
    statement = (
        select(Product)
        .where(Product.series_id == series_id)
        .options(
            joinedload(Product.event), selectinload(Product.quotas).joinedload(ProductQuota.quota)
        )
        .order_by(Product.position, Product.id)
    )
    return list(db.session.scalars(statement))


def refuse_foreign_product(series_id: int, product_id: int) -> None:
    """Raises NotFound unless the product is of this series."""
    found = select(Product.id).where(Product.id == product_id, Product.series_id == series_id)
    if db.session.scalar(found) is None:
        raise NotFound(what="product", reference=product_id)


def refuse_foreign_quota(series_id: int, quota_id: int) -> None:
    """Raises NotFound unless the quota is of this series."""
    found = select(Quota.id).where(Quota.id == quota_id, Quota.series_id == series_id)
    if db.session.scalar(found) is None:
        raise NotFound(what="quota", reference=quota_id)


def open_event(event_id: int, *, seller_id: int | None = None) -> Quota | None:
    """Make the quota equal to the event's capacity, once; None without a capacity."""
    with transaction() as session:
        event = session.get_one(Event, event_id)
        found = session.scalar(
            select(Quota).where(Quota.event_id == event_id, Quota.whole_event.is_(True))
        )
        if found is not None or event.capacity is None:
            return found
        quota = Quota(
            organisation_id=seller_id or event.series.organisation_id,
            series_id=event.series_id,
            event_id=event_id,
            whole_event=True,
            name=event.title_fr,
            target=event.capacity,
            size=event.capacity,
        )
        session.add(quota)
        session.flush()
        return quota


def add_product(
    event_id: int, new: NewProduct, *, actor: str, seller_id: int | None = None
) -> Product:
    """Sell something for one event. Admissions draw on the event's own quota too.

    Raises:
        CodeTaken: the event has a product of this code.
    """
    with transaction() as session:
        event = lock(Event, event_id)
        if session.scalar(
            select(Product.id).where(Product.event_id == event_id, Product.code == new.code)
        ):
            raise CodeTaken(code=new.code)
        seller = seller_id or event.series.organisation_id
        whole = open_event(event_id)
        product = _product(new, event=event, series_id=event.series_id, seller_id=seller)
        session.add(product)
        session.flush()
        if new.kind is not ProductKind.ADD_ON:
            session.add(
                ProductAdmission(
                    product_id=product.id, event_id=event_id, share_cents=new.price_cents
                )
            )
            if whole is not None:
                session.add(ProductQuota(product_id=product.id, quota_id=whole.id))
        if new.per_slot:
            _one_quota_a_slot(event, product)
        elif new.places is not None:
            _ceiling(product, new.label_fr, new.places)
        session.flush()
        audit.note("product.added", f"product:{product.id}", actor=actor, series_id=event.series_id)
        return product


def add_pass(
    series_id: int,
    new: NewProduct,
    events: list[tuple[int, int]],
    *,
    actor: str,
    organisation_id: int,
) -> Product:
    """Sell a pass over several events: (event id, full public price in cents) each.

    One unit takes ``tickets_per_unit`` places of every event's own quota.
    """
    with transaction() as session:
        product = _product(new, event=None, series_id=series_id, seller_id=organisation_id)
        session.add(product)
        session.flush()
        for event_id, share_cents in events:
            session.add(
                ProductAdmission(product_id=product.id, event_id=event_id, share_cents=share_cents)
            )
            whole = open_event(event_id)
            if whole is not None:
                session.add(
                    ProductQuota(
                        product_id=product.id, quota_id=whole.id, units=new.tickets_per_unit
                    )
                )
        if new.places is not None:
            _ceiling(product, new.label_fr, new.places)
        session.flush()
        audit.note("product.added", f"product:{product.id}", actor=actor, series_id=series_id)
        return product


def resize(quota_id: int, target: int, *, actor: str) -> None:
    """Wish for another size. Under what is taken nobody loses a place: the quota keeps
    ``size = taken`` and shrinks with each place that comes back."""
    with transaction() as session:
        series_id = session.scalar(
            update(Quota)
            .where(Quota.id == quota_id)
            .values(
                target=target,
                size=case((Quota.taken > target, Quota.taken), else_=target),
            )
            .returning(Quota.series_id)
        )
        audit.note(
            "quota.resized",
            f"quota:{quota_id}",
            actor=actor,
            series_id=series_id,
            detail={"target": target},
        )


def update_product(product_id: int, *, actor: str, **changes: object) -> None:
    """Change label, price, sale period or limits; running holds keep the price they saw."""
    allowed = {
        "label_fr",
        "label_en",
        "price_cents",
        "vat_bp",
        "sale_from",
        "sale_until",
        "per_order_min",
        "per_order_max",
        "hidden",
        "approval",
    }
    if set(changes) - allowed:
        raise ValueError(f"not changed here: {sorted(set(changes) - allowed)}")
    with transaction() as session:
        product = session.get_one(Product, product_id)
        for name, value in changes.items():
            setattr(product, name, value)
        audit.note(
            "product.changed",
            f"product:{product_id}",
            actor=actor,
            series_id=product.series_id,
            detail={"fields": sorted(changes)},
        )


def _product(new: NewProduct, *, event: Event | None, series_id: int, seller_id: int) -> Product:
    return Product(
        organisation_id=event.organisation_id if event else seller_id,
        seller_id=seller_id,
        series_id=series_id,
        event_id=event.id if event else None,
        code=new.code,
        label_fr=new.label_fr,
        label_en=new.label_en,
        kind=new.kind,
        price_cents=new.price_cents,
        price_max_cents=new.price_max_cents,
        price_suggested_cents=new.price_suggested_cents,
        vat_bp=new.vat_bp,
        sale_from=new.sale_from,
        sale_until=new.sale_until,
        per_order_min=new.per_order_min,
        per_order_max=new.per_order_max,
        hidden=new.hidden,
        approval=new.approval,
        proof=new.proof,
        per_slot=new.per_slot,
        tickets_per_unit=new.tickets_per_unit,
        requires=new.requires or None,
        position=new.position,
    )


def _ceiling(product: Product, name: str, places: int) -> None:
    with transaction() as session:
        quota = Quota(
            organisation_id=product.organisation_id,
            series_id=product.series_id,
            event_id=product.event_id,
            name=name,
            target=places,
            size=places,
        )
        session.add(quota)
        session.flush()
        session.add(ProductQuota(product_id=product.id, quota_id=quota.id))


def open_new_slots(event_id: int) -> None:
    """Places for slots that came after their product: each sells like its sisters, once the public
    reads of it."""
    with transaction() as session:
        event = lock(Event, event_id)
        wanted = select(Product).where(Product.event_id == event_id, Product.per_slot.is_(True))
        for product in session.scalars(wanted.order_by(Product.id)):
            _one_quota_a_slot(event, product)


def _one_quota_a_slot(event: Event, product: Product) -> None:
    with transaction() as session:
        known = {draw.quota.slot_id for draw in product.quotas if draw.quota.slot_id is not None}
        for slot in _sold_slots(event):
            if slot.id in known:
                continue
            places = slot.capacity if slot.capacity is not None else event.capacity or 0
            quota = Quota(
                organisation_id=product.organisation_id,
                series_id=product.series_id,
                event_id=event.id,
                slot_id=slot.id,
                name=product.label_fr,
                target=places,
                size=places,
            )
            session.add(quota)
            session.flush()
            session.add(ProductQuota(product_id=product.id, quota_id=quota.id))


def _sold_slots(event: Event) -> list[Slot]:
    """Those that the current release shows: a form that names another would sell what nobody has
    announced. Of an event that no release shows nothing is for sale, and all are prepared."""
    shown = releases.find(event.series.slug)
    released = shown.event_by_id(event.id) if shown is not None else None
    if released is None:
        return list(event.slots)
    known = {slot.id for slot in released.slots}
    return [slot for slot in event.slots if slot.id in known]
