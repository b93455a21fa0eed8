"""The catalogue: products, their quotas, what they admit to."""

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from eventsapp.domain.accounts.models import Organisation
from eventsapp.domain.programme import releases
from eventsapp.domain.programme.models import Event, Slot
from eventsapp.domain.programme.naming import free_slug
from eventsapp.domain.ticketing.catalogue import drafts
from eventsapp.domain.ticketing.catalogue.drafts import NewProduct
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

#: An organisation that sells in its own name (``Organisation.sells_through``).
OWN_BOX_OFFICE = "own-box-office"


def products_of(series_id: int) -> list[Product]:
    """Products of a series with their events and quotas, in the organizer's order."""
    statement = (
        select(Product)
        .where(Product.series_id == series_id)
        .options(
            joinedload(Product.event),
            selectinload(Product.quotas).joinedload(ProductQuota.quota),
            selectinload(Product.admits),
        )
        .order_by(Product.position, Product.id)
    )
    return list(db.session.scalars(statement))


def of_event(event_id: int) -> list[Product]:
    """The tariffs of one event, in the organizer's order."""
    statement = select(Product).where(Product.event_id == event_id)
    return list(db.session.scalars(statement.order_by(Product.position, Product.id)))


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
    """Sell something for one event, by the organisation that sells for it (``seller_of``).

    Raises:
        CodeTaken: the event has a product of this code.
        ProductMalformed: what was asked for makes no tariff.
    """
    with transaction() as session:
        event = lock(Event, event_id)
        refuse_taken(event.series_id, event_id, new.code)
        drafts.check(new, frame_of(event))
        product = row(
            new, event=event, series_id=event.series_id, seller_id=seller_id or seller_of(event)
        )
        session.add(product)
        session.flush()
        furnish(event, product, new)
        audit.note("product.added", f"product:{product.id}", actor=actor, series_id=event.series_id)
        return product


def furnish(event: Event, product: Product, new: NewProduct) -> None:
    """What one unit of it takes and admits to, inside the open transaction. An admission draws on
    the event's own quota, one place a ticket; an option on its own stock alone."""
    with transaction() as session:
        whole = open_event(event.id)
        if new.kind is not ProductKind.ADD_ON:
            session.add(
                ProductAdmission(
                    product_id=product.id, event_id=event.id, share_cents=new.price_cents
                )
            )
            if whole is not None:
                session.add(
                    ProductQuota(
                        product_id=product.id, quota_id=whole.id, units=new.tickets_per_unit
                    )
                )
        if new.per_slot:
            _one_quota_a_slot(event, product)
        elif new.places is not None:
            ceiling(product, new.label_fr, new.places)
        session.flush()


def seller_of(event: Event) -> int:
    """Who sells for an event: its own organisation where that has a box office, else that of the
    series."""
    own = db.session.get_one(Organisation, event.organisation_id)
    return own.id if own.sells_through == OWN_BOX_OFFICE else event.series.organisation_id


def frame_of(event: Event, *, beside: int | None = None) -> drafts.Frame:
    """What the rules of a tariff know of its event.

    Args:
        beside: a product that is left out: the one that is changed.
    """
    known = select(Product.code).where(Product.event_id == event.id, Product.id != (beside or 0))
    return drafts.Frame(
        others=frozenset(db.session.scalars(known)),
        slots=len(event.slots),
        bounded=event.capacity is not None,
    )


def free_code(event_id: int | None, series_id: int, label: str) -> str:
    """A code made of a label, that no other product of the event (or pass) has."""
    taken = select(func.lower(Product.code)).where(
        Product.series_id == series_id, Product.event_id == event_id
    )
    fallback = "tarif" if event_id else "pass"
    return free_slug(label[:24], set(db.session.scalars(taken)), fallback=fallback).upper()


def next_position(event_id: int | None, series_id: int) -> int:
    """The place after the last tariff of the event (or pass of the series)."""
    last = select(func.max(Product.position)).where(
        Product.series_id == series_id, Product.event_id == event_id
    )
    return (db.session.scalar(last) or 0) + 1


def refuse_taken(series_id: int, event_id: int | None, code: str) -> None:
    """Raises CodeTaken when the event (or a pass of the series) has this code."""
    same = (Product.series_id == series_id, Product.event_id == event_id, Product.code == code)
    if db.session.scalar(select(Product.id).where(*same)) is not None:
        raise CodeTaken(code=code)


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


def row(new: NewProduct, *, event: Event | None, series_id: int, seller_id: int) -> Product:
    """A product as described, not saved yet and without what it draws on."""
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


def ceiling(product: Product, name: str, places: int) -> None:
    """Give it a stock of its own, counted in units."""
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
    """All tariffs of a visit draw on its one stock: a group takes places that others see go."""
    with transaction() as session:
        known = {draw.quota.slot_id for draw in product.quotas if draw.quota.slot_id is not None}
        stocks = {
            quota.slot_id: quota
            for quota in session.scalars(
                select(Quota).where(Quota.event_id == event.id, Quota.slot_id.is_not(None))
            )
        }
        for slot in _sold_slots(event):
            if slot.id in known:
                continue
            quota = stocks.get(slot.id) or _stock_of(session, event, slot)
            session.add(
                ProductQuota(
                    product_id=product.id, quota_id=quota.id, units=product.tickets_per_unit
                )
            )
        session.flush()


def _stock_of(session: Session, event: Event, slot: Slot) -> Quota:
    places = slot.capacity if slot.capacity is not None else event.capacity or 0
    quota = Quota(
        organisation_id=event.organisation_id,
        series_id=event.series_id,
        event_id=event.id,
        slot_id=slot.id,
        name=event.title_fr,
        target=places,
        size=places,
    )
    session.add(quota)
    session.flush()
    return quota


def _sold_slots(event: Event) -> list[Slot]:
    """Those that the current release shows: a form that names another would sell what nobody has
    announced. Of an event that no release shows nothing is for sale, and all are prepared."""
    shown = releases.find(event.series.slug)
    released = shown.event_by_id(event.id) if shown is not None else None
    if released is None:
        return list(event.slots)
    known = {slot.id for slot in released.slots}
    return [slot for slot in event.slots if slot.id in known]
