"""The end of a tariff: closed, archived, or taken away where nobody ever had it."""

from sqlalchemy import select

from eventsapp.domain.ticketing.catalogue import editing
from eventsapp.domain.ticketing.catalogue.errors import (
    ProductFixed,
    ProductUsed,
    StillRequired,
)
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.kernel import audit, clock
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import transaction


def close(product_id: int, *, actor: str) -> None:
    """Sell nothing more of it from now on, by any way; what is kept stays kept."""
    _mark(product_id, "product.closed", actor=actor, closed=True)


def open_again(product_id: int, *, actor: str) -> None:
    """Sell it as its dates say."""
    _mark(product_id, "product.opened", actor=actor, closed=False)


def archive(product_id: int, *, actor: str) -> None:
    """Close it and take it out of every list but the archives; orders keep it."""
    _mark(product_id, "product.archived", actor=actor, archived=True)


def bring_back(product_id: int, *, actor: str) -> None:
    """Back into the lists, closed or open as it was when it left them."""
    _mark(product_id, "product.brought_back", actor=actor, archived=False)


def remove(product_id: int, *, used: bool, actor: str) -> None:
    """Take it away for good; only while nothing was ever kept with it.

    Raises:
        NotFound, ProductUsed; StillRequired: another tariff asks for it.
    """
    with transaction() as session:
        product = session.get(Product, product_id)
        if product is None:
            raise NotFound(what="product", reference=product_id)
        label, series_id = product.label_fr, product.series_id
        if used:
            raise ProductUsed(product=label)
        beside = select(Product).where(
            Product.event_id == product.event_id, Product.id != product_id
        )
        for other in session.scalars(beside) if product.event_id is not None else ():
            if product.code in (other.requires or ()):
                raise StillRequired(product=label, other=other.label_fr)
        try:
            editing.remove(session, product)
        except ProductFixed as fixed:
            raise ProductUsed(product=label) from fixed
        audit.note(
            "product.removed",
            f"product:{product_id}",
            actor=actor,
            series_id=series_id,
            detail={"label": label},
        )


def _mark(
    product_id: int,
    deed: str,
    *,
    actor: str,
    closed: bool | None = None,
    archived: bool | None = None,
) -> None:
    """Write when it happened; what is so already stays as it was, and is no deed."""
    with transaction() as session:
        product = session.get(Product, product_id)
        if product is None:
            raise NotFound(what="product", reference=product_id)
        name = "closed_at" if closed is not None else "archived_at"
        wanted = bool(closed if closed is not None else archived)
        if (getattr(product, name) is not None) == wanted:
            return
        setattr(product, name, clock.now() if wanted else None)
        audit.note(deed, f"product:{product_id}", actor=actor, series_id=product.series_id)
