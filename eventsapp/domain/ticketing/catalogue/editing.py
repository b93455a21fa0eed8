"""Changing a tariff. What is kept or sold stays what it was promised as.

**What one unit takes** (kind, slots, tickets a unit, whether it has a stock of its own) never
changes on a row: places that somebody keeps are given back by what the row says. While nothing was
ever kept with it, a tariff that wants another shape is made anew under its name; a basket that was
about to be written finds its row gone and is refused, on both databases.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from eventsapp.domain.programme.models import Event, Series
from eventsapp.domain.ticketing.catalogue import drafts, products
from eventsapp.domain.ticketing.catalogue.drafts import NewProduct
from eventsapp.domain.ticketing.catalogue.errors import CodeTaken, ProductFixed
from eventsapp.domain.ticketing.catalogue.models import (
    DiscountProduct,
    Product,
    ProductAdmission,
    ProductQuota,
    Quota,
)
from eventsapp.kernel import audit
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import EditedMeanwhile, NotFound
from eventsapp.kernel.transaction import lock, transaction

#: What may be said anew of a tariff at any time: it is asked for at the next basket.
FREE = (
    "label_fr",
    "label_en",
    "price_cents",
    "price_max_cents",
    "price_suggested_cents",
    "vat_bp",
    "sale_from",
    "sale_until",
    "per_order_min",
    "per_order_max",
    "hidden",
    "approval",
    "proof",
)
#: What one unit takes and gives, by field of the form; ``places`` here: whether there is a stock.
SHAPE = ("kind", "per_slot", "tickets_per_unit", "places")


def own_quota(product: Product) -> Quota | None:
    """The stock of this tariff alone, where it has one."""
    own = (draw.quota for draw in product.quotas)
    return next((one for one in own if not one.whole_event and one.slot_id is None), None)


def change(product_id: int, version: int, new: NewProduct, *, used: bool, actor: str) -> Product:
    """Change a tariff of an event; baskets and orders keep the price and the VAT that they saw.

    Args:
        version: as read by who changes it.
        used: places were once kept or sold with it.

    Raises:
        EditedMeanwhile: somebody saved first.
        ProductFixed: its code or its shape would change, and it was used.
        CodeTaken, ProductMalformed.
    """
    with transaction() as session:
        event_id = session.scalar(select(Product.event_id).where(Product.id == product_id))
        if event_id is None:
            raise NotFound(what="product", reference=product_id)
        # The event first: a new code is written into the tariffs beside it, and two who hold a
        # tariff each would wait for one another.
        event = lock(Event, event_id)
        product = read(session, product_id, version)
        changed = fixed(product, new)
        if used and changed:
            raise ProductFixed(field=changed[0])
        frame = products.frame_of(event, beside=product.id)
        if new.code in frame.others:
            raise CodeTaken(code=new.code)
        drafts.check(new, frame)
        if set(changed) & set(SHAPE):
            product = made_anew(session, product, new, field=changed[-1], event=event)
            products.furnish(event, product, new)
        else:
            resize(product, new, actor=actor)
        fill(session, product, new, actor=actor)
        return product


def remove(session: Session, product: Product, *, field: str = "") -> None:
    """Take a row that nothing was kept with away, with its stock, inside the open transaction.

    Raises:
        ProductFixed: somebody keeps places with it, since a moment.
    """
    # A visit's stock is that of its other tariffs too.
    own = [
        draw.quota_id
        for draw in product.quotas
        if not draw.quota.whole_event and draw.quota.slot_id is None
    ]
    # Quotas first, as a basket takes them: whoever comes second waits, and finds it gone.
    session.execute(
        select(Quota.id).where(Quota.id.in_(own)).order_by(Quota.id).with_for_update()
    ).all()
    rows: Any
    for rows in (ProductQuota, ProductAdmission, DiscountProduct):
        session.execute(delete(rows).where(rows.product_id == product.id))
    session.execute(delete(Quota).where(Quota.id.in_(own)))
    try:
        session.execute(delete(Product).where(Product.id == product.id))
    except IntegrityError as error:
        raise ProductFixed(field=field) from error
    session.expunge(product)


def read(session: Session, product_id: int, version: int) -> Product:
    """The row, kept from other editors, not from baskets: these only need it to be there.

    Raises:
        NotFound, EditedMeanwhile.
    """
    product = session.scalar(
        select(Product)
        .where(Product.id == product_id)
        .with_for_update(key_share=True, of=Product)
        .execution_options(populate_existing=True)
    )
    if product is None:
        raise NotFound(what="product", reference=product_id)
    if product.version != version:
        raise EditedMeanwhile(what="product")
    return product


def fixed(product: Product, new: NewProduct) -> list[str]:
    """Fields of ``new`` that a used tariff may not change."""
    same = {name: getattr(product, name) == getattr(new, name) for name in SHAPE[:-1]}
    stock = own_quota(product) is not None
    same["places"] = new.per_slot or stock == (new.places is not None)
    same["code"] = product.code == new.code
    return [name for name in ("code", *SHAPE) if not same[name]]


def made_anew(
    session: Session, product: Product, new: NewProduct, *, field: str, event: Event | None
) -> Product:
    """The same tariff as another row, without what it draws on; its codes go on to it.

    Raises:
        ProductFixed: somebody keeps places with it, since a moment.
    """
    before, position, version = product.code, product.position, product.version
    codes = session.scalars(
        select(DiscountProduct.discount_id).where(DiscountProduct.product_id == product.id)
    ).all()
    seller, series_id = product.seller_id, product.series_id
    remove(session, product, field=field)
    made = products.row(
        replace(new, code=before, position=position),
        event=event,
        series_id=series_id,
        seller_id=seller,
    )
    made.version = version
    session.add(made)
    session.flush()
    session.add_all(DiscountProduct(discount_id=one, product_id=made.id) for one in codes)
    session.flush()
    return made


def resize(product: Product, new: NewProduct, *, actor: str) -> None:
    """Another number for its own stock, before the product's own row is written, as baskets do."""
    own = own_quota(product)
    if own is not None and new.places is not None and own.target != new.places:
        products.resize(own.id, new.places, actor=actor)


def fill(session: Session, product: Product, new: NewProduct, *, actor: str) -> None:
    """Write what may always change, and the code."""
    wanted = {name: getattr(new, name) for name in FREE}
    wanted["requires"] = list(new.requires) or None
    changed = [name for name, value in wanted.items() if getattr(product, name) != value]
    if product.code != new.code:
        _rename(session, product, new.code)
        changed.append("code")
    for name, value in wanted.items():
        setattr(product, name, value)
    session.execute(
        update(Quota)
        .where(Quota.id.in_([draw.quota_id for draw in product.quotas]), ~Quota.whole_event)
        .values(name=new.label_fr)
    )
    product.version += 1
    session.flush()
    audit.note(
        "product.changed",
        f"product:{product.id}",
        actor=actor,
        series_id=product.series_id,
        detail={"fields": sorted(changed)},
    )


def _rename(session: Session, product: Product, code: str) -> None:
    """Options that ask for it ask for it under its new name."""
    beside = select(Product).where(Product.event_id == product.event_id)
    for other in session.scalars(beside) if product.event_id is not None else ():
        if product.code in (other.requires or ()):
            other.requires = [code if one == product.code else one for one in other.requires or ()]
    product.code = code


def move(product_id: int, *, up: bool, actor: str) -> None:
    """Change places with the tariff above or below, in the order of the page of the event.

    Raises:
        NotFound.
    """
    with transaction() as session:
        product = session.get(Product, product_id)
        if product is None:
            raise NotFound(what="product", reference=product_id)
        # One at a time: two who move would each count from the order that they saw.
        lock(Series, product.series_id)
        rows = _beside(session, product)
        places = _places(rows)
        here = next((n for n, one in enumerate(rows) if one.id == product_id), -2)
        there = here - 1 if up else here + 1
        if here < 0 or not 0 <= there < len(rows):
            return
        rows[here], rows[there] = rows[there], rows[here]
        for one, place in zip(rows, places, strict=True):
            one.position = place
        audit.note(
            "product.changed",
            f"product:{product_id}",
            actor=actor,
            series_id=product.series_id,
            detail={"fields": ["position"]},
        )


def _beside(session: Session, product: Product) -> list[Product]:
    """The listed tariffs of its event, or passes of its series, in their order."""
    statement = (
        select(Product)
        .where(
            Product.series_id == product.series_id,
            Product.event_id == product.event_id,
            Product.archived_at.is_(None),
        )
        .order_by(Product.position, Product.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def _places(rows: list[Product]) -> list[int]:
    """The places that they have among all tariffs of the series, made distinct."""
    places: list[int] = []
    for one in rows:
        places.append(max(one.position, places[-1] + 1 if places else 0))
    return places


def of_series(series_id: int, product_id: int) -> Product:
    """A product of this series, with what it draws on.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalar(
        select(Product)
        .where(Product.id == product_id, Product.series_id == series_id)
        .options(
            selectinload(Product.quotas).joinedload(ProductQuota.quota),
            selectinload(Product.admits),
        )
    )
    if found is None:
        raise NotFound(what="product", reference=product_id)
    return found
